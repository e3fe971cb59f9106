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
import { Html, html, htmlTable } from './html.ts';
import { latencyChart } from './latency-chart.ts';
import { marksOf } from './marks.ts';
import { overTime } from './over-time.ts';
import { STYLE } from './style.ts';

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
  const title = scenario.title === '' ? scenario.name : scenario.title;
  const drops = results.length === 1 ? (changes?.drops ?? all.drops) : all.drops;
  const clients = scenario.traffic.filter((entry) => entry.kind === 'clients');
  const ofFirst = results.length === 1 ? '' : ' (replication 0)';
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="dim">${headOf(all, results.length)}</p>
        </header>
        <main>
          <p class="answer">${answerSentences(all, changes, results.length)}</p>
          ${causesSection(drops)} ${changesSection(changes)}
          <section aria-labelledby="flow">
            <h2 id="flow">Where every SYN went${ofFirst}</h2>
            ${flowSection(first)}
          </section>
          <section aria-labelledby="time">
            <h2 id="time">Over time${ofFirst}</h2>
            ${overTime(
              first.series,
              drops,
              clients.map(({ name }) => name),
              marksOf(scenario, first.series),
            )}
          </section>
          ${clientsSection(input, clients, first, all)}
          <section aria-labelledby="counters">
            <h2 id="counters">Counters</h2>
            ${countersSection(input, first)}
          </section>
          <section aria-labelledby="all" class="screen">
            <h2 id="all">Every number</h2>
            ${metricsSection(input, first)}
          </section>
          <section aria-labelledby="again">
            <h2 id="again">To make it again</h2>
            ${againSection(input, first)}
          </section>
        </main>
      </body>
    </html> `;
  return page.text;
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
  return html`<section aria-labelledby="why">
    <h2 id="why">Why</h2>
    ${htmlTable('Causes of loss', columns, rows)}
  </section>`;
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
  return html`<section aria-labelledby="change">
    <h2 id="change">What would change it</h2>
    ${htmlTable(caption, ['change', 'setting', 'served', 'SYNs refused'], rows)}
  </section>`;
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
  return html`<section aria-labelledby="clients">
    <h2 id="clients">Clients</h2>
    ${htmlTable('What became of them', ['clients', ...FATES.map(fateWords)], rows)}
    <h3>Time to connect${where}</h3>
    ${charts}${waits.length === 0 ? html`` : htmlTable('Time since the first SYN, of those that connected or got a response', ['clients', ...QUANTILES], waits)}
  </section>`;
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
  const rows = first.counters.filter(isMoved).map(({ name, value }) => {
    const meaning = meaningOf(name, family);
    return [name, valueOf(name, value), meaning?.text ?? '', meaning?.setting ?? '', meaning?.rule ?? ''];
  });
  const still = first.counters.filter((counter) => !isMoved(counter)).map(({ name }) => name);
  const table = htmlTable(
    'Counters that moved: names as nstat, netstat or /proc print them, and the work of the kernel',
    ['counter', 'value', 'means', 'moved by', 'rule'],
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

function againSection({ results, scenario, scenarioHash, settings }: RunPageInput, first: RunResult): Html {
  const replications = results.length === 1 ? '' : ` --replications ${results.length}`;
  const set = settings.map(({ path, value }) => ` --set '${path}=${value}'`).join('');
  const rows = [
    ['scenario', scenario.name],
    ['scenario hash', scenarioHash],
    ['seed', first.seed],
    ['version', VERSION],
    ['skip', scenario.skip],
    ['SYNs counted, not simulated one by one', formatForPeople(first.skippedSyns)],
  ];
  return html`<pre><code>halfopen run ${scenario.name}.yaml --seed ${first.seed}${set}${replications} --report</code></pre>
    ${htmlTable('What decides every number here: the same scenario, seed and version give the same bytes', ['what', 'value'], rows)}`;
}
