/**
 * Runs the suites of one compiled test file and reports them to the driver. A suite passes only when every
 * one of its tests ran and passed: uvu itself stays silent when a hook throws, or a test throws null.
 */
import { pathToFileURL } from 'node:url';

/** What the driver is told; no report means that the file ended early. */
export interface FileReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

type SuiteRun = () => Promise<[errors: string | true, ran: number, skipped: number, total: number]>;

const state = globalThis as typeof globalThis & {
  UVU_DEFER?: number;
  UVU_QUEUE?: (SuiteRun | string | null)[][];
  UVU_INDEX?: number;
  HALFOPEN_SKIPPED?: string[];
};

async function runFile(file: string): Promise<FileReport> {
  state.UVU_DEFER = 1;
  state.UVU_QUEUE = [[null]];
  state.UVU_INDEX = 0;
  state.HALFOPEN_SKIPPED = [];
  await import(pathToFileURL(file).href);
  const suites = (state.UVU_QUEUE[0] ?? []).filter((entry) => typeof entry === 'function');
  let passed = 0;
  let failed = 0;
  for (const suite of suites) {
    const [errors, ran, hidden, total] = await suite();
    if (errors !== true) process.stdout.write(`\n${errors}\n`);
    else if (ran < total) process.stdout.write('\n  a hook or a test threw outside of what uvu reports\n');
    passed += ran;
    failed += total - ran + (errors === true || ran < total ? 0 : 1);
    const isEmpty = total === 0 && state.HALFOPEN_SKIPPED.length === 0;
    if (isEmpty || (hidden > 0 && process.env['CI'] === 'true')) {
      process.stdout.write(`\n  ${isEmpty ? 'an empty suite' : 'only or skip hides tests'}\n`);
      failed++;
    }
  }
  if (suites.length === 0 && state.HALFOPEN_SKIPPED.length === 0) {
    process.stdout.write('  no suite ran: is `.run()` missing?\n');
    failed++;
  }
  return { passed, failed, skipped: state.HALFOPEN_SKIPPED };
}

process.on('unhandledRejection', (reason) => {
  process.stdout.write(`\n  unhandled rejection: ${String(reason)}\n`);
  process.exit(1);
});

const file = process.argv[2];
if (file === undefined) throw new RangeError('expected a test file');
runFile(file).then(
  (report) => process.send?.(report, () => process.exit(0)),
  (error: unknown) => {
    process.stdout.write(`\n  ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
