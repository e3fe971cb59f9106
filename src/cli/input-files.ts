/** Reads what a command names: scenarios, captures, files of expectations. */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../engine/errors.ts';
import { reasonOf } from '../report/files.ts';
import type { BaseText } from '../scenario/base.ts';
import { captureFilesOf, type Override, parseScenario } from '../scenario/parse.ts';
import { nearestOf } from '../scenario/did-you-mean.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Captures and files of expectations. */
const FILE_BYTES_MAX = 2e9;
const SCENARIO_BYTES_MAX = 16e6;
const CHUNK_BYTES = 65_536;
const STDIN = 0;
/** Of one folder, to find one that was meant. */
const SCENARIOS_MAX = 1000;

/** A scenario with all it needs. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  /** What it was made from, to be read again with more settings. */
  readonly source: BaseText;
  /** Contents of its captures, by name as written. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The folder of the installed package. */
export function packageDirectory(): string {
  return fileURLToPath(new URL('../../..', import.meta.url));
}

/** Scenarios that answer questions, below scenarios/, and how a command names one: `questions/NAME`. */
export const QUESTIONS_FOLDER = 'questions';

/** The shipped questions, by name. */
export function questionFiles(): { readonly name: string; readonly path: string }[] {
  const folder = join(packageDirectory(), 'scenarios', QUESTIONS_FOLDER);
  const names = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return names.toSorted().map((file) => ({ name: file.slice(0, -'.yaml'.length), path: join(folder, file) }));
}

/** The file that `path` names: `questions/NAME` is a shipped one, unless there is such a file. */
function fileOf(path: string): string {
  if (!path.startsWith(`${QUESTIONS_FOLDER}/`) || existsSync(path)) return path;
  const name = path.slice(QUESTIONS_FOLDER.length + 1);
  return questionFiles().find((one) => one.name === name || `${one.name}.yaml` === name)?.path ?? path;
}

/** ` (did you mean X?)` for a scenario there is: a shipped question, a file below scenarios/, or one beside `path`. */
function scenarioMeant(path: string): string {
  const questions = questionFiles().map(({ name }) => `${QUESTIONS_FOLDER}/${name}`);
  const folders = [...new Set([dirname(path), 'scenarios'])];
  const files = folders.flatMap((folder) => scenariosIn(folder).map((file) => join(folder, file)));
  const byName = new Map([...questions, ...files].toReversed().map((one) => [nameOf(one), one]));
  const nearest = nearestOf(nameOf(path), [...byName.keys()]);
  return nearest === null ? '' : ` (did you mean ${byName.get(nearest)}?)`;
}

function scenariosIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /\.ya?ml$/.test(file))
      .slice(0, SCENARIOS_MAX);
  } catch {
    return [];
  }
}

/** Of a scenario, without folder and ending. */
function nameOf(path: string): string {
  return basename(path).replace(/\.ya?ml$/, '');
}

/** @param path a file, or `-` for standard input. @throws InputError. */
export function readText(path: string, bytesMax = FILE_BYTES_MAX): string {
  const bytes = readBytes(path, bytesMax);
  const where = path === '-' ? 'standard input' : path;
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw refuse(where, 'text in UTF-8', 'UTF-16');
  }
  try {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  } catch {
    // Node.js has a bound of its own for texts, below that for files.
    throw refuse(where, 'a text that fits into memory', sizeOf(bytes.byteLength));
  }
}

/** @throws InputError when the file cannot be read or is too large. */
function readBytes(path: string, bytesMax = FILE_BYTES_MAX): Uint8Array {
  const where = path === '-' ? 'standard input' : path;
  try {
    if (path === '-') return readBounded(STDIN, where, bytesMax);
    const stats = statSync(path);
    if (!stats.isFile() && !stats.isFIFO()) throw refuse(where, 'a readable file', kindOf(stats));
    if (stats.size > bytesMax) throw tooLarge(where, bytesMax, sizeOf(stats.size));
    // Files that the kernel makes up, and pipes, have no size before they are read.
    if (stats.size > 0) return readFileSync(path);
    const file = openSync(path, 'r');
    try {
      return readBounded(file, where, bytesMax);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw refuse(where, 'a readable file', reasonOf(error));
  }
}

/** Reads to the end, which need not come: what is longer than `bytesMax` is refused. */
function readBounded(file: number, where: string, bytesMax: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const bytes = readSync(file, chunk);
    if (bytes === 0) return Buffer.concat(chunks, total);
    chunks.push(chunk.subarray(0, bytes));
    total += bytes;
    if (total > bytesMax) throw tooLarge(where, bytesMax, 'more');
  }
}

