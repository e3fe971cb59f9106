/** Who computes the points of a sweep: threads of this machine, or workers on any machines over Redis. */
import type { PointPool } from '../experiment/point-chunk.ts';
import type { ClusterBase, WorkerNote } from '../experiment/redis.ts';
import { VERSION } from '../version.ts';
import { prepareThreads } from './v8-flags.ts';

export interface Helpers {
  readonly threads: number;
  /** URL of Redis; null: threads. */
  readonly redis: string | null;
  readonly quiet: boolean;
}

/** A pool, and how it is best used: chunks under way at a time, and the time that one is to take. */
interface OpenPoints {
  readonly pool: PointPool;
  readonly lanes: number;
  readonly chunkMs: number;
}

const THREAD_CHUNK_MS = 100;
/** A message over Redis and back costs some milliseconds. */
const CLUSTER_CHUNK_MS = 1000;
/** Chunks for each thread of the workers that are there: one is computed, one waits. */
const CLUSTER_AHEAD = 2;
/** Workers may come later. */
const CLUSTER_LANES_MIN = 64;
const TICK_MS = 500;

/** @param left points. @param onTick called a few times a second with the points under way, as far as that is known. */
export async function openPoints(
  { quiet, redis, threads }: Helpers,
  base: ClusterBase,
  left: number,
  onTick: (underWay: number) => void,
): Promise<OpenPoints> {
  if (redis !== null) return openCluster(redis, base, left, quiet, onTick);
  const lanes = Math.min(threads, left);
  const { openPool } = await import('../experiment/pool.ts');
  const { captures } = base;
  prepareThreads(lanes);
  const pool = openPool({ threads: lanes, captures, onTick }) ?? (await thisThread(base));
  return { pool, lanes, chunkMs: THREAD_CHUNK_MS };
}

/** Where the system has no threads to give. Signals are heard between two chunks. */
async function thisThread({ captures }: ClusterBase): Promise<PointPool> {
  const { makePoints } = await import('../experiment/point-chunk.ts');
  return {
    runPoints: (chunk) => new Promise((resolve) => setImmediate(() => resolve(makePoints(chunk, captures)))),
    close: async () => {},
  };
}

async function openCluster(
  url: string,
  base: ClusterBase,
  left: number,
  quiet: boolean,
  onTick: (underWay: number) => void,
): Promise<OpenPoints> {
  const cluster = await import('../experiment/cluster.ts');
  const onWorkers = (workers: readonly WorkerNote[]): void => {
    if (!quiet) process.stderr.write(`${workersText(workers, url)}\n`);
  };
  const pool = await cluster.openCluster({ url, base, onWorkers });
  const workers = await pool.begin();
  if (workers.length === 0) onWorkers([]);
  const ticks = setInterval(() => onTick(0), TICK_MS);
  const close = async (): Promise<void> => {
    clearInterval(ticks);
    await pool.close();
  };
  const lanes = Math.min(left, Math.max(CLUSTER_LANES_MIN, CLUSTER_AHEAD * threadsOf(workers)));
  return { pool: { runPoints: (chunk) => pool.runPoints(chunk), close }, lanes, chunkMs: CLUSTER_CHUNK_MS };
}

function threadsOf(workers: readonly WorkerNote[]): number {
  return workers.reduce((sum, one) => sum + (one.version === VERSION ? one.threads : 0), 0);
}

/** Those of another version would give other results: they get nothing. */
function workersText(workers: readonly WorkerNote[], url: string): string {
  const own = workers.filter(({ version }) => version === VERSION);
  const others = [...new Set(workers.map(({ version }) => version))].filter((version) => version !== VERSION);
  const strangers =
    others.length === 0
      ? ''
      : `; ${workers.length - own.length} of version ${others.join(', ')} get nothing, this is ${VERSION}`;
  if (own.length === 0) return `no workers${strangers}; start some: halfopen worker --redis ${url}`;
  return `${own.length} workers with ${threadsOf(own)} threads${strangers}`;
}
