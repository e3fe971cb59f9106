import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hasChance } from '../../../src/experiment/tune/chance.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';

/** Of clients of a Linux. */
function isRandom(arrivals: string, service: string, server = ''): boolean {
  const text = `duration: 5s
server: { stack: linux-6.18, accept: { mode: blocking, service: ${service} }, ${server} }
traffic:
  users: { kind: clients, arrivals: ${arrivals} }
`;
  return hasChance(parseScenario(text, 'a.yaml'));
}

const test = suite('is there chance in a scenario');

test('not where everything is planned', () => {
  assert.not(isRandom('periodic(40/s)', 'constant(1ms)'));
  assert.not(isRandom('periodic(40/s)', 'constant(1ms)', 'cpu: { cores: 2, wakeup: constant(50us) }'));
});

test('in laws of arrivals, of service, and of cores that wake up', () => {
  assert.ok(isRandom('poisson(40/s)', 'constant(1ms)'));
  assert.ok(isRandom('periodic(40/s)', 'exponential(1ms)'));
  assert.ok(isRandom('periodic(40/s)', 'constant(1ms)', 'cpu: { wakeup: exponential(50us) }'));
});

test.run();
