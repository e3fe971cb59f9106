/**
 * `halfopen bench`: measures every case whose title has the parts of a filter, each in a process of its own, prints
 * a table, compares with earlier results, writes CSV.
 */
import type { BenchModule, BenchRequest } from '../src/cli/bench.ts';
import { Exit } from '../src/cli/messages.ts';
import { writeResultFiles } from '../src/report/files.ts';
import { benchJson } from '../src/report/json.ts';
import { wrap } from '../src/report/layout.ts';
import { type Comparison, compare, differencesOf, missingNow, PROCESS_NOISE, VERDICTS } from './against.ts';
import { benchCases, casesOf, titleOf } from './cases.ts';
import { type BenchCase, type BenchResult, measure } from './harness.ts';
import { type BenchHeader, formatHeader, headerOf } from './header.ts';
import { runJob } from './jobs.ts';
import { type EarlierResults, readResults, resultsFile } from './results-file.ts';
import { planLines, scalingLines } from './scaling.ts';
import { type Column, formatNs, formatPercent, formatRate, ResultTable } from './result-table.ts';
import { StatusLine } from './status-line.ts';

export { runMemory } from './memory/run-memory.ts';
export { runSteadyState } from './steady-state/run-steady-state.ts';

const COLUMNS: readonly Column[] = [
  { label: 'op/s', width: 7 },
  { label: 'p50', width: 9 },
  { label: 'p99', width: 9 },
  { label: 'margin', width: 6 },
  { label: 'outcome', width: 8 },
];
const COMPARED: readonly Column[] = [
  { label: 'before', width: 9 },
  { label: 'now', width: 9 },
  { label: 'ratio', width: 5 },
  { label: 'margin', width: 6 },
  { label: 'verdict', width: 13 },
];

export const runBenches: BenchModule['runBenches'] = async (request) => {
  const cases = casesOf(request.filter, request.size);
  const earlier = request.against === null ? null : readResults(request.against.file, request.against.text);
  const header = headerOf();
  const print = (text: string): void => {
    if (!request.json && !request.quiet) process.stdout.write(`${text}\n`);
  };
  const table = new ResultTable(earlier === null ? COLUMNS : COMPARED, cases, request.width);
  print(formatHeader(header, request.width));
  if (earlier !== null) print(wrap(describe(earlier, request, header), request.width, 2));
  print(table.head());
  const status = new StatusLine(cases.length, request.quiet || request.json);
  const measured: Measured[] = [];
  for (const one of cases) {
    status.begin(titleOf(one));
    const result = await measureRounds(one, request);
    status.end();
    const comparison = earlier === null ? null : compare(result, earlier);
    measured.push({ result, comparison });
    print(table.row(one, comparison === null ? figuresOf(result) : comparedOf(result, comparison)));
  }
  const results = measured.map(({ result }) => result);
  const files = writeResultFiles(request.out, [resultsFile(header, results)]);
  const gone = earlier === null ? [] : missingOf(earlier, request);
  if (earlier !== null) print(wrap(summaryOf(measured, gone), request.width, 2));
  for (const line of [...scalingLines(results), ...planLines(results)]) print(wrap(line, request.width, 2));
  print(`wrote ${files.join(', ')}`);
  if (request.json) process.stdout.write(documentOf(header, measured, earlier, gone, request));
  return Exit.Done;
};

interface Measured {
  readonly result: BenchResult;
  readonly comparison: Comparison | null;
}

/** In as many processes as there are rounds; of several the one in the middle counts. */
async function measureRounds(one: BenchCase, { rounds, size }: BenchRequest): Promise<BenchResult> {
  if (rounds === 0) return measure(one, size);
  const results: BenchResult[] = [];
  for (let round = 0; round < rounds; round++) results.push(await runJob('measure', { size, title: titleOf(one) }));
  return medianOf(results);
}

/** The result of the middle p50, with half the range of all as its margin when that is more. @throws RangeError when outcomes differ. */
export function medianOf(results: readonly BenchResult[]): BenchResult {
  const sorted = results.toSorted((a, b) => a.p50Ns - b.p50Ns);
  const [first, middle, last] = [sorted[0], sorted[(sorted.length - 1) >> 1], sorted.at(-1)];
  if (first === undefined || middle === undefined || last === undefined) throw new RangeError('nothing was measured');
  if (results.some(({ hash }) => hash !== first.hash)) throw new RangeError(`${titleOf(first)} gives several outcomes`);
  const spread = ((last.p50Ns - first.p50Ns) / 2 / middle.p50Ns) * 100;
  return {
    ...middle,
    margin: Math.max(middle.margin, spread),
    samples: results.reduce((sum, r) => sum + r.samples, 0),
  };
}

function figuresOf({ hash, opsPerS, p50Ns, p99Ns, margin }: BenchResult): string[] {
  return [formatRate(opsPerS), formatNs(p50Ns), formatNs(p99Ns), formatPercent(margin), hash];
}

function comparedOf({ p50Ns, margin }: BenchResult, { beforeP50Ns, ratio, verdict }: Comparison): string[] {
  const before = beforeP50Ns === null ? '' : formatNs(beforeP50Ns);
  return [before, formatNs(p50Ns), ratio === null ? '' : ratio.toFixed(2), formatPercent(margin), verdict];
}

function describe(earlier: EarlierResults, request: BenchRequest, header: BenchHeader): string {
  const { commit, date } = earlier.header;
  const when = [date === '' ? '' : `${date} UTC`, commit === '' ? '' : `commit ${commit}`].filter((t) => t !== '');
  const what = [`against ${request.against?.file ?? ''}`, ...when].join(' · ');
  const other = differencesOf(earlier, header);
  return other.length === 0 ? what : `${what} · not the same: ${other.join('; ')}`;
}

function missingOf(earlier: EarlierResults, request: BenchRequest): string[] {
  const titles = new Set(benchCases(request.size).map(titleOf));
  return missingNow(earlier, titles, (title) => request.filter.every((part) => title.includes(part)));
}

/** `3 faster, 2 slower, 20 same`, and what is not there any more. */
function summaryOf(measured: readonly Measured[], gone: readonly string[]): string {
  const counts = VERDICTS.map((verdict) => ({
    verdict,
    count: measured.filter(({ comparison }) => comparison?.verdict === verdict).length,
  }));
  const words = counts.filter(({ count }) => count > 0).map(({ verdict, count }) => `${count} ${verdict}`);
  const rule = `(beyond both margins, and ${PROCESS_NOISE} %)`;
  return [`${words.join(', ')} ${rule}`, ...(gone.length === 0 ? [] : [`not there now: ${gone.join('; ')}`])].join(
    '; ',
  );
}

function documentOf(
  header: BenchHeader,
  measured: readonly Measured[],
  earlier: EarlierResults | null,
  missing: readonly string[],
  request: BenchRequest,
): string {
  const results = measured.map(({ result, comparison }) => ({ ...result, comparison }));
  const against = earlier === null ? null : { file: request.against?.file ?? '', ...earlier.header, missing };
  return benchJson({ header, results, against });
}
