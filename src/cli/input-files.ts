/** Reads what a command names: scenarios, captures, files of expectations. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../engine/errors.ts';
import { reasonOf } from '../report/files.ts';
import { captureFilesOf, type Override, parseScenario } from '../scenario/parse.ts';
import type { Scenario } from '../scenario/scenario.ts';

const FILE_BYTES_MAX = 2 ** 31;

/** A scenario with all it needs. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  /** Contents of its captures, by name as written. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The folder of the installed package. */
function packageDirectory(): string {
  return fileURLToPath(new URL('../../..', import.meta.url));
}

/** @param path a file, or `-` for standard input. @throws InputError. */
export function readText(path: string): string {
  const bytes = readBytes(path);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw refuse(path === '-' ? 'standard input' : path, 'text in UTF-8', 'UTF-16');
  }
  return Buffer.from(bytes).toString('utf8');
}

/** @throws InputError when the file cannot be read or is too large. */
function readBytes(path: string): Uint8Array {
  try {
    if (path === '-') return readFileSync(0);
    const { size } = statSync(path);
    if (size > FILE_BYTES_MAX) throw refuse(path, `a file of at most ${FILE_BYTES_MAX} bytes`, `${size} bytes`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const received = reasonOf(error);
    throw refuse(path === '-' ? 'standard input' : path, 'a readable file', received);
  }
}

/**
 * Reads, parses and completes a scenario. @param sources gets the text, for messages.
 * @throws InputError.
 */
export function loadScenario(
  path: string,
  overrides: readonly Override[],
  seed: string | undefined,
  sources: Map<string, string>,
): LoadedScenario {
  const text = readText(path);
  const name = path === '-' ? 'stdin' : path;
  sources.set(name, text);
  const scenario = parseScenario(text, name, overrides, seed === undefined ? {} : { seed });
  const directory = path === '-' ? '.' : dirname(path);
  const files = new Map<string, Uint8Array>();
  for (const file of captureFilesOf(scenario)) {
    files.set(file, readBytes(isAbsolute(file) ? file : join(directory, file)));
  }
  return { scenario, files };
}

/** Captures shipped with the package, by base name, for trace oracles. */
export function shippedCaptures(names: readonly string[]): Map<string, Uint8Array> {
  const folder = join(packageDirectory(), 'scenarios', 'captures');
  return new Map(names.map((name) => [basename(name), readBytes(join(folder, name))]));
}

/** A scenario file below ./scenarios gives results below ./results in the same subfolder. */
export function resultFolderOf(path: string, name: string): { folder: string; isShipped: boolean } {
  const root = resolve('scenarios');
  const file = resolve(path);
  if (path !== '-' && file.startsWith(`${root}/`)) {
    return { folder: join('results', dirname(file).slice(root.length + 1), name), isShipped: true };
  }
  return { folder: join('results', name), isShipped: false };
}

function refuse(where: string, expected: string, received: string): InputError {
  return new InputError([{ where, expected, received }]);
}
