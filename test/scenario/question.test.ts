import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../src/scenario/parse.ts';
import { type Question, readQuestion, type Shown } from '../../src/scenario/question.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const FOLDER = 'scenarios/questions';
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

function read(name: string): { text: string; question: Question } {
  const text = readFileSync(`${FOLDER}/${name}`, 'utf8');
  return { text, question: readQuestion(text, name) };
}

function metric({ metrics }: RunResult, path: string): number {
  const found = metrics.find((one) => one.path === path);
  if (found?.value === null || found === undefined) throw new RangeError(`no metric ${path}`);
  return found.value;
}

/** Is it so? */
function holds({ path, relation, than }: Shown, result: RunResult): boolean {
  const [value, other] = [metric(result, path), typeof than === 'number' ? than : metric(result, than)];
  return relation === '=' ? value === other : relation === '>' ? value > other : value < other;
}

const test = suite('questions');

test('there are seventeen of them', () => assert.is(FILES.length, 17));

for (const name of FILES) {
  test(`${name}: its runs show what the answer says`, () => {
    const { question, text } = read(name);
    const results = new Map<string, RunResult>();
    for (const shown of question.shows) {
      const key = JSON.stringify(shown.settings);
      const scenario = parseScenario(text, name, shown.settings);
      const result = results.get(key) ?? simulate({ scenario, files: new Map() });
      results.set(key, result);
      const value = metric(result, shown.path);
      assert.ok(holds(shown, result), `${key} ${shown.path} ${shown.relation} ${shown.than}: it is ${value}`);
    }
  });

  test(`${name}: the answer has two lines, and no number that its runs or its scenario do not have`, () => {
    const { question, text } = read(name);
    const [, lines = ''] = /# Answer: ([\s\S]*?)\n# Shows:/.exec(text) ?? [];
    assert.is(lines.split('\n').length, 2);
    const scenario = text.slice(text.indexOf('\ntitle:'));
    const there = `${scenario} ${question.shows.map(({ settings, than }) => `${JSON.stringify(settings)} ${than}`).join(' ')}`;
    const seconds = question.shows.flatMap(({ than }) => (typeof than === 'number' ? [Math.round(than / 1000)] : []));
    // Versions of kernels, and counts up to 4 that stand for words.
    const numbers = question.answer.replace(/\bLinux \d[\d.]*|\b\d+\.\d+\b/g, '').match(/\b\d+\b/g) ?? [];
    for (const number of numbers.filter((one) => Number(one) > 4)) {
      const isThere = new RegExp(`\\b${number}\\b`).test(there) || seconds.includes(Number(number));
      assert.ok(isThere, `${number} is nowhere`);
    }
  });

  test(`${name}: the title is a question, and somebody has asked it`, () => {
    const { question, text } = read(name);
    assert.match(parseScenario(text, name).title, /\?$/);
    assert.ok(question.asked.length > 0);
  });
}

test('an answer that its runs do not show is found out', () => {
  const { text } = read('recv-q-is-backlog-plus-one.yaml');
  const { shows } = readQuestion(text.replace('max = 101', 'max = 100'), 'a.yaml');
  const result = simulate({ scenario: parseScenario(text, 'a.yaml'), files: new Map() });
  assert.equal(
    shows.slice(0, 2).map((shown) => holds(shown, result)),
    [false, true],
  );
});

test('a file without an answer, and a line that shows nothing, are refused', () => {
  assert.throws(() => readQuestion('title: a', 'a.yaml'), /a\.yaml: expected a comment with Answer:, received none/);
  const text = '# Answer: a\n# Shows: b is 5\n# Asked: c\ntitle: d';
  assert.throws(() => readQuestion(text, 'a.yaml'), /expected Shows: PATH = VALUE, received b is 5/);
});
test.run();
