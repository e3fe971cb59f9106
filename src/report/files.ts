/**
 * Writes results to disk, all files or none: each is written beside its place and flushed, and only when all are
 * there are they renamed. An interrupted or failed run leaves the old results.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError } from '../engine/errors.ts';
import type { ResultFile } from './result-files.ts';

/** What the system's error codes mean. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'one that this user may not use',
  EEXIST: 'a file',
  EIO: 'a device that fails',
  EISDIR: 'a folder',
  ENOENT: 'none of that name',
  ENOSPC: 'a full disk',
  ENOTDIR: 'a path through a file',
  EROFS: 'a read-only file system',
};

/** What the file system said, in words and by its code. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (code === null) return String(error);
  const words = REASONS[code];
  return words === undefined ? code : `${words} (${code})`;
}

/** @throws InputError when `directory` cannot be made or written, as far as that can be known beforehand. */
export function assertWritable(directory: string): void {
  try {
    let nearest = resolve(directory);
    while (!existsSync(nearest)) nearest = dirname(nearest);
    if (!statSync(nearest).isDirectory()) throw Object.assign(new Error(nearest), { code: 'ENOTDIR' });
    accessSync(nearest, constants.W_OK);
  } catch (error) {
    throw refuse(directory, error);
  }
}

/** True when `directory` has files of these names with other contents. */
export function holdsOthers(directory: string, files: readonly ResultFile[]): boolean {
  return files.some(({ name, text }) => {
    const path = join(directory, name);
    return existsSync(path) && !(statSync(path).isFile() && readFileSync(path, 'utf8') === text);
  });
}

/** @returns the paths written, in order. @throws InputError when the folder cannot be written. */
export function writeResultFiles(directory: string, files: readonly ResultFile[]): string[] {
  const staged: { temporary: string; path: string }[] = [];
  try {
    makeFolder(directory);
    for (const { name, text } of files) {
      const path = join(directory, name);
      const temporary = join(directory, `.${name}.${process.pid}.part`);
      staged.push({ temporary, path });
      writeWhole(temporary, text);
    }
    // Nothing is replaced unless everything can be.
    for (const { path } of staged) {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
        throw new InputError([{ where: path, expected: 'a file, or nothing', received: 'a folder' }]);
      }
    }
    for (const { temporary, path } of staged) renameSync(temporary, path);
    return staged.map(({ path }) => path);
  } catch (error) {
    for (const { temporary } of staged) discard(temporary);
    if (error instanceof InputError) throw error;
    throw refuse(directory, error);
  }
}

const REPORT_FILE = 'report.html';

/** Writes a page beside the results that it shows. @returns the path. @throws InputError. */
export function writeReportPage(directory: string, page: string): string[] {
  return writeResultFiles(directory, [{ name: REPORT_FILE, text: page }]);
}

/** Makes a folder, and those around it, if they are not there. @throws InputError. */
export function makeFolder(directory: string): void {
  // Step by step: under /proc the recursive mkdirSync() of Node.js never returns.
  const missing: string[] = [];
  for (let path = resolve(directory); !existsSync(path); path = dirname(path)) missing.push(path);
  for (const path of missing.toReversed()) {
    try {
      mkdirSync(path);
    } catch (error) {
      // Somebody else may have made it in the meantime.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw refuse(directory, error);
    }
  }
}

/** Bytes that are gathered before they are written. */
const STREAM_BYTES = 65_536;

/** A file that is written as a run goes, and is there when it is whole: until then it lies beside its place. */
export class FileStream {
  private readonly path: string;
  private readonly temporary: string;
  private readonly file: number;
  private readonly buffer: Uint8Array;
  private length: number; // bytes in the buffer
  private isOpen: boolean;

  /** @throws InputError when the file cannot be made. */
  constructor(path: string) {
    this.path = path;
    this.temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
    this.buffer = new Uint8Array(STREAM_BYTES);
    this.length = 0;
    this.isOpen = true;
    try {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
        throw Object.assign(new Error(path), { code: 'EISDIR' });
      }
      this.file = openSync(this.temporary, 'w');
    } catch (error) {
      throw refuseFile(path, error);
    }
  }

  /** @throws InputError when it cannot be written. */
  write(bytes: Uint8Array): void {
    if (this.length + bytes.length > STREAM_BYTES) this.flush();
    if (bytes.length > STREAM_BYTES) return this.writeAll(bytes);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** The file is whole, and takes its place. @throws InputError. */
  commit(): void {
    this.flush();
    try {
      fsyncSync(this.file);
      this.close();
      renameSync(this.temporary, this.path);
    } catch (error) {
      throw refuseFile(this.path, error);
    }
  }

  /** Leaves what was there before; nothing after `commit`. */
  discard(): void {
    if (!this.isOpen) return;
    this.close();
    discard(this.temporary);
  }

  private flush(): void {
    this.writeAll(this.buffer.subarray(0, this.length));
    this.length = 0;
  }

  private writeAll(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.file, bytes, at);
    } catch (error) {
      throw refuseFile(this.path, error);
    }
  }

  private close(): void {
    this.isOpen = false;
    closeSync(this.file);
  }
}

function refuseFile(path: string, error: unknown): InputError {
  const issue = { where: path, expected: 'a file that can be written', received: reasonOf(error) };
  return new InputError([issue], { cause: error });
}

function refuse(directory: string, error: unknown): InputError {
  const issue = { where: directory, expected: 'a folder that can be written', received: reasonOf(error) };
  return new InputError([issue], { cause: error });
}

/** Removes a file that may not be there, or may not be one: why the write failed matters more. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It stays.
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
