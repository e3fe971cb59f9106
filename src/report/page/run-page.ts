/**
 * A run as one page of HTML that needs nothing else: no script, no font, no network. First the answer, for whoever runs the
 * server; then every number with its meaning and rule, for whoever checks it.
 */
import type { Changes } from '../../experiment/changes.ts';
import type { Estimates } from '../../experiment/estimates.ts';
import { firstOf, total } from '../../experiment/replications.ts';
import type { RunResults } from '../../experiment/run-table.ts';
import { NS_PER_MS } from '../../engine/time.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Drop, RunResult } from '../../simulation/result.ts';
import type { ClientsSpec } from '../../traffic/specs.ts';
import { VERSION } from '../../version.ts';
import { answerSentences, valuesOf } from '../answer.ts';
import { formatDuration, formatEstimate, formatForPeople, formatInstant, formatNumber } from '../format-number.ts';
import { familyOf, meaningOf } from '../meanings/meanings.ts';
import { fateWords, flowChart, sidesOf } from './flow.ts';
import { glossarySection } from './glossary.ts';
import { type Html, html, htmlTable } from './html.ts';
import { latencyChart } from './latency-chart.ts';
import { marksOf } from './marks.ts';
import { overTime } from './over-time.ts';
import { againSection, optionWords, pageText, section } from './shell.ts';

export interface RunPageInput {
  readonly scenario: Scenario;
  readonly scenarioHash: string;
  readonly settings: readonly { readonly path: string; readonly value: string }[];
  /** One, or one per replication: pictures are of the first, numbers of all. */
  readonly results: RunResults;
  readonly estimates: Estimates | null;
  readonly changes: Changes | null;
}

const FATES = ['started', 'served', 'refused', 'timed_out', 'reset', 'pending'] as const;
const QUANTILES = ['p50', 'p90', 'p99', 'max'] as const;

/** The page, as text. */
export function runPage(input: RunPageInput): string {
  const { changes, results, scenario } = input;
  const all = total(results);
  const first = firstOf(results);
  const drops = results.length === 1 ? (changes?.drops ?? all.drops) : all.drops;
  const clients = scenario.traffic.filter((entry) => entry.kind === 'clients');
  const ofFirst = results.length === 1 ? '' : ' (replication 0)';
  const names = clients.map(({ name }) => name);
  return pageText({
    title: scenario.title === '' ? scenario.name : scenario.title,
    head: headOf(all, results.length),
    answer: answerSentences(all, changes, results.length),
    sections: [
      causesSection(drops),
      changesSection(changes),
      section('flow', `Where every SYN went${ofFirst}`, flowSection(first)),
      section('time', `Over time${ofFirst}`, overTime(first, names, marksOf(scenario, first.series))),
      clientsSection(input, clients, first, all),
      section('counters', 'Counters', countersSection(input, first)),
      glossarySection(namesOf(scenario, first, drops), familyOf(scenario.server.stackName)),
      section('all', 'Every number', metricsSection(input, first), false),
      runAgain(input, first),
    ],
  });
}

/** What is explained: counters, the queues, and the settings that the causes of loss and the counters that moved name. */
function namesOf(scenario: Scenario, { counters }: RunResult, drops: readonly Drop[]): string[] {
  const family = familyOf(scenario.server.stackName);
  const moved = counters.flatMap(({ name, value }) => (value === 0 ? [] : [meaningOf(name, family)?.setting ?? '']));
  const settings = [...drops.map(({ setting }) => setting ?? ''), ...moved].flatMap((paths) => paths.split(', '));
  return [...counters.map(({ name }) => name), 'syn_queue', 'accept_queue', ...settings];
}

function headOf({ durationNs, seed, stackName, warmupNs }: RunResult, replications: number): string {
  const warmup = warmupNs === 0 ? '' : `, the first ${formatDuration(warmupNs)} left out`;
  const runs = replications === 1 ? '' : ` · ${formatForPeople(replications)} replications`;
  return `${stackName} · ${formatDuration(durationNs)} simulated${warmup} · seed ${seed}${runs} · halfopen ${VERSION}`;
}

function causesSection(drops: readonly Drop[]): Html {
  if (drops.length === 0) return html``;
  const rows = drops.map(({ cause, count, counter, firstAtNs, rule, setting, text, unit }) => [
    text,
    formatForPeople(count),
    unit,
    firstAtNs === null ? '' : formatInstant(firstAtNs),
    setting ?? 'none',
    `${counter ?? 'no counter'} (${cause}, ${rule})`,
  ]);
  const columns = ['why', 'count', 'of', 'first at', 'setting that moves it', 'where it shows'];
  return section('why', 'Why', htmlTable('Causes of loss', columns, rows));
}

function changesSection(changes: Changes | null): Html {
  if (changes === null || changes.changes.length === 0) return html``;
  const rows = changes.changes.map(({ refusedSyns, served, settings, started, words }) => [
    words,
    settings.map(({ path, value }) => `${path}=${value}`).join(' '),
    started === 0 ? '' : `${formatForPeople(served)} of ${formatForPeople(started)}`,
    formatForPeople(refusedSyns),
  ]);
  const caption = 'Each was tried by running the scenario again with the same random numbers';
  const table = htmlTable(caption, ['change', 'setting', 'served', 'SYNs refused'], rows);
  return section('change', 'What would change it', table);
}

