/**
 * Writes results to disk: every file whole or not at all. A file is written beside its place, flushed, and
 * renamed; an interrupted run leaves the old results.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../engine/errors.ts';
import type { ResultFile } from './result-files.ts';

/** @returns the paths written, in order. @throws InputError when the folder cannot be written. */
export function writeResultFiles(directory: string, files: readonly ResultFile[]): string[] {
  const staged: { temporary: string; path: string }[] = [];
  try {
    mkdirSync(directory, { recursive: true });
    for (const { name, text } of files) {
      const path = join(directory, name);
      const temporary = join(directory, `.${name}.${process.pid}.part`);
      staged.push({ temporary, path });
      writeWhole(temporary, text);
    }
    // Nothing is replaced unless everything can be.
    for (const { path } of staged) refuseFolder(path);
    for (const { temporary, path } of staged) renameSync(temporary, path);
    return staged.map(({ path }) => path);
  } catch (error) {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
    if (error instanceof InputError) throw error;
    const received = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError([{ where: directory, expected: 'a folder that can be written', received }], { cause: error });
  }
}

function refuseFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new InputError([{ where: path, expected: 'a file, or nothing', received: 'a folder' }]);
  }
}

function writeWhole(path: string, text: string): void {
  const file = openSync(path, 'w');
  try {
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
