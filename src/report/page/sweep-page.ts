/**
 * A sweep as one page: which points there are, where a metric is least and most, which setting moves it, a map over two settings, lines
 * with their intervals, and the points as a table. What a large sweep has no room for is put together in bins, or left out, and said.
 */
import { formatEstimate, formatForPeople } from '../format-number.ts';
import { familyOf } from '../meanings/meanings.ts';
import type { SweepMetric, SweepTable } from '../sweep-table.ts';
import { glossarySection } from './glossary.ts';
import { heatMap } from './heat-map.ts';
import { type Html, html, htmlTable } from './html.ts';
import { againSection, optionWords, pageText, section } from './shell.ts';
import { type Axis, axesOf, binsOf } from './sweep-axes.ts';
import { shareOf } from './sweep-cells.ts';
import { effects, sweepLines } from './sweep-lines.ts';
import { tabs, TABS_MAX } from './tabs.ts';

/** What manifest.json says of a sweep. */
export interface SweepFacts {
  readonly title: string;
  readonly scenario: string;
  readonly scenarioHash: string;
  readonly stack: string;
  readonly duration: string;
  readonly seed: string;
  readonly version: string;
  readonly settings: readonly { readonly path: string; readonly value: string }[];
  /** Values of each varied path, as `--vary` takes them; a text where there are too many to spell out. */
  readonly vary: readonly { readonly path: string; readonly values: readonly string[] | string }[];
  /** Points of a latin hypercube; null: all combinations. */
  readonly sample: number | null;
  readonly replications: number;
  readonly until: readonly string[];
}

/** Points that the table has, at most. */
const ROWS_MAX = 200;
/** Of more points those at either end, so many of each. */
const ENDS = 20;
const PROBLEMS_MAX = 40;
/** Bins that a setting has when its share of the variation is told. */
const SHARE_BINS = 6;
const SETTINGS_DRAWN = 12;
const VALUES_CHARS = 240;

/** The page, as text. */
export function sweepPage(table: SweepTable, facts: SweepFacts): string {
  const axes = axesOf(table);
  const varying = table.metrics.filter((metric) => variesIn(metric));
  const shares = new Map(
    table.metrics.map((metric) => [metric, axes.map((axis) => shareOf(metric, binsOf(axis, SHARE_BINS)))]),
  );
  const ranked = rankedAxes(axes, [...shares.values()]);
  const names = [...table.paths, ...table.metrics.map(({ path }) => path)];
  return pageText({
    title: facts.title === '' ? facts.scenario : facts.title,
    head: `${facts.stack} · ${facts.duration} simulated · seed ${facts.seed} · halfopen ${facts.version}`,
    answer: `${sizeWords(table, facts)} ${answerOf(axes, varying[0], shares)}`.trim(),
    sections: [
      section('pictures', 'What changes what', picturesOf(table, ranked, varying, axes, shares)),
      ...(table.problems.length > 0 ? [section('problems', 'Points with a problem', problemsTable(table, axes))] : []),
      section('points', 'Points', pointsTable(table, axes, varying[0] ?? table.metrics[0])),
      glossarySection(names, familyOf(facts.stack)),
      againOf(facts),
    ],
  });
}

function variesIn({ mean }: SweepMetric): boolean {
  let first = NaN;
  for (const value of mean) {
    if (Number.isNaN(value)) continue;
    if (Number.isNaN(first)) first = value;
    else if (value !== first) return true;
  }
  return false;
}

function sizeWords({ length, paths, problems, replications }: SweepTable, { sample }: SweepFacts): string {
  const [least, most] = replications;
  const runs = least === most ? formatForPeople(most) : `${formatForPeople(least)} to ${formatForPeople(most)}`;
  const kind = sample === null ? '' : ', a latin hypercube of all combinations';
  const settings = paths.length === 1 ? '1 setting' : `${paths.length} settings`;
  const bad =
    problems.length === 0
      ? ''
      : ` ${formatForPeople(problems.length)} of them ${problems.length === 1 ? 'has a problem and no numbers' : 'have a problem and no numbers'}.`;
  return `${formatForPeople(length)} points of ${settings}${kind}, ${runs} ${most === 1 ? 'run' : 'runs'} each.${bad}`;
}

type Shares = ReadonlyMap<SweepMetric, readonly (number | null)[]>;

