/** `halfopen bench gc`: what warm benchmarks allocate, collect and have thrown away, each in a process of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchModule } from '../../src/cli/bench.ts';
import { Exit } from '../../src/cli/messages.ts';
import { plainJson } from '../../src/report/json.ts';
import { wrap } from '../../src/report/layout.ts';
import { casesOf, titleOf } from '../cases.ts';
import type { BenchCase, Size } from '../harness.ts';
import { formatHeader, headerOf } from '../header.ts';
import { runJob } from '../jobs.ts';
import { type Column, formatRate, ResultTable } from '../result-table.ts';
import { StatusLine } from '../status-line.ts';
import { type Deopt, deoptsIn, logFlags } from './deopts.ts';
import type { SteadyState } from './steady-state.ts';

const COLUMNS: readonly Column[] = [
  { label: 'op', width: 7 },
  { label: 'scavenges', width: 9 },
  { label: 'full', width: 5 },
  { label: 'deopts', width: 6 },
  { label: 'byte/op', width: 7 },
];
/** An allocator of less than this share of a benchmark's bytes is not worth a line. */
const SHARE_MIN = 0.05;
/** Less than this many bytes an operation is the measuring itself. */
const BYTES_MIN = 0.05;
const PACKAGE = new URL('../../', import.meta.url).href;

/** A benchmark with what happened in its second half. */
export interface Watched extends SteadyState {
  readonly title: string;
  readonly deopts: readonly Deopt[];
}

export const runSteadyState: BenchModule['runSteadyState'] = async (filter, { json, quiet, size, width }) => {
  const cases = casesOf(filter, size);
  const header = headerOf();
  const print = (text: string): void => {
    if (!json && !quiet) process.stdout.write(`${text}\n`);
  };
  const table = new ResultTable(COLUMNS, cases, width);
  print(formatHeader(header, width));
  print(table.head());
  const status = new StatusLine(cases.length, quiet || json);
  const watched: Watched[] = [];
  for (const one of cases) {
    status.begin(titleOf(one));
    const found = await watch(one, size);
    status.end();
    watched.push(found);
    print([table.row(one, cellsOf(found)), ...reasonsOf(found).map((line) => wrap(line, width, 6))].join('\n'));
  }
  if (json) process.stdout.write(documentOf(header, watched));
  return Exit.Done;
};

/** Watches `one` in a process of its own. */
export async function watch(one: BenchCase, size: Size): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-bench-'));
  try {
    const log = join(folder, 'v8.log');
    const title = titleOf(one);
    const found = await runJob('steadyState', { size, title }, logFlags(log));
    return { ...found, title, deopts: deoptsIn(readFileSync(log, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function cellsOf({ bytesPerOperation, deopts, markCompacts, operations, scavenges }: Watched): string[] {
  const count = deopts.reduce((sum, deopt) => sum + deopt.count, 0);
  const bytes = bytesPerOperation < BYTES_MIN ? '0' : bytesPerOperation.toPrecision(3);
  return [formatRate(operations), String(scavenges), String(markCompacts), String(count), bytes];
}

/** Who allocates, and what was thrown away, a line each. */
function reasonsOf({ allocators, bytesPerOperation, deopts }: Watched): string[] {
  const allocating = allocators.filter(
    (a) => a.bytesPerOperation >= Math.max(BYTES_MIN, SHARE_MIN * bytesPerOperation),
  );
  return [
    ...allocating.map((a) => {
      const name = a.name === '' ? 'code' : a.name;
      return `    ${a.bytesPerOperation.toPrecision(3)} byte/op: ${name} (${shortPlace(a.place)})`;
    }),
    ...deopts.map(({ count, place, reason }) => `    ${count} × deoptimized: ${shortPlace(place)}: ${reason}`),
  ];
}

/** A place in the package from its root on. */
function shortPlace(place: string): string {
  if (place.startsWith(PACKAGE)) return place.slice(PACKAGE.length);
  return place.startsWith('file:') ? fileURLToPath(place) : place;
}

function documentOf(header: object, watched: readonly Watched[]): string {
  return plainJson('bench', {
    header,
    steady_state: watched.map((w) => ({
      title: w.title,
      operations: w.operations,
      scavenges: w.scavenges,
      mark_compacts: w.markCompacts,
      bytes_per_operation: w.bytesPerOperation,
      allocators: w.allocators.map(({ bytesPerOperation, name, place }) => ({
        name,
        place: shortPlace(place),
        bytes_per_operation: bytesPerOperation,
      })),
      deopts: w.deopts.map(({ count, place, reason }) => ({ place: shortPlace(place), reason, count })),
    })),
  });
}
