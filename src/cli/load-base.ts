/** Reads a scenario as something to vary (`sweep`, `tune`): its text is parsed once. */
import { ScenarioBase, type BaseText } from '../scenario/base.ts';
import { captureFilesOf, type Override } from '../scenario/parse.ts';
import { readCaptureFiles, readSource } from './input-files.ts';

export interface LoadedBase {
  readonly base: ScenarioBase;
  /** What it was made from: any thread makes the same of it. */
  readonly text: BaseText;
  /** Contents of its captures, by name as written. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** @param sources gets the text, for messages. @throws InputError. */
export function loadBase(
  path: string,
  overrides: readonly Override[],
  seed: string | undefined,
  sources: Map<string, string>,
): LoadedBase {
  const text = readSource(path, overrides, seed, sources);
  const base = new ScenarioBase(text);
  return { base, text, files: readCaptureFiles(path, captureFilesOf(base.scenario)) };
}