function answerOf(axes: readonly Axis[], metric: SweepMetric | undefined, shares: Shares): string {
  if (metric === undefined) return 'No metric that is shown here differs between them.';
  const order = orderBy(metric);
  const [first, last] = [order[0], order.at(-1)];
  if (first === undefined || last === undefined) return '';
  const unit = unitOf(metric.path);
  const at = (point: number): string =>
    axes.map((axis) => `${axis.path}=${axis.values[axis.at[point] ?? 0] ?? ''}`).join(', ');
  const isFirst = (point: number): boolean => metric.mean[point] === metric.mean[first];
  const same = order.filter(isFirst).length;
  const where = same === 1 ? `with ${at(first)}` : `at ${formatForPeople(same)} points`;
  const own = shares.get(metric) ?? [];
  const known = own.flatMap((share, i) => (share === null ? [] : [{ share, path: axes[i]?.path ?? '' }]));
  const most = known.toSorted((a, b) => b.share - a.share)[0];
  const mover =
    axes.length < 2 || most === undefined || most.share < 0.05
      ? ''
      : ` ${most.path} moves it most: ${formatForPeople(100 * most.share, 2)} % of its variation goes with that setting alone.`;
  return `${metric.path} is least, ${estimateText(metric, first)}${unit}, ${where}, and most, ${estimateText(metric, last)}${unit}, with ${at(last)}.${mover}`;
}

/** Points with a value, ascending by it. */
function orderBy({ mean }: SweepMetric): number[] {
  const points = Array.from({ length: mean.length }, (_, i) => i).filter((i) => !Number.isNaN(mean[i]));
  return points.toSorted((a, b) => (mean[a] ?? 0) - (mean[b] ?? 0) || a - b);
}

/** Axes, those that move the metrics most first; of two settings the one with more values first. */
function rankedAxes(axes: readonly Axis[], shares: readonly (readonly (number | null)[])[]): Axis[] {
  const weight = (i: number): number => shares.reduce((sum, own) => sum + (own[i] ?? 0), 0);
  const order = axes.map((_, i) => i).toSorted((a, b) => weight(b) - weight(a));
  const [first, second, ...others] = order.map((i) => axes[i]).filter((axis) => axis !== undefined);
  if (first === undefined || second === undefined) return axes.slice();
  const isBetterX = (a: Axis, b: Axis): boolean =>
    a.numbers !== null && (b.numbers === null || a.values.length >= b.values.length);
  return isBetterX(second, first) && !isBetterX(first, second)
    ? [second, first, ...others]
    : [first, second, ...others];
}

function picturesOf(
  table: SweepTable,
  ranked: readonly Axis[],
  varying: readonly SweepMetric[],
  axes: readonly Axis[],
  shares: Shares,
): Html {
  const [x, z] = ranked;
  if (x === undefined || varying.length === 0) return html`<p>Nothing that is shown here changes.</p>`;
  const shown = varying.slice(0, TABS_MAX);
  const parts = shown.map((metric) => {
    const unit = unitOf(metric.path);
    const map = z === undefined ? html`` : heatMap(metric, x, z, unit);
    const alone = axes.length > 2 ? effects(metric, ranked.slice(0, SETTINGS_DRAWN), unit) : html``;
    return { name: metric.path, body: html`${map}${sweepLines(metric, x, z ?? null, unit)}${alone}` };
  });
  const still = table.metrics.filter((metric) => !shown.includes(metric)).map(({ path }) => path);
  const others =
    axes.length > 2
      ? html`<p class="dim">
          Maps and lines are over ${x.path} and ${z?.path ?? ''}, which move these metrics most; the other settings take
          all their values in every cell.
        </p>`
      : html``;
  return html`${axes.length > 1 ? sharesTable(axes, shown, shares) : html``}${others}
  ${tabs('metric', 'Metric', parts)}${still.length === 0 ? html`` : html`<p class="dim">The same at every point: ${still.join(', ')}.</p>`}`;
}

