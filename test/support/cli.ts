/** Runs the command line as a user does: a process of its own, without a terminal. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunSettings {
  /** Standard input. */
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** `halfopen ARGS…`. */
export function halfopen(args: readonly string[], settings: RunSettings = {}): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    input: settings.input ?? '',
    cwd: settings.cwd ?? process.cwd(),
    env: { ...process.env, ...settings.env },
    maxBuffer: 2 ** 26,
  });
  return { status, stdout, stderr };
}

/** Gives `use` an empty folder, and removes it afterwards. */
export function inEmptyFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Path of the compiled command, for shells. */
export const MAIN_PATH = MAIN;
/** A shipped scenario, from whatever folder. */
export function shipped(name: string): string {
  return resolve('scenarios', `${name}.yaml`);
}
