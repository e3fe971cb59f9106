/**
 * Several stacks and one workload as one page: what each serves, how they go over time on the same axes, the numbers side by side, and why
 * each differs from the first.
 */
import type { ComparedMetric, StackRuns } from '../../experiment/compare.ts';
import { firstOf } from '../../experiment/replications.ts';
import { NS_PER_S } from '../../engine/time.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { VERSION } from '../../version.ts';
import { answerOfComparison, cell, differencesOf, rowsOf } from '../compare.ts';
import { formatDuration, formatForPeople } from '../format-number.ts';
import { familyOf } from '../meanings/meanings.ts';
import { draw, isNarrow, legend } from './drawing.ts';
import { glossarySection } from './glossary.ts';
import { type Html, html, htmlTable } from './html.ts';
import { MARK_COLORS, marksOf } from './marks.ts';
import { measuresOf, panelsOf } from './multiples.ts';
import { againSection, optionWords, pageText, section } from './shell.ts';

export interface ComparePageInput {
  /** As it is without a stack of the comparison. */
  readonly scenario: Scenario;
  readonly scenarioHash: string;
  readonly settings: readonly { readonly path: string; readonly value: string }[];
  readonly runs: readonly StackRuns[];
  readonly metrics: readonly ComparedMetric[];
}

/** Stacks that have panels, at most; the tables have all. */
const DRAWN_MAX = 12;
/** Stacks that are columns of a table, at most. */
const STACK_COLUMNS = 6;
/** Stacks in a row of panels, at most: on a wide page, on a narrow one. */
const COLUMNS = [5, 2] as const;

/** The page, as text. */
export function comparePage(input: ComparePageInput): string {
  const { metrics, runs, scenario } = input;
  const replications = runs[0]?.results.length ?? 1;
  const count = replications === 1 ? '' : ` · ${formatForPeople(replications)} replications`;
  const families = [...new Set(runs.map(({ stack }) => familyOf(stack)))];
  return pageText({
    title: scenario.title === '' ? scenario.name : scenario.title,
    head: `${runs.map(({ stack }) => stack).join(', ')} · ${formatDuration(scenario.durationNs)} simulated · seed ${scenario.seed}${count} · halfopen ${VERSION}`,
    answer: answerOfComparison(runs, metrics),
    sections: [
      section('time', `Over time${replications === 1 ? '' : ' (replication 0)'}`, multiples(input)),
      section('numbers', 'Side by side', numbersTable(input)),
      section('why', 'Why they differ', whyTable(input)),
      section('all', 'Every number', metricsTable(input), false),
      // Names mean the same on all stacks of a family; of several the first one's are told.
      glossarySection(['syn_queue', 'accept_queue', 'backlog'], families[0] ?? 'linux'),
      againOf(input),
    ],
  });
}

function multiples({ runs, scenario }: ComparePageInput): Html {
  const drawn = runs.slice(0, DRAWN_MAX);
  const firsts = drawn.map(({ results }) => firstOf(results));
  const clients = scenario.traffic.filter(({ kind }) => kind === 'clients').map(({ name }) => name);
  const [first] = firsts;
  if (first === undefined) return html``;
  const marks = marksOf(scenario, first.series);
  const stacks = drawn.map(({ stack }) => stack);
  const endS = Math.max(...firsts.map(({ series }) => (series.timeNs.at(-1) ?? 0) / NS_PER_S), 1e-9);
  const figures = measuresOf(firsts, clients).map((measure) => {
    const peaks = measure.lines.map(
      (line, i) => `${stacks[i] ?? ''} ${formatForPeople(Math.max(0, ...line.map(({ v }) => v)))}`,
    );
    const label = `${measure.title} over time, ${measure.unit}, at most: ${peaks.join(', ')}.`;
    const chart = draw((width) => {
      const rows = Math.ceil(stacks.length / (isNarrow(width) ? COLUMNS[1] : COLUMNS[0]));
      const columns = Math.ceil(stacks.length / rows);
      return panelsOf(measure, { stacks, marks, endS, columns, panelHeight: 122, left: 52, width });
    }, label);
    return html`<figure>
      <figcaption>
        <strong>${measure.title}</strong>, ${measure.unit}, on the same axes for every stack; the number is the peak
      </figcaption>
      ${chart}
    </figure>`;
  });
  const kinds = [...new Set(marks.map(({ kind }) => kind))];
  const bands = kinds.map((kind) => ({ name: kind, color: MARK_COLORS[kind], isBand: true }));
  const left = runs.slice(DRAWN_MAX).map(({ stack }) => stack);
  const more = left.length === 0 ? html`` : html`<p class="dim">Not drawn, but in the tables: ${left.join(', ')}.</p>`;
  return html`${bands.length === 0 ? html`` : legend(bands)}${figures}${more}`;
}

