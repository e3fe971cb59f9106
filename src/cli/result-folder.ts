/**
 * A folder of results as it is found again: what its manifest.json says was done, and the scenario it was done with. A folder beside
 * scenarios/ has its scenario there; any other one carries the text in its manifest, so it may be moved and mailed.
 */
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { InputError } from '../engine/errors.ts';
import type { BaseText } from '../scenario/base.ts';
import { captureFilesOf, type Override, parseScenario } from '../scenario/parse.ts';
import { scenarioHash } from '../scenario/hash.ts';
import type { ResultFile } from '../report/result-files.ts';
import { type LoadedScenario, loadScenario, manifestIn, sourceOf } from './input-files.ts';

export type FolderKind = 'run' | 'sweep' | 'tune' | 'compare';

export interface FolderManifest {
  readonly kind: FolderKind;
  /** The document as it is. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** Its file, for messages. */
  readonly where: string;
  readonly hash: string;
  readonly scenarioName: string;
  readonly seed: string;
  readonly settings: readonly Override[];
  /** Of the scenario's file; null: it lies beside. */
  readonly scenarioText: string | null;
}

const COMMANDS = ['sweep', 'tune', 'compare'] as const;
const MANIFEST_FILE = 'manifest.json';
/** Key of the scenario's text in manifest.json. */
const TEXT_KEY = 'scenario_text';

/** @throws InputError when the folder has no manifest of results. */
export function manifestOf(folder: string): FolderManifest {
  const raw = manifestIn(folder);
  const where = join(folder, MANIFEST_FILE);
  const received = existsSync(where) ? 'a file that is not one JSON object' : 'none';
  if (raw === null) throw refuse(where, 'the manifest of a run, sweep, tune or compare', received);
  const { scenario, scenario_hash: hash, seed, settings, [TEXT_KEY]: text = null } = raw;
  const isText = (value: unknown): value is string => typeof value === 'string';
  const given = Object.entries(settings !== null && typeof settings === 'object' ? settings : {});
  const kind = kindOf(raw);
  const isGood =
    isText(hash) &&
    isText(scenario) &&
    isText(seed) &&
    (text === null || isText(text)) &&
    given.every(([, one]) => isText(one));
  if (!isGood || kind === null)
    throw refuse(where, 'the manifest of a run, sweep, tune or compare, as halfopen writes it', 'something else');
  const all = given.map(([path, value]) => ({ path, value: String(value) }));
  return { kind, raw, where, hash, scenarioName: scenario, seed, settings: all, scenarioText: text };
}

/** Which command wrote a manifest; null: none of halfopen. */
function kindOf(raw: Readonly<Record<string, unknown>>): FolderKind | null {
  const { command } = raw;
  return COMMANDS.find((one) => one === command) ?? ('skip' in raw && command === undefined ? 'run' : null);
}

/**
 * The folder of `--out`; undefined without it. Results of another command are not replaced: a sweep goes on with what its manifest says,
 * and files of two commands in one folder would have the manifest of the last.
 * @throws InputError when it has no name or has results of another command.
 */
export function outOf(out: string | undefined, kind: FolderKind): string | undefined {
  if (out === undefined) return undefined;
  if (out.trim() === '') throw refuse('--out', 'a folder', 'nothing');
  const raw = manifestIn(out);
  const other = raw === null ? null : kindOf(raw);
  if (other !== null && other !== kind)
    throw refuse(`--out ${out}`, `a folder of its own for the ${kind}`, `one with a manifest.json of a ${other}`);
  return out;
}

/** manifest.json with the scenario's text in it, for a folder that does not lie beside its scenario. */
export function withScenarioText(file: ResultFile, text: string): ResultFile {
  if (file.name !== MANIFEST_FILE) return file;
  const manifest = JSON.parse(file.text) as Record<string, unknown>;
  return { name: file.name, text: `${JSON.stringify({ ...manifest, [TEXT_KEY]: text }, null, 2)}\n` };
}

/**
 * The scenario of `folder`, as it was.
 * @param file that was named for it; undefined: its text in the manifest, or where results/ mirrors scenarios/.
 * @throws InputError when there is none, or it is another one by now.
 */
export function scenarioIn(
  folder: string,
  manifest: FolderManifest,
  file: string | undefined,
  sources: Map<string, string>,
): LoadedScenario {
  const { hash, scenarioName, scenarioText, seed, settings, where } = manifest;
  const isCarried = file === undefined && scenarioText !== null;
  const path = isCarried ? where : (file ?? scenarioBeside(folder, scenarioName));
  const loaded = isCarried
    ? carried(folder, sourceOf(scenarioText, `${scenarioName}.yaml`, settings, seed, sources))
    : loadScenario(path, settings, seed, sources);
  if (scenarioHash(loaded.scenario, loaded.files) !== hash)
    throw refuse(
      path,
      `the scenario of ${where} (${hash})`,
      isCarried ? 'one that this version reads otherwise (run the command again)' : 'another one, or it has changed',
    );
  return loaded;
}

/** A scenario that the manifest of `folder` carries. @throws InputError, also when it needs a capture. */
function carried(folder: string, source: BaseText): LoadedScenario {
  const scenario = parseScenario(source.text, source.fileName, source.overrides, source.options);
  const [capture] = captureFilesOf(scenario);
  if (capture !== undefined)
    throw refuse(folder, `--scenario FILE, beside which its capture ${capture} lies`, 'nothing');
  return { scenario, source, files: new Map() };
}

/** results/ mirrors scenarios/: the file that gave `folder`, or a folder inside it. @throws InputError. */
function scenarioBeside(folder: string, name: string): string {
  for (let path = resolve(folder); path !== dirname(path); path = dirname(path)) {
    const inside = relative(resolve('results'), path);
    const file = join('scenarios', `${inside}.yaml`);
    if (!inside.startsWith('..') && existsSync(file) && path.endsWith(name)) return file;
  }
  throw refuse(folder, `--scenario FILE, the scenario (${name}) of this folder`, 'none below scenarios/');
}

export function refuse(where: string, expected: string, received: string): InputError {
  return new InputError([{ where, expected, received }]);
}
