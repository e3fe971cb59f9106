/** How far the simulation agrees with what it is held against, as `halfopen verify` counts it: one row a file, and why the rest differs. */
import { readFileSync } from 'node:fs';
import type { FileReport } from '../../../src/verify/collected.ts';
import { verifyFile } from '../../../src/verify/verify.ts';
import { table, whole } from './markdown.ts';

const FILES: readonly (readonly [file: string, what: string])[] = [
  ['test/golden/kernel-6.18.csv', 'Linux 6.18.44, each configuration run several times'],
  ['test/golden/kernels.csv', 'six kernels from 5.10 to 7.2, server and clients alike'],
  ['test/golden/kernels-syn-times.csv', 'SYN times of clients on the same kernels'],
];

const verified = (file: string): FileReport => verifyFile(file, readFileSync(file, 'utf8'), new Map());

/** Two tables, the second of what differs. @param reportOf a file's report; without it every configuration is run: some ten seconds. */
export function agreementTable(reportOf = verified): string {
  const reports = FILES.map(([file, what]) => ({ what, report: reportOf(file) }));
  const rows = reports.map(({ report, what }) => [
    what,
    `${whole(report.casesAgreed)} of ${whole(report.cases)}`,
    `${whole(report.agreed)} of ${whole(report.cells)}`,
    whole(report.zeroCells),
  ]);
  const head = [
    'runs of',
    'configurations that agree',
    'fields that agree',
    'fields that are 0 on both sides, beside these',
  ];
  return `${table(head, rows)}\nWhy the others differ, by field:\n\n${reasons(reports.map(({ report }) => report))}`;
}

function reasons(reports: readonly FileReport[]): string {
  const counts = new Map<string, number>();
  for (const { reason = 'not known' } of reports.flatMap(({ disagreements }) => disagreements))
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return table(
    ['fields', 'why'],
    [...counts].toSorted(([, a], [, b]) => b - a).map(([reason, count]) => [whole(count), reason]),
  );
}
