import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readArrivalTimes } from '../../../src/traffic/capture/read-arrival-times.ts';

function times(csv: string): number[] {
  return [...readArrivalTimes(new TextEncoder().encode(csv), 'f', { port: null }).atNs];
}

const test = suite('CSV of times');

test('the sign of an instant is that of its fraction too', () => {
  assert.equal(times('t_s\n-0.5\n0.25\n'), [0, 0.75e9]);
  assert.equal(times('t_s\n-1.75\n-1.5\n'), [0, 0.25e9]);
  assert.equal(times('t_us\n-0.5\n1\n'), [0, 1500]);
});
test.run();