function tooLarge(where: string, bytesMax: number, received: string): InputError {
  return refuse(where, `at most ${sizeOf(bytesMax)}`, received);
}

function sizeOf(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1).replace('.0', '')} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  return stats.isSocket() ? 'a socket' : 'a device';
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
  const source = readSource(path, overrides, seed, sources);
  const scenario = parseScenario(source.text, source.fileName, overrides, source.options);
  return { scenario, source, files: readCaptureFiles(path, captureFilesOf(scenario)) };
}

/** The text of a scenario and what goes on top of it, not parsed yet. @param sources gets the text, for messages. @throws InputError. */
export function readSource(
  path: string,
  overrides: readonly Override[],
  seed: string | undefined,
  sources: Map<string, string>,
): BaseText {
  const text = readScenarioText(path);
  return sourceOf(text, path === '-' ? 'stdin' : path, overrides, seed, sources);
}

function readScenarioText(path: string): string {
  try {
    return readText(fileOf(path), SCENARIO_BYTES_MAX);
  } catch (error) {
    if (!(error instanceof InputError) || path === '-' || existsSync(path)) throw error;
    const hint = scenarioMeant(path);
    const issues = error.issues.map((issue) => ({ ...issue, expected: `${issue.expected}${hint}` }));
    throw new InputError(issues, { cause: error });
  }
}

/** The same of a text that is there already. @param fileName for messages, and for the scenario's name. */
export function sourceOf(
  text: string,
  fileName: string,
  overrides: readonly Override[],
  seed: string | undefined,
  sources: Map<string, string>,
): BaseText {
  sources.set(fileName, text);
  return { text, fileName, overrides, options: seed === undefined ? {} : { seed } };
}

/** Contents of captures, by name as written in the scenario at `path`: relative names are relative to it. @throws InputError. */
export function readCaptureFiles(path: string, names: readonly string[]): Map<string, Uint8Array> {
  const directory = path === '-' ? '.' : dirname(fileOf(path));
  return new Map(names.map((name) => [name, readBytes(isAbsolute(name) ? name : join(directory, name))]));
}

/** Captures shipped with the package, by base name, for trace oracles. */
export function shippedCaptures(names: readonly string[]): Map<string, Uint8Array> {
  const folder = join(packageDirectory(), 'scenarios', 'captures');
  return new Map(names.map((name) => [basename(name), readBytes(join(folder, name))]));
}

/** A scenario file below ./scenarios gives results below ./results in the same subfolder. */
export function resultFolderOf(path: string, name: string): { folder: string; isShipped: boolean } {
  const root = resolve('scenarios');
  const file = resolve(fileOf(path));
  if (path !== '-' && file.startsWith(`${root}/`)) {
    return { folder: join('results', dirname(file).slice(root.length + 1), name), isShipped: true };
  }
  return { folder: join('results', name), isShipped: false };
}

/** True below a folder results/ that has a neighbour scenarios/. */
export function liesBesideScenarios(folder: string): boolean {
  for (let path = resolve(folder); path !== dirname(path); path = dirname(path)) {
    if (basename(path) === 'results' && existsSync(join(dirname(path), 'scenarios'))) return true;
  }
  return false;
}

/** What the manifest.json of a folder says; null when there is none, or another kind of file. */
export function manifestIn(folder: string): Readonly<Record<string, unknown>> | null {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    return manifest !== null && typeof manifest === 'object' ? { ...manifest } : null;
  } catch {
    return null;
  }
}

function refuse(where: string, expected: string, received: string): InputError {
  return new InputError([{ where, expected, received }]);
}
