import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { NumberDial } from '../../src/playground/dials.ts';
import { numberText, pauseText, POSITION_MAX, positionOf, stepped, valueAt } from '../../src/playground/slider.ts';

const BASE = { kind: 'number', path: 'p', label: 'l', unit: '', hint: '', value: 0, before: '', after: '' } as const;
const DIALS: readonly NumberDial[] = [
  { ...BASE, min: 0, max: 65_535, isLog: true, isWhole: true },
  { ...BASE, min: -1, max: 128, isLog: true, isWhole: true },
  { ...BASE, min: 0.1, max: 100_000, isLog: true, isWhole: false },
  { ...BASE, min: 0, max: 1000, isLog: true, isWhole: false },
  { ...BASE, min: 0, max: 20, isLog: false, isWhole: true },
];

const test = suite('sliders');

test('a slider reaches both ends and never turns back', () => {
  for (const dial of DIALS) {
    assert.is(valueAt(dial, 0), dial.min);
    assert.is(valueAt(dial, POSITION_MAX), dial.max);
    for (let position = 1; position <= POSITION_MAX; position++) {
      const value = valueAt(dial, position);
      assert.ok(value >= valueAt(dial, position - 1), `${position}`);
      assert.ok(Math.abs(positionOf(dial, value) - position) <= 100, `${dial.max} ${position} ${value}`);
    }
  }
});

test('keys move every value by at least a bit, up to the ends', () => {
  for (const dial of DIALS) {
    let value = dial.min;
    for (let i = 0; i < 1000 && value < dial.max; i++) {
      const next = stepped(dial, value, 1);
      assert.ok(next > value, `${dial.max} ${value}`);
      value = next;
    }
    assert.is(value, dial.max);
    assert.is(stepped(dial, dial.min, -1), dial.min);
  }
});

test('values are those of the command line', () => {
  assert.is(
    numberText({ ...BASE, min: 0, max: 9, isLog: false, isWhole: false, before: 'poisson(', after: '/s)' }, 0.5),
    'poisson(0.5/s)',
  );
  assert.is(pauseText(5, 2.5), '[{ at: 5s, for: 2.5s }]');
  assert.is(pauseText(5, 0), '[]');
});

test.run();
