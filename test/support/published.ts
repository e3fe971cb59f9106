/**
 * Results that others have published, each beside what a shipped scenario gives: test/golden/published-results.json says
 * what was told and how close a run has to come, scenarios/published/ holds the scenarios, and the table in its README.
 * `exact`: the figure follows from a rule. `shape`: the order of magnitude or the direction is what can be expected, since
 * what it hangs on beside the listener was not told.
 */
import { readFileSync } from 'node:fs';
import { loadScenario } from '../../src/cli/input-files.ts';
import type { RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';

export interface Figure {
  readonly what: string;
  /** Null: nobody told, it is there to show what makes the difference. */
  readonly told: number | null;
  readonly metric: string;
  /** Metric that it is divided by. */
  readonly per?: string;
  /** PATH=VALUE …, beside the scenario as it is. */
  readonly set?: string;
  /** Least and most that agree. */
  readonly range: readonly [number, number];
}

export interface Published {
  readonly id: string;
  readonly source: string;
  /** Basename below scenarios/published/. */
  readonly scenario: string;
  readonly kind: 'exact' | 'shape';
  readonly figures: readonly Figure[];
}

export function readPublished(): Published[] {
  return JSON.parse(readFileSync('test/golden/published-results.json', 'utf8')) as Published[];
}

const runs = new Map<string, RunResult>();

/** What the scenario gives. Each is run once. */
export function simulated({ scenario }: Published, { metric, per, set = '' }: Figure): number {
  const key = `${scenario} ${set}`;
  const result = runs.get(key) ?? run(scenario, set);
  runs.set(key, result);
  const of = (path: string): number => result.metrics.find((one) => one.path === path)?.value ?? NaN;
  return per === undefined ? of(metric) : of(metric) / of(per);
}

function run(scenario: string, set: string): RunResult {
  const overrides = set
    .split(' ')
    .filter((one) => one !== '')
    .map((one) => ({ path: one.slice(0, one.indexOf('=')), value: one.slice(one.indexOf('=') + 1) }));
  return simulate(loadScenario(`scenarios/published/${scenario}.yaml`, overrides, undefined, new Map()));
}

/** Lines of the table, one for each figure. */
export function publishedTable(): string {
  const rows = readPublished().flatMap((result) =>
    result.figures.map((figure, i) => {
      const { told, what } = figure;
      const [name, source, kind] =
        i === 0 ? [scenarioLink(result), `${result.source} (${result.id})`, result.kind] : ['', '', ''];
      const received = simulated(result, figure);
      return `| ${source} | ${kind} | ${what} | ${told === null ? '' : formatted(told)} | ${formatted(received)} | ${name} |`;
    }),
  );
  return ['| source | | figure | told | simulated | scenario |', '|---|---|---|---|---|---|', ...rows, ''].join('\n');
}

function scenarioLink({ scenario }: Published): string {
  return `[${scenario}](${scenario}.yaml)`;
}

function formatted(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 3 });
}
