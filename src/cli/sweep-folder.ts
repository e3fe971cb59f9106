/**
 * The folder of a sweep: what it was begun with (manifest.json), so that nothing else goes on there, and who is at work in it.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, type Issue } from '../engine/errors.ts';
import { makeFolder, reasonOf, writeResultFiles } from '../report/files.ts';
import { manifestIn } from './input-files.ts';

export const POINTS_FILE = 'points.csv';
export const SWEEP_FILE = 'sweep.csv';
const MANIFEST_FILE = 'manifest.json';
const LOCK_FILE = '.sweep.lock';
const SHOWN_CHARS = 60;
const ISSUES_MAX = 20;

/** What decides the results, as manifest.json has it: plain JSON. */
export type SweepManifest = Readonly<Record<string, unknown>> & { readonly command: 'sweep' };

/**
 * Makes the folder ready: a new sweep, or the one that was begun there, if it is the same in everything that decides results.
 * @param isRestart begins anew, whatever sweep is there.
 * @throws InputError that says what has changed, or that the folder has other results.
 */
export function prepareFolder(folder: string, manifest: SweepManifest, header: string, isRestart: boolean): void {
  const before = manifestIn(folder);
  if (before !== null && before['command'] !== 'sweep')
    throw refuse(`--out ${folder}`, 'a folder of its own for the sweep', 'one with a manifest.json of other results');
  if (!isRestart && before !== null) {
    const issues = differences(before, manifest, folder);
    if (issues.length > 0) throw new InputError(issues);
    if (existsSync(join(folder, POINTS_FILE))) return;
  }
  for (const name of [SWEEP_FILE, POINTS_FILE]) rmSync(join(folder, name), { force: true });
  // The manifest last: without it nothing has been begun.
  writeResultFiles(folder, [
    { name: POINTS_FILE, text: header },
    { name: MANIFEST_FILE, text: `${JSON.stringify(manifest, null, 2)}\n` },
  ]);
}

/** One issue of each value that is not what it was. */
function differences(before: Readonly<Record<string, unknown>>, now: SweepManifest, folder: string): Issue[] {
  const [was, is] = [flat(before), flat(now)];
  const keys = [...new Set([...was.keys(), ...is.keys()])];
  const changed = keys.filter((key) => was.get(key) !== is.get(key));
  // The settings and the seed are in `base`. A hash says that something has changed; what, is better said by what has.
  const told = changed.filter((key) => {
    if (key === 'seed' || key === 'settings' || key.startsWith('settings.')) return false;
    return key !== 'scenario_hash' || !changed.some((other) => other.startsWith('base.'));
  });
  return told.slice(0, ISSUES_MAX).map((key) => {
    const name = key === 'scenario_hash' ? 'the contents of captures' : key;
    return {
      where: join(folder, MANIFEST_FILE),
      expected: `${name}: ${shown(was.get(key))}, as this sweep was begun (--restart begins anew)`,
      received: shown(is.get(key)),
    };
  });
}

/** Leaves of a document by their paths, as JSON. */
function flat(value: unknown, path = '', leaves: Map<string, string> = new Map()): Map<string, string> {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return leaves.set(path, JSON.stringify(value));
  for (const [key, child] of Object.entries(value)) flat(child, path === '' ? key : `${path}.${key}`, leaves);
  return leaves;
}

function shown(json: string | undefined): string {
  if (json === undefined) return 'nothing';
  const text = json.replaceAll('"', '').replaceAll(',', ', ');
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

/** Two sweeps in one folder would write over each other. @returns ends it. @throws InputError when another one is at work. */
export function lockFolder(folder: string): () => void {
  makeFolder(folder);
  const path = join(folder, LOCK_FILE);
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
        throw refuse(folder, 'a folder that can be written', reasonOf(error));
      const holder = Number(readFileSync(path, 'utf8'));
      if (isAlive(holder)) {
        const expected = `a folder in which no sweep is at work (if none is, remove ${LOCK_FILE})`;
        throw refuse(folder, expected, `one of process ${holder}`);
      }
      // Left behind by one that was killed.
      rmSync(path, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  // In a container the next process often has the number of the last one.
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * On Linux a process that was killed keeps its number until its parent has asked after it: in a container whose first process does not,
 * for ever.
 * Source: proc_pid_stat(5), the state behind the name, which may have parentheses of its own.
 */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false; // elsewhere
  }
}

function refuse(where: string, expected: string, received: string): InputError {
  return new InputError([{ where, expected, received }]);
}
