import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isInputError } from '../../../src/engine/errors.ts';
import { parseScale } from '../../../src/experiment/tune/value-scale.ts';

function refusal(text: string): string {
  try {
    parseScale(text);
  } catch (error) {
    if (!isInputError(error)) throw error;
    return error.issues.map(({ expected, received, where }) => `${where}: ${expected} | ${received}`).join(' // ');
  }
  return 'was accepted';
}

const test = suite('scales of values');

test('ends differ in one number, whatever is around it', () => {
  const ends = (text: string) => {
    const scale = parseScale(text);
    return [scale.path, scale.count, scale.textAt(0), scale.textAt(scale.count - 1), scale.valueAt(1)];
  };
  assert.equal(ends('server.listen.backlog=1..4096'), ['server.listen.backlog', 4096, '1', '4096', 2]);
  assert.equal(ends('server.accept.period = 1ms .. 50ms'), ['server.accept.period', 50, '1ms', '50ms', 2]);
  assert.equal(ends('server.accept.period=1..50ms'), ['server.accept.period', 50, '1ms', '50ms', 2]);
  assert.equal(ends('a.b=0.5%..2%'), ['a.b', 16, '0.5%', '2.0%', 0.6]);
  assert.equal(ends('a.b=0..100:25'), ['a.b', 5, '0', '100', 25]);
  assert.equal(ends('a.b=0..1:0.25'), ['a.b', 5, '0.00', '1.00', 0.25]);
  const arrivals = 'mmpp(10/s, 2/s; 1s, 9s)..mmpp(40/s, 2/s; 1s, 9s)';
  assert.equal(ends(`a.b=${arrivals}`), ['a.b', 31, 'mmpp(10/s, 2/s; 1s, 9s)', 'mmpp(40/s, 2/s; 1s, 9s)', 11]);
  assert.equal(ends('server.listen.backlog').slice(1, 4), [65_535, '1', '65535']);
});

test('a place is found by its number, a number in its text', () => {
  const scale = parseScale('a.b=poisson(10/s)..poisson(90/s)');
  assert.is(scale.placeOf(12), 2);
  assert.is(scale.placeOf(12.5), null);
  assert.is(scale.placeOf(91), null);
  assert.is(scale.numberIn('poisson(33/s)'), 33);
  assert.is(scale.numberIn('periodic(33/s)'), null);
  assert.is(parseScale('server.listen.backlog').numberIn('511'), 511);
});

const BAD: readonly (readonly [text: string, refusal: string])[] = [
  ['', '--find:1:1: PATH=LO..HI, such as server.listen.backlog=1..4096 | nothing'],
  ['=1..5', '--find:1:1: PATH=LO..HI'],
  ['server.accept.period', '--find:1:1: a range for server.accept.period: PATH=LO..HI'],
  ['a.b=', '--find:1:5: two ends with .. between them for a.b, such as 1..4096 | nothing'],
  ['a.b=5', '--find:1:5: two ends with .. between them for a.b'],
  ['a.b=1-5', '--find:1:5: two ends'],
  ['a.b=1,2,3', '--find:1:5: two ends'],
  ['a.b=..5', '--find:1:5: two ends'],
  ['a.b=1..', '--find:1:5: two ends'],
  ['a.b=5..1', '--find:1:5: a second end above the first: 1..5 | 5..1'],
  ['a.b=5..5', '--find:1:5: a second end above the first | 5..5'],
  ['a.b=one..two', '--find:1:5: ends that differ in one number alone'],
  ['a.b=1ms..2s', '--find:1:5: ends that differ in one number alone, in one unit'],
  ['a.b=poisson(1/s)..periodic(2/s)', '--find:1:5: ends that differ in one number alone'],
  ['a.b=f(1, 2)..f(3, 4)', '--find:1:5: ends that differ in one number alone'],
  ['a.b=-5..5', '--find:1:5: ends that differ in one number alone'],
  ['a.b=1..10:0', '--find:1:5: a step above 0 behind the colon'],
  ['a.b=1..10:x', '--find:1:5: a step above 0 behind the colon'],
  ['a.b=1..10:50', '--find:1:5: a step that leaves at least two values'],
  ['a.b=0..99999999999', '--find:1:5: at most 1000000000 values'],
  ['a.b=0.000001..99999', '--find:1:5: at most 1000000000 values'],
  ['a.b=0..99999999999999999999999999999999', '--find:1:5: numbers of at most 15 digits'],
];

test('what is no scale is refused with its column', () => {
  for (const [text, expected] of BAD) assert.ok(refusal(text).startsWith(expected), `${text}: ${refusal(text)}`);
});
test.run();
