/** `halfopen explain`: what a counter, a metric, a setting or a rule means, what moves it, and the scenario that shows it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../engine/errors.ts';
import { plainJson } from '../report/json.ts';
import { wrap } from '../report/layout.ts';
import {
  explainableNames,
  type Explanation,
  explanationsOf,
  isMetric,
  paragraphsOf,
} from '../report/meanings/explain.ts';
import { familyOf } from '../report/meanings/meanings.ts';
import { isPathOf, type MetricMeaning } from '../report/meanings/metrics.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { packageDirectory } from './input-files.ts';
import { Exit, terminalWidth } from './messages.ts';
import type { CommonOptions } from './options.ts';

/** A shipped scenario, and where its results are. */
interface Shipped {
  /** `questions/NAME`, or `scenarios/NAME.yaml`. */
  readonly name: string;
  readonly text: string;
  readonly results: string;
}

/** @returns the exit code. */
export function explain(name: string, options: CommonOptions): number {
  const found = explanationsOf(name);
  if (found.length === 0) {
    const names = explainableNames();
    const short = names.map((one) => one.replace(/^TcpExt/, '').replace(/^.*\./, ''));
    const hint = didYouMean(name, [...names, ...short]);
    const expected = `a counter, a level, a metric, a setting or a rule of the model${hint}`;
    throw new InputError([{ where: 'NAME', expected, received: name }]);
  }
  const shipped = shippedScenarios();
  const shown = found.map((one) => ({ ...one, scenario: scenarioThatShows(one, shipped) }));
  if (options.json === true) {
    const explanations = shown.map(({ families, meaning, scenario }) => ({
      name: meaning.name,
      kind: meaning.kind,
      families,
      text: meaning.text,
      setting: meaning.setting,
      rule: meaning.rule,
      scenario,
    }));
    process.stdout.write(plainJson('explain', { name, explanations }));
  } else {
    const width = terminalWidth();
    process.stdout.write(shown.map(({ scenario, ...one }) => textOf(one, scenario, width)).join('\n'));
  }
  return Exit.Done;
}

function textOf({ families, meaning }: Explanation, scenario: string | null, width: number): string {
  const whose = isMetric(meaning) ? meaning.owners.join(', ') : families.join(', ');
  const [first, second] = paragraphsOf(meaning);
  const lines = [
    `${meaning.name} (${meaning.kind}; ${whose})`,
    wrap(`  ${first}`, width, 2),
    '',
    wrap(`  ${second}`, width, 2),
  ];
  if (scenario !== null) lines.push(`  see it: halfopen run ${scenario}`);
  return `${lines.join('\n')}\n`;
}

/** The shipped scenarios, questions first. */
function shippedScenarios(): Shipped[] {
  const root = packageDirectory();
  const folder = join(root, 'scenarios');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  const isQuestion = (file: string): boolean => file.startsWith('questions');
  const sorted = [...files.filter(isQuestion).toSorted(), ...files.filter((file) => !isQuestion(file)).toSorted()];
  return sorted.map((file) => {
    const base = file.replaceAll('\\', '/').replace(/\.yaml$/, '');
    const name = isQuestion(file) ? base : `scenarios/${base}.yaml`;
    return { name, text: readFileSync(join(folder, file), 'utf8'), results: join(root, 'results', base) };
  });
}

/** One that sets the setting, or whose results have the counter above 0; one that speaks of it before others. */
function scenarioThatShows({ families, meaning }: Explanation, shipped: readonly Shipped[]): string | null {
  const isOfFamily = ({ text }: Shipped): boolean => {
    const stack = /^\s+stack: *([\w.-]+)/m.exec(text)?.[1] ?? /server: *\{[^}]*stack: *([\w.-]+)/.exec(text)?.[1];
    return stack !== undefined && families.includes(familyOf(stack));
  };
  const shows = ({ results, text }: Shipped): boolean => {
    if (meaning.kind === 'setting') return new RegExp(`\\b${escaped(meaning.name)}:`).test(text);
    const path = join(results, meaning.kind === 'counter' ? 'counters.csv' : 'summary.csv');
    if (!existsSync(path)) return false;
    if (isMetric(meaning))
      return readFileSync(path, 'utf8')
        .split('\n')
        .some((line) => hasMetric(line, meaning));
    const cell = meaning.kind === 'counter' ? escaped(meaning.name) : `listener\\.${escaped(meaning.name)}\\.max`;
    return new RegExp(`^${cell},(?:[^,\\n]*,)*[1-9]`, 'm').test(readFileSync(path, 'utf8'));
  };
  const found = shipped.filter((one) => isOfFamily(one) && shows(one));
  const bare = meaning.name.replace(/^Tcp(?:ExtTCP|Ext)?/, '');
  return (found.find(({ text }) => text.includes(bare)) ?? found[0])?.name ?? null;
}

/** Is `line` of a summary the metric, with a value above 0? */
function hasMetric(line: string, meaning: MetricMeaning): boolean {
  const [path = '', , value = ''] = line.split(',');
  return Number(value) > 0 && isPathOf(path, meaning);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
