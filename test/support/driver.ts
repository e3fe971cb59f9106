/**
 * The test driver: every compiled *.test.js in a process of its own, two at a time, reported in order.
 * Fails on a failed test, on a file that ends early, hangs or runs nothing, and on zero tests.
 * Closes with the plain line `N passed, N failed, N skipped`.
 * Usage: node dist/test/support/driver.js [--root DIR] [PART OF A PATH ...]
 */
import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileReport } from './driver-child.ts';

const CHILD = fileURLToPath(new URL('./driver-child.js', import.meta.url));
const FILE_TIMEOUT_MS = Number(process.env['HALFOPEN_TEST_TIMEOUT_MS'] ?? 3_600_000);
const AT_A_TIME = 2;
const SLOW_S = 5;

interface Outcome {
  readonly file: string;
  readonly output: string;
  readonly report: FileReport | null;
  readonly seconds: number;
}

function findTests(root: string, filters: readonly string[]): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.js') && !path.includes('driver-fixtures'))
    .filter((path) => filters.length === 0 || filters.some((part) => path.includes(part)))
    .toSorted()
    .map((path) => join(root, path));
}

function runFile(file: string, root: string): Promise<Outcome> {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = fork(CHILD, [file], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    let output = '';
    let report: FileReport | null = null;
    const timer = setTimeout(() => {
      output += `\n  no end after ${FILE_TIMEOUT_MS} ms\n`;
      child.kill('SIGKILL');
    }, FILE_TIMEOUT_MS);
    child.stdout?.on('data', (text) => (output += String(text)));
    child.stderr?.on('data', (text) => (output += String(text)));
    child.on('message', (message) => (report = message as FileReport));
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code !== 0) report = null;
      if (report === null) output += `\n  ended early (exit ${code ?? 'by signal'})\n`;
      resolve({ file: relative(root, file), output, report, seconds: (performance.now() - began) / 1000 });
    });
  });
}

interface Total {
  passed: number;
  failed: number;
  readonly skipped: string[];
}

function addOutcome(total: Total, { file, output, report, seconds }: Outcome): void {
  const failed = report === null ? 1 : report.failed;
  process.stdout.write(
    `${failed > 0 ? 'FAIL' : 'ok  '} ${file}${seconds > SLOW_S ? ` (${seconds.toFixed(1)} s)` : ''}\n`,
  );
  if (failed > 0) process.stdout.write(`${output}\n`);
  total.passed += report?.passed ?? 0;
  total.failed += failed;
  total.skipped.push(...(report?.skipped ?? []));
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const rootAt = args.indexOf('--root');
  const root = rootAt < 0 ? fileURLToPath(new URL('..', import.meta.url)) : (args.splice(rootAt, 2)[1] ?? '.');
  const files = findTests(root, args);
  const outcomes: Outcome[] = [];
  const total: Total = { passed: 0, failed: 0, skipped: [] };
  let next = 0;
  let reported = 0;
  const takeFiles = async (): Promise<void> => {
    while (next < files.length) {
      const at = next++;
      outcomes[at] = await runFile(files[at] ?? '', root);
      for (let outcome = outcomes[reported]; outcome !== undefined; outcome = outcomes[++reported])
        addOutcome(total, outcome);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, takeFiles));
  for (const line of total.skipped) process.stdout.write(`skipped: ${line}\n`);
  if (total.passed + total.failed === 0) process.stdout.write('no test ran\n');
  process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped\n`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

await main();
