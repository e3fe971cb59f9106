/** The page of a sweep, from what lies in its folder: sweep.csv, and what manifest.json says of it. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { writeReportPage } from '../report/files.ts';
import { type SweepFacts, sweepPage } from '../report/page/sweep-page.ts';
import { readSweepTable } from '../report/sweep-table.ts';
import { type FolderManifest, manifestOf, refuse } from './result-folder.ts';
import { SWEEP_FILE } from './sweep-folder.ts';

const CHUNK_BYTES = 1 << 20;

/** @param show metrics, separated by commas; undefined: those that are asked for most. @returns the path. @throws InputError. */
export function writeSweepReport(folder: string, show: string | undefined): string[] {
  const manifest = manifestOf(folder);
  const file = join(folder, SWEEP_FILE);
  if (!existsSync(file))
    throw refuse(file, 'the points of a sweep that is whole (the same halfopen sweep goes on with it)', 'none');
  const shown = (show ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  return writeReportPage(folder, sweepPage(readSweepTable(linesOf(file), file, shown), factsOf(manifest)));
}

/** Lines of a file of any length, without their ends. */
function* linesOf(path: string): Generator<string, void, undefined> {
  const file = openSync(path, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    let rest = '';
    for (let bytes = readSync(file, buffer); bytes > 0; bytes = readSync(file, buffer)) {
      const parts = (rest + decoder.write(buffer.subarray(0, bytes))).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
    if (rest !== '') yield rest;
  } finally {
    closeSync(file);
  }
}

/** A document from outside: what is not as halfopen writes it is refused. */
function factsOf({ hash, raw, scenarioName, seed, settings, where }: FolderManifest): SweepFacts {
  const base = recordOf(raw['base']);
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  const sample = raw['sample'];
  const vary = Object.entries(recordOf(raw['vary'])).map(([path, values]) => ({
    path,
    values: Array.isArray(values) ? values.map(String) : text(values),
  }));
  if (vary.length === 0) throw refuse(where, 'the manifest of a sweep, as halfopen writes it', 'something else');
  return {
    title: text(base['title']),
    scenario: scenarioName,
    scenarioHash: hash,
    stack: text(recordOf(base['server'])['stack']),
    duration: text(base['duration']),
    seed,
    version: text(raw['version']),
    settings,
    vary,
    sample: typeof sample === 'number' ? sample : null,
    replications: Number(raw['replications']),
    until: list(raw['until']),
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
}
