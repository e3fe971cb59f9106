/**
 * The benchmarks' command: measures every case whose name contains a filter, prints a table, writes CSV.
 * Usage: node dist/bench/run.js [FILTER], or halfopen bench [FILTER] [--json] [--out DIR]
 */
import { pathToFileURL } from 'node:url';
import { toCsv } from '../src/report/csv.ts';
import { writeResultFiles } from '../src/report/files.ts';
import { benchJson } from '../src/report/json.ts';
import { type BenchCase, type BenchHeader, type BenchResult, headerOf, isBusy, measure, type Size } from './harness.ts';
import { eventQueueCases } from './engine/event-queue.bench.ts';
import { lanesCases } from './engine/lanes.bench.ts';
import { randomCases } from './engine/random.bench.ts';
import { ringBufferCases } from './engine/ring-buffer.bench.ts';
import { listenerCases } from './listeners/listener.bench.ts';
import { scenarioCases } from './simulation/scenario.bench.ts';

const SUITES = [eventQueueCases, lanesCases, ringBufferCases, randomCases, listenerCases, scenarioCases];

/** All cases, in order. */
export function benchCases(size: Size): BenchCase[] {
  return SUITES.flatMap((suite) => suite(size));
}

export interface BenchOptions {
  readonly json: boolean;
  /** Folder of the CSV file; null: none is written. */
  readonly out: string | null;
}

/** Measures and reports. @returns the number of cases whose name contains `filter`. */
export async function runBenches(filter: string, options: BenchOptions): Promise<number> {
  const cases = benchCases('real').filter((one) => titleOf(one).includes(filter));
  const header = headerOf();
  const print = (line: string): void => void (options.json || process.stdout.write(`${line}\n`));
  print(
    `${header.date} UTC · commit ${header.commit} · Node ${header.node} · ${header.cpu} · load ${header.load.toFixed(2)}`,
  );
  if (isBusy(header)) print('the machine is busy: do not trust these times');
  const width = Math.max(...cases.map((one) => titleOf(one).length), 10);
  print(
    `${'benchmark'.padEnd(width)} ${'M op/s'.padStart(9)} ${'p50 ns'.padStart(9)} ${'p99 ns'.padStart(9)}  outcome`,
  );
  const results: BenchResult[] = [];
  for (const one of cases) {
    const result = await measure(one);
    results.push(result);
    const figures = [result.opsPerS / 1e6, result.p50Ns, result.p99Ns].map((x) => x.toFixed(2).padStart(9));
    print(`${titleOf(one).padEnd(width)} ${figures.join(' ')}  ${result.hash}`);
  }
  const files =
    options.out === null || cases.length === 0 ? [] : writeResultFiles(options.out, [fileOf(header, results)]);
  if (options.json) process.stdout.write(benchJson({ header, results }));
  else if (files.length > 0) print(`wrote ${files.join(', ')}`);
  return cases.length;
}

/** `event-queue/hold n=1000 delay=exponential`. */
export function titleOf({ name, parameters }: Pick<BenchCase, 'name' | 'parameters'>): string {
  return [name, ...Object.entries(parameters).map(([key, value]) => `${key}=${value}`)].join(' ');
}

function fileOf(header: BenchHeader, results: readonly BenchResult[]): { name: string; text: string } {
  const columns = [
    'benchmark',
    'ops_per_s',
    'p50_ns',
    'p99_ns',
    'rme_percent',
    'samples',
    'hash',
    'commit',
    'node',
    'cpu',
    'load',
  ];
  const rows = results.map((r) => [
    titleOf(r),
    Math.round(r.opsPerS),
    Number(r.p50Ns.toPrecision(5)),
    Number(r.p99Ns.toPrecision(5)),
    Number(r.rme.toPrecision(3)),
    r.samples,
    r.hash,
    header.commit,
    header.node,
    header.cpu,
    header.load,
  ]);
  return { name: `${header.date.replaceAll(/[ :]/g, '-')}.csv`, text: toCsv(columns, rows) };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const count = await runBenches(process.argv[2] ?? '', { json: false, out: 'results/bench' });
  if (count === 0) process.exitCode = 1;
}
