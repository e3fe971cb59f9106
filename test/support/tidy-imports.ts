/**
 * Who may import whom: the floors of the house. A file imports from its own room and from rooms on floors below;
 * a package lives where the table says. Types count: to know a type is to know the room.
 */
import { dirname, join } from 'node:path/posix';
import { type SourceFile, importsOf } from './source-text.ts';

/** Room → floor. Rooms on one floor do not know each other. */
const FLOORS: Readonly<Record<string, number>> = {
  'version.ts': 0,
  engine: 1,
  network: 2,
  listeners: 3,
  traffic: 3,
  server: 3,
  measure: 4,
  scenario: 5,
  simulation: 6,
  experiment: 7,
  verify: 8,
  report: 9,
  cli: 10,
  playground: 10,
  'index.ts': 11,
};

/** Package → where in src and bench it may be imported. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  seedrandom: ['src/engine/random.ts', 'src/engine/alea.d.ts'],
  yaml: ['src/scenario/'],
  zod: ['src/scenario/', 'src/verify/'],
  '@stdlib/stats-base-dists-binomial-cdf': ['src/experiment/statistics/laws.ts'],
  '@stdlib/stats-base-dists-binomial-quantile': ['src/experiment/statistics/laws.ts'],
  '@stdlib/stats-base-dists-normal-cdf': ['src/experiment/statistics/laws.ts'],
  '@stdlib/stats-base-dists-normal-quantile': ['src/experiment/statistics/laws.ts'],
  '@stdlib/stats-base-dists-t-quantile': ['src/experiment/statistics/laws.ts'],
  'csv-stringify': ['src/report/csv.ts'],
  picocolors: ['src/report/', 'src/cli/'],
  preact: ['src/playground/page/'],
  'cli-progress': ['src/cli/progress.ts'],
  commander: ['src/cli/main.ts'],
  piscina: ['src/experiment/pool.ts'],
  bullmq: ['src/experiment/cluster.ts', 'src/experiment/cluster-worker.ts', 'src/experiment/redis.ts'],
  ioredis: ['src/experiment/redis.ts'],
  '@duckdb/node-api': ['src/cli/query.ts'],
  '@observablehq/plot': ['src/report/page/', 'src/playground/page/'],
  linkedom: ['src/report/page/'],
  tinybench: ['bench/'],
  flatqueue: ['bench/peers/javascript/'],
  tinyqueue: ['bench/peers/javascript/'],
};

/** Files below the report that need Node.js: threads, and other machines. Who runs in a browser leaves them out. */
export const THREAD_PLACES: readonly string[] = [
  'src/experiment/pool.ts',
  'src/experiment/pool-thread.ts',
  'src/experiment/cluster.ts',
  'src/experiment/cluster-worker.ts',
  'src/experiment/redis.ts',
];

/** What runs in a browser's page, whose types it has. */
export const PAGE_PLACES: readonly string[] = ['src/playground/page/'];

/** Where Node.js itself may be used in src. */
export const NODE_PLACES: readonly string[] = ['src/cli/', 'src/report/files.ts', ...THREAD_PLACES];

/** One file may import from a module that is not known before it runs: the compiled benchmarks. */
const COMPUTED_IMPORTS = ['src/cli/bench.ts'];

/** True when `path` is one of `places`, or lies in one that ends with a slash. */
export function liesIn(path: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

/** The stack whose room `path` is in, or null: src/listeners/linux-1.2/tcp.ts → linux-1.2. */
function stackOf(path: string): string | null {
  const parts = path.split('/');
  return parts[1] === 'listeners' && parts.length === 4 ? (parts[2] ?? null) : null;
}

/** What is wrong with `from` importing `to`, both in src; null when nothing is. */
function floorError(from: string, to: string): string | null {
  const [room, other] = [from.split('/')[1] ?? '', to.split('/')[1] ?? ''];
  const [floor, below] = [FLOORS[room], FLOORS[other]];
  if (floor === undefined) return `${room} has no floor`;
  if (below === undefined) return `${other} has no floor`;
  if (room !== other && below >= floor) return `${room} does not stand above ${other}`;
  const stack = stackOf(to);
  if (stack === null || stack === stackOf(from)) return null;
  const isDoor = from === 'src/listeners/stacks.ts' || room === 'verify';
  return isDoor ? null : `the room of ${stack} is entered through listeners/stacks.ts`;
}

function importError(path: string, specifier: string): string | null {
  const isShipped = liesIn(path, ['src/', 'bench/']);
  if (specifier.startsWith('node:'))
    return path.startsWith('src/') && !liesIn(path, NODE_PLACES) ? `${specifier} is not for this room` : null;
  if (specifier.startsWith('.')) {
    const target = join(dirname(path), specifier);
    if (isShipped && target.startsWith('test/')) return `${target} is for tests only`;
    if (!path.startsWith('src/')) return null;
    return target.startsWith('src/') ? floorError(path, target) : `${target} is outside of src`;
  }
  if (!isShipped) return null;
  const places = PACKAGES[packageOf(specifier)];
  if (places === undefined) return `${packageOf(specifier)} has no place in the table of packages`;
  return liesIn(path, places) ? null : `${specifier} belongs in ${places.join(', ')}`;
}

/** Imports that break the table, as `path:line: what`. */
export function importErrors(file: SourceFile): string[] {
  const errors: string[] = [];
  for (const { specifier, line } of importsOf(file)) {
    const error = importError(file.path, specifier);
    if (error !== null) errors.push(`${file.path}:${line}: ${error}`);
  }
  const isComputed = /\bimport\(\s*[^\s'"]/.test(file.code) || /\brequire\s*\(/.test(file.code);
  if (file.path.startsWith('src/') && isComputed && !liesIn(file.path, COMPUTED_IMPORTS))
    errors.push(`${file.path}: an import that cannot be read here`);
  return errors;
}