function flowSection(first: RunResult): Html {
  const sides = sidesOf(first.flows);
  if (sides.flows.length === 0) return html`<p>No SYN was sent.</p>`;
  const rows = sides.flows.map(({ count, fate, source }) => [source, fateWords(fate), formatForPeople(count)]);
  const sum = sides.flows.reduce((all, { count }) => all + count, 0);
  const warmup = first.warmupNs === 0 ? '' : ' The warm-up is included here.';
  return html`<figure>
      <figcaption>
        SYNs from who sent them (left) to what became of them (right), those that were sent again included; heights are
        proportional.${warmup}
      </figcaption>
      ${flowChart(sides)}
    </figure>
    <details>
      <summary>The same in numbers</summary>
      ${htmlTable('SYNs by source and fate', ['source', 'fate', 'SYNs'], [...rows, ['all', '', formatForPeople(sum)]])}
    </details>`;
}

function clientsSection(
  { results }: RunPageInput,
  clients: readonly ClientsSpec[],
  first: RunResult,
  all: RunResult,
): Html {
  if (clients.length === 0) return html``;
  const [sums, own] = [valuesOf(all), valuesOf(first)];
  const rows = clients.map(({ name }) => [
    name,
    ...FATES.map((what) => formatForPeople(sums.get(`${name}.${what}`) ?? 0)),
  ]);
  const waits = clients.flatMap(({ name }) =>
    (['connect', 'response'] as const).flatMap((what) => {
      const values = QUANTILES.map((q) => own.get(`${name}.${what}_ms.${q}`) ?? null);
      return values[0] === null
        ? []
        : [[`${name}: ${what}`, ...values.map((ms) => formatDuration((ms ?? 0) * NS_PER_MS))]];
    }),
  );
  const charts = clients.map((entry) => {
    const bins = first.latencies.filter(({ source, what }) => source === entry.name && what === 'connect');
    return latencyChart(
      entry,
      bins,
      own.get(`${entry.name}.started`) ?? 0,
      (own.get(`${entry.name}.connect_ms.p50`) ?? 0) * NS_PER_MS,
    );
  });
  const where = results.length === 1 ? '' : ' (replication 0)';
  const caption = 'Time since the first SYN, of those that connected or got a response';
  return section(
    'clients',
    'Clients',
    html`${htmlTable('What became of them', ['clients', ...FATES.map(fateWords)], rows)}
      <h3>Time to connect${where}</h3>
      ${charts}${waits.length === 0 ? html`` : htmlTable(caption, ['clients', ...QUANTILES], waits)}`,
  );
}

/** Those that moved, with their meaning; the others by name. */
function countersSection({ estimates, scenario }: RunPageInput, first: RunResult): Html {
  const family = familyOf(scenario.server.stackName);
  const means = new Map(estimates?.counters.map((one) => [one.path, one]));
  const valueOf = (name: string, value: number): string => {
    const one = means.get(name);
    if (one === undefined || one.mean === null) return formatForPeople(value);
    const { halfWidth, mean } = formatEstimate(one.mean, one.halfWidth);
    return `${mean} ${halfWidth}`.trim();
  };
  const isMoved = ({ name, value }: { name: string; value: number }): boolean => (means.get(name)?.mean ?? value) !== 0;
  const rows = first.counters
    .filter(isMoved)
    .map(({ name, value }) => [name, valueOf(name, value), meaningOf(name, family)?.text ?? '']);
  const still = first.counters.filter((counter) => !isMoved(counter)).map(({ name }) => name);
  const table = htmlTable(
    'Counters that moved: names as nstat, netstat or /proc print them, and the work of the kernel',
    ['counter', 'value', 'means'],
    rows,
  );
  return html`${table}${still.length === 0 ? html`` : html`<p class="dim">At 0: ${still.join(', ')}.</p>`}`;
}

function metricsSection({ estimates }: RunPageInput, first: RunResult): Html {
  const isOne = estimates === null;
  const rows = isOne
    ? first.metrics.map(({ path, unit, value }) => [path, formatNumber(value), unit])
    : estimates.metrics.map(({ halfWidth, mean, n, path, unit }) => [
        path,
        formatNumber(mean),
        unit,
        formatNumber(halfWidth),
        String(n),
      ]);
  const columns = isOne ? ['metric', 'value', 'unit'] : ['metric', 'mean', 'unit', '95 % half-width', 'runs'];
  return html`<details id="metrics">
    <summary>All ${String(rows.length)} metrics, as in summary.csv</summary>
    ${htmlTable('summary.csv', columns, rows)}
  </details>`;
}

function runAgain({ results, scenario, scenarioHash, settings }: RunPageInput, first: RunResult): Html {
  const replications = results.length === 1 ? '' : ` --replications ${results.length}`;
  const set = optionWords(
    'set',
    settings.map(({ path, value }) => `${path}=${value}`),
  );
  const seed = optionWords('seed', [first.seed]);
  return againSection(`halfopen run ${scenario.name}.yaml${seed}${set}${replications} --report`, [
    ['scenario', scenario.name],
    ['scenario hash', scenarioHash],
    ['seed', first.seed],
    ['version', VERSION],
    ['skip', scenario.skip],
    ['SYNs counted, not simulated one by one', formatForPeople(first.skippedSyns)],
  ]);
}
