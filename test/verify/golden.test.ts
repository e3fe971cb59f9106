import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { playScript } from '../../src/verify/script.ts';
import { scriptInput } from '../../src/verify/script-input.ts';
import { playWorkload } from '../../src/verify/workload.ts';
import { workloadInput } from '../../src/verify/workload-scenario.ts';

interface GoldenCase {
  readonly id: string;
  readonly family: string;
  readonly subfamily: string;
  readonly input: unknown;
  readonly expected: Record<string, unknown>;
}

const { cases } = JSON.parse(readFileSync('test/golden/linux-1.2.json', 'utf8')) as { cases: GoldenCase[] };

/** Compares every field that the case expects; absent optional keys count as absent. */
function agrees(actual: object, expected: Record<string, unknown>): void {
  const plain = JSON.parse(JSON.stringify(actual)) as Record<string, unknown>;
  for (const [field, value] of Object.entries(expected)) assert.equal(plain[field], value, field);
}

const test = suite('golden cases of Linux 1.2.13');

for (const c of cases) {
  test(`${c.id} (${c.subfamily}) agrees in every field`, () => {
    if (c.family === 'a') agrees(playWorkload(c.id, workloadInput.parse(c.input)), c.expected);
    else agrees(playScript(scriptInput.parse(c.input)), c.expected);
  });
}

test('there are 79 cases of both families', () => {
  assert.is(cases.length, 79);
  assert.is(cases.filter((c) => c.family === 'a').length, 36);
});

test.run();
