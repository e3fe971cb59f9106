import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { InputError } from '../../src/engine/errors.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { formulaScenarios, verifyFormulaPoints } from '../../src/verify/formula-points.ts';
import { counts } from '../support/counts.ts';

interface Point {
  readonly id: string;
  readonly params: Readonly<Record<string, number | string>>;
  readonly results: Readonly<Record<string, string>>;
}

const FILE = JSON.parse(readFileSync('test/golden/formula-points.json', 'utf8')) as { points: Point[] };
const EFFORT = { arrivals: counts.formulaArrivals, replications: 20 };
/** Enough to tell a queue of 10 places from one of 11. */
const CONTROL = { arrivals: 20_000, replications: 30 };
const NOTHING = (): void => {};

function refusal(data: unknown): string {
  try {
    verifyFormulaPoints('f.json', data, NOTHING, null);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'was accepted';
}

/** What the simulation says of a formula whose parameter is changed and whose figures are not. */
function changed(id: string, at: number, parameter: string, value: number): string[] {
  const point = FILE.points.filter((one) => one.id === id)[at];
  const wrong = { ...point, params: { ...point?.params, [parameter]: value } };
  const { disagreements } = verifyFormulaPoints('f.json', { points: [wrong] }, NOTHING, CONTROL);
  return disagreements.map(({ field }) => field).filter((field) => field.startsWith('simulated'));
}

const test = suite('points of closed forms');

test('every published point, to ten digits', () => {
  const report = verifyFormulaPoints('f.json', FILE, NOTHING, null);
  assert.equal(report.disagreements, []);
  assert.equal([report.cases, report.families.length], [91, 24]);
});

test('every point that a scenario can be, simulated, within what all comparisons together allow 1 in 1000 times', () => {
  const shares: number[] = [];
  const report = verifyFormulaPoints('f.json', FILE, (share) => shares.push(share), EFFORT);
  assert.equal(report.disagreements, []);
  const simulated = report.families.filter(({ family }) => family.endsWith(' simulated'));
  const names = simulated.map(({ family }) => family.split(' ')[0]).join(' ');
  assert.is(names, 'F1 F2 F2b F3 F4 F4b F5 F6 F7 F8 F8b F10 F10b F11 F11c F12 F13 F14');
  assert.ok(simulated.reduce((sum, { cells }) => sum + cells, 0) > 150);
  assert.is(shares.at(-1), 1);
});

test('a place more in the queue, a slot more, another service or another kernel is noticed', () => {
  assert.ok(changed('F3', 0, 'K', 11).includes('simulated P_block'));
  assert.ok(changed('F1', 2, 'K', 7).includes('simulated P_block'));
  assert.ok(changed('F5', 0, 'c', 9).length >= 2);
  assert.ok(changed('F4', 1, 'lambda_', 820).includes('simulated Wq'));
  assert.ok(changed('F8', 0, 'N', 160).includes('simulated random_drop_poisson'));
  assert.ok(changed('F10', 1, 'capacity', 125).includes('simulated E_lost'));
  assert.ok(changed('F11', 1, 'backlog', 126).includes('simulated lost'));
  assert.ok(changed('F12', 0, 'mu', 1100).includes('simulated W'));
});

test('what is damaged is told with its place; a formula without figures of that name disagrees', () => {
  const [point] = FILE.points;
  assert.is(refusal({ points: [] }), 'f.json: points: expected points of formulas, received nothing to verify');
  assert.match(refusal({ points: [{ ...point, results: {} }] }), /points\.0\.results: .*nothing to verify/);
  assert.match(refusal({ points: [{ ...point, id: 'F99' }] }), /points\.0\.id: expected one of F1, .*received F99/);
  assert.match(refusal({ points: [{ ...point, id: '__proto__' }] }), /points\.0\.id: expected one of/);
  assert.match(
    refusal({ points: [{ ...point, params: {} }] }),
    /points\.0\.lambda_: expected a number, received nothing/,
  );
  assert.match(
    refusal({ points: [{ ...point, params: { lambda_: 1, mu: 1, K: 1e9 } }] }),
    /points\.0\.capacity: expected a whole number from 1 to \d+, received 1000000000/,
  );
  assert.match(refusal({ points: [{ ...point, results: { L: 'x' } }] }), /results\.L: expected a number, received x/);
  for (const schedule of ['', 'x', '0,,1', '1e9999,2'])
    assert.match(
      refusal({ points: [{ id: 'F7', params: { schedule, p_block: 0.1 }, results: { P_success: 1 } }] }),
      /schedule: expected instants/,
    );
  const unknown = { points: [{ ...point, results: { colour: 1 } }] };
  assert.equal(verifyFormulaPoints('f.json', unknown, NOTHING, null).disagreements, [
    { case: 'F1 lambda_=900 mu=1000 K=130', field: 'colour', expected: 1, received: null, rule: null },
  ]);
});

test('what is simulated can be written out, as scenarios that parse', () => {
  const scenarios = formulaScenarios('f.json', FILE);
  assert.is(new Set(scenarios.map(({ name }) => name)).size, scenarios.length);
  for (const { name, text } of scenarios) {
    assert.match(name, /^[a-z0-9-]+$/);
    parseScenario(text, `${name}.yaml`);
  }
});
test.run();