function sharesTable(axes: readonly Axis[], metrics: readonly SweepMetric[], shares: Shares): Html {
  const rows = axes.map((axis, i) => [
    axis.path,
    ...metrics.map((metric) => {
      const share = shares.get(metric)?.[i] ?? null;
      return share === null ? '' : `${formatForPeople(Math.round(100 * share))} %`;
    }),
  ]);
  if (rows.every((row) => row.slice(1).every((cell) => cell === ''))) return html``;
  const caption = 'Share of the variation over all points';
  return html`<p>
      How much of the variation of each metric goes with one setting alone. What is missing to 100 % takes several
      settings together, or is chance.
    </p>
    ${htmlTable(caption, ['setting', ...metrics.map(({ path }) => path)], rows)}`;
}

function problemsTable({ problems }: SweepTable, axes: readonly Axis[]): Html {
  const rows = problems
    .slice(0, PROBLEMS_MAX)
    .map(({ point, text }) => [String(point), ...valuesOf(axes, point), text]);
  const left = problems.length - rows.length;
  const more = left > 0 ? html`<p class="dim">${formatForPeople(left)} more are in sweep.csv.</p>` : html``;
  return html`${htmlTable('They count nowhere above', ['point', ...axes.map(({ path }) => path), 'problem'], rows)}${more}`;
}

function valuesOf(axes: readonly Axis[], point: number): string[] {
  return axes.map((axis) => axis.values[axis.at[point] ?? 0] ?? '');
}

/** All points in the order of sweep.csv; of too many those where the first metric is least and most. */
function pointsTable(table: SweepTable, axes: readonly Axis[], by: SweepMetric | undefined): Html {
  const problems = new Set(table.problems.map(({ point }) => point));
  const all = Array.from({ length: table.length }, (_, i) => i).filter((point) => !problems.has(point));
  const order = by === undefined ? all : orderBy(by);
  const isCut = all.length > ROWS_MAX;
  const points = isCut ? [...order.slice(0, ENDS), ...order.slice(Math.max(ENDS, order.length - ENDS))] : all;
  const rows = points.map((point) => [
    ...valuesOf(axes, point),
    ...table.metrics.map((metric) => estimateText(metric, point)),
  ]);
  const columns = [
    ...axes.map(({ path }) => path),
    ...table.metrics.map(({ path }) => `${path}${unitOf(path).trim() === '' ? '' : `, ${unitOf(path).trim()}`}`),
  ];
  const caption = isCut
    ? `The ${ENDS} points with the least ${by?.path ?? ''}, then the ${ENDS} with the most; all ${formatForPeople(table.length)} are in sweep.csv`
    : 'Mean and half-width of the 95 % interval, as in sweep.csv';
  return htmlTable(caption, columns, rows);
}

function estimateText({ halfWidth, mean }: SweepMetric, point: number): string {
  const [value, half] = [mean[point] ?? NaN, halfWidth[point] ?? NaN];
  if (Number.isNaN(value)) return '';
  const { halfWidth: error, mean: text } = formatEstimate(value, Number.isNaN(half) ? null : half);
  return error === '' || error === '± 0' ? text : `${text} ${error}`;
}

/** Of a metric whose name carries one: ` ms`, ` s`. */
function unitOf(path: string): string {
  const unit = /_(ms|s)(?:\.|$)/.exec(path)?.[1];
  return unit === undefined ? '' : ` ${unit}`;
}

function againOf(facts: SweepFacts): Html {
  const { replications, sample, scenario, scenarioHash, seed, settings, until, vary, version } = facts;
  const varied = vary.map(({ path, values }) => {
    const list = typeof values === 'string' ? values : values.join(',');
    return { path, list, isWhole: typeof values !== 'string' && list.length <= VALUES_CHARS };
  });
  const words = [
    optionWords(
      'vary',
      varied.map(({ isWhole, list, path }) => `${path}=${isWhole ? list : '…'}`),
    ),
    sample === null ? '' : ` --sample ${sample}`,
    ` --replications ${replications}`,
    optionWords('until', until),
    optionWords(
      'set',
      settings.map(({ path, value }) => `${path}=${value}`),
    ),
    optionWords('seed', [seed]),
  ];
  return againSection(`halfopen sweep ${scenario}.yaml${words.join('')} --report`, [
    ['scenario', scenario],
    ['scenario hash', scenarioHash],
    ['seed', seed],
    ['version', version],
    ...varied.flatMap(({ isWhole, list, path }): [string, string][] => (isWhole ? [] : [[`values of ${path}`, list]])),
  ]);
}