/** A column a stack; a row where there are more of them than columns fit. */
function numbersTable({ metrics, runs }: ComparePageInput): Html {
  const shown = rowsOf(firstOf(runs[0]?.results ?? []), metrics);
  const caption = 'The same clients at the same instants on every stack';
  const stacks = runs.map(({ stack }) => stack);
  const textOf = ({ unit, values }: ComparedMetric, i: number): string => cell(values[i] ?? null, unit);
  if (stacks.length <= STACK_COLUMNS) {
    const rows = shown.map((metric) => [metric.path, ...stacks.map((_, i) => textOf(metric, i))]);
    return htmlTable(caption, ['metric', ...stacks], rows);
  }
  const rows = stacks.map((stack, i) => [stack, ...shown.map((metric) => textOf(metric, i))]);
  return htmlTable(caption, ['stack', ...shown.map(({ path }) => path)], rows);
}

function whyTable({ metrics, runs }: ComparePageInput): Html {
  const texts = differencesOf(runs, metrics);
  const notes = runs.map(({ notes: own }) => own.join('; '));
  const hasNotes = notes.some((note) => note !== '');
  const rows = texts.map(({ stack, text }, i) => [stack, text, ...(hasNotes ? [notes[i] ?? ''] : [])]);
  const columns = ['stack', 'what it does, and why', ...(hasNotes ? ['left out of the scenario'] : [])];
  return htmlTable('The first stack, then each against the first', columns, rows);
}

/** Of the stacks that are drawn; the others are in compare.csv. */
function metricsTable({ metrics, runs }: ComparePageInput): Html {
  const shown = runs.slice(0, DRAWN_MAX);
  const rows = metrics.map(({ path, unit, values }) => [
    path,
    unit,
    ...shown.map((_, i) => {
      const value = values[i] ?? null;
      return value === null ? '' : cell(value, unit === 'ms' ? '' : unit);
    }),
  ]);
  const whose = shown.length < runs.length ? ` of the first ${shown.length} stacks` : '';
  return html`<details>
    <summary>All ${String(rows.length)} metrics${whose}, as in compare.csv</summary>
    ${htmlTable('compare.csv', ['metric', 'unit', ...shown.map(({ stack }) => stack)], rows)}
  </details>`;
}

function againOf({ runs, scenario, scenarioHash, settings }: ComparePageInput): Html {
  const count = runs[0]?.results.length ?? 1;
  const set = optionWords(
    'set',
    settings.map(({ path, value }) => `${path}=${value}`),
  );
  const stacks = optionWords('stacks', [runs.map(({ stack }) => stack).join(',')]);
  const replications = count === 1 ? '' : ` --replications ${count}`;
  const words = `${stacks}${replications}${set}${optionWords('seed', [scenario.seed])}`;
  return againSection(`halfopen compare ${scenario.name}.yaml${words} --report`, [
    ['scenario', scenario.name],
    ['scenario hash', scenarioHash],
    ['seed', scenario.seed],
    ['version', VERSION],
  ]);
}
