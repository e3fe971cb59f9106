/** Where and when benchmarks run: without it no figure means anything. */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NO_BREAK, wrap } from '../src/report/layout.ts';

export interface BenchHeader {
  /** UTC, `2025-01-31 12:00:00`. */
  readonly date: string;
  /** Of this package's own repository, with a `+` when its files differ from it; `unknown` outside of one. */
  readonly commit: string;
  readonly node: string;
  readonly cpu: string;
  /** Load average of the last minute. */
  readonly load: number;
}

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const SECONDS_AT = 19;

export function headerOf(): BenchHeader {
  return {
    date: new Date().toISOString().slice(0, SECONDS_AT).replace('T', ' '),
    commit: commitOf(PACKAGE),
    node: process.version,
    cpu: `${cpus()[0]?.model.trim() ?? 'unknown'} x${cpus().length}`,
    load: loadavg()[0] ?? 0,
  };
}

/** True when something else is running: timings are then worth little. */
function isBusy(header: BenchHeader): boolean {
  return header.load > cpus().length;
}

/** @param width columns of the terminal. */
export function formatHeader(header: BenchHeader, width: number): string {
  const { commit, cpu, date, load, node } = header;
  const parts = [`${date} UTC`, `commit ${commit}`, `Node ${node}`, cpu, `load ${load.toFixed(2)}`];
  const line = wrap(parts.map((part) => part.replaceAll(' ', NO_BREAK)).join(`${NO_BREAK}· `), width, 2);
  return isBusy(header) ? `${line}\nthe machine is busy: do not trust these times` : line;
}

/** @param folder of the package: as a dependency it lies inside a repository that is not its own. */
function commitOf(folder: string): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    if (relative(folder, git('rev-parse', '--show-toplevel')) !== '') return 'unknown';
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}
