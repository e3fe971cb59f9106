/**
 * Compiles the peers in C++ into bench/peers/build, which git ignores: a program is named after its sources, the
 * compiler, its options and the processor, and is compiled when there is none of that name.
 * Leaves out: who needs them (peers.ts).
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../src/engine/errors.ts';

/** The project's folder, from dist/bench/peers. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SOURCES = join(ROOT, 'bench/peers');
const BUILD = join(SOURCES, 'build');
const OPTIONS = ['-O3', '-march=native', '-std=c++17'];
const NS3_LIBRARIES = ['-lns3-internet', '-lns3-network', '-lns3-core'];

export interface Compiler {
  readonly version: string;
  /** Version of ns-3, null when its headers are not there. */
  readonly ns3: string | null;
}

/** @returns null when there is no g++. */
export function findCompiler(): Compiler | null {
  const { status, stdout } = spawnSync('g++', ['-dumpfullversion'], { encoding: 'utf8' });
  return status === 0 ? { version: stdout.trim(), ns3: ns3Version() } : null;
}

/** ns-3 names its libraries after its version. */
function ns3Version(): string | null {
  const question = '#if !__has_include(<ns3/internet-module.h>)\n#error\n#endif\n';
  if (spawnSync('g++', ['-E', '-x', 'c++', '-'], { input: question }).status !== 0) return null;
  const { stdout } = spawnSync('g++', ['-print-file-name=libns3-core.so'], { encoding: 'utf8' });
  const path = stdout.trim();
  const minor = existsSync(path) ? /\.so\.(\d+)$/.exec(realpathSync(path))?.[1] : undefined;
  return minor === undefined ? 'of unknown version' : `3.${minor}`;
}

/** @returns the path of the compiled program. @throws InputError with what the compiler said. */
export function build(program: 'cpp' | 'ns3', compiler: Compiler): string {
  const libraries = program === 'ns3' ? NS3_LIBRARIES : [];
  const hash = createHash('sha256').update(
    JSON.stringify([compiler, OPTIONS, libraries, cpus()[0]?.model, ...sourcesOf(program)]),
  );
  const path = join(BUILD, `${program}-${hash.digest('hex').slice(0, 8)}`);
  if (existsSync(path)) return path;
  mkdirSync(BUILD, { recursive: true });
  const fresh = `${path}.${process.pid}`;
  const source = join(SOURCES, program, 'peers.cpp');
  const { status, stderr } = spawnSync('g++', [...OPTIONS, source, '-o', fresh, ...libraries], { encoding: 'utf8' });
  if (status !== 0) throw new InputError([{ where: source, expected: 'what g++ compiles', received: stderr }]);
  for (const name of readdirSync(BUILD)) {
    if (new RegExp(`^${program}-[0-9a-f]{8}$`).test(name)) rmSync(join(BUILD, name), { force: true });
  }
  renameSync(fresh, path);
  return path;
}

/** The texts that a program is made of: ns-3's includes those of C++. */
function sourcesOf(program: 'cpp' | 'ns3'): string[] {
  return ['cpp', ...(program === 'ns3' ? ['ns3'] : [])].flatMap((folder) =>
    readdirSync(join(SOURCES, folder))
      .toSorted()
      .map((name) => readFileSync(join(SOURCES, folder, name), 'utf8')),
  );
}
