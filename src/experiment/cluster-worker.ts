/**
 * A worker of sweeps over many machines: takes chunks from Redis, has them computed by its threads, and puts the answers back. The
 * thread that talks to Redis computes nothing, so that it renews its claim in time; a worker that dies loses its claims in seconds, and others
 * take its chunks.
 * Leaves out: which chunks there are (cluster.ts).
 */
import type { Job, Worker } from 'bullmq';
import { VERSION } from '../version.ts';
import type { PointPool } from './point-chunk.ts';
import { openPool } from './pool.ts';
import {
  type ChunkAnswer,
  type ChunkJob,
  type ClusterBase,
  connect,
  connectionOptions,
  fetchBase,
  installed,
  QUEUE,
  type Redis,
  requireRedisUrl,
  WORKER_PREFIX,
  type WorkerNote,
} from './redis.ts';
import { packError } from './thread-messages.ts';

/** A claim that is not renewed is lost after so long. */
const CLAIM_MS = 8000;
/** How often somebody looks for lost claims. */
const LOOK_MS = 2000;
/** A chunk whose worker died so often is given up: the coordinator tries its points one by one. */
const DEATHS_MAX = 5;
const NOTE_MS = 2000;
const NOTE_SECONDS = 8;

export interface WorkerOptions {
  readonly url: string;
  readonly threads: number;
  /** Of this process, and of no other on any machine. */
  readonly name: string;
  /** A clock: how long a chunk took decides how large the next one is. */
  readonly nowMs: () => number;
  /** Told, now and then, when Redis is away and when it is back. */
  readonly onMessage: (text: string) => void;
}

/** Threads for one base, which have its captures. */
interface Threads {
  readonly base: ClusterBase;
  readonly pool: PointPool;
  /** Chunks under way. */
  busy: number;
}

export class ClusterWorker {
  /** Chunks that were computed. */
  done: number;
  private readonly options: WorkerOptions;
  private readonly redis: Redis;
  private readonly name: string;
  private readonly bases: Map<string, Promise<Threads | null>>;
  private readonly notes: NodeJS.Timeout;
  private worker: Worker<ChunkJob, ChunkAnswer> | null;
  private underWay: number;

  /** Use `openWorker`. */
  constructor(redis: Redis, options: WorkerOptions) {
    this.done = 0;
    this.options = options;
    this.redis = redis;
    this.name = WORKER_PREFIX + options.name;
    this.bases = new Map();
    this.worker = null;
    this.underWay = 0;
    this.notes = setInterval(() => void this.note().catch(() => {}), NOTE_MS);
  }

  /** Chunks under way. */
  get busy(): number {
    return this.underWay;
  }

  async begin(): Promise<void> {
    const bullmq = await installed(() => import('bullmq'));
    await this.note();
    const { threads, url } = this.options;
    const worker = new bullmq.Worker<ChunkJob, ChunkAnswer>(QUEUE, (job) => this.answerTo(job), {
      connection: connectionOptions(url),
      concurrency: threads,
      lockDuration: CLAIM_MS,
      stalledInterval: LOOK_MS,
      maxStalledCount: DEATHS_MAX,
    });
    let isAway = false;
    worker.on('error', (error) => {
      if (!isAway && 'code' in error) this.options.onMessage(`Redis is away (${String(error.code)}); waiting for it`);
      isAway ||= 'code' in error;
    });
    worker.on('ready', () => {
      if (isAway) this.options.onMessage('Redis is back');
      isAway = false;
    });
    this.worker = worker;
  }

  /** Takes no further chunk, and ends what is under way. */
  async close(): Promise<void> {
    clearInterval(this.notes);
    await this.worker?.close();
    await this.redis.del(this.name).catch(() => {});
    for (const threads of this.bases.values()) await (await threads)?.pool.close();
    this.redis.disconnect();
  }

  private async note(): Promise<void> {
    const note: WorkerNote = { version: VERSION, threads: this.options.threads };
    await this.redis.set(this.name, JSON.stringify(note), 'EX', NOTE_SECONDS);
  }

  private async answerTo({ data }: Job<ChunkJob>): Promise<ChunkAnswer> {
    // The queue has the version in its name; who puts something else there is told.
    if (data.version !== VERSION) throw new Error(`a worker of version ${VERSION}, not ${data.version}`);
    const threads = await this.threadsFor(data.base);
    if (threads === null) throw new Error('the scenario is not in Redis');
    threads.busy++;
    this.underWay++;
    const fromMs = this.options.nowMs();
    try {
      const answer = await threads.pool.runPoints({ base: threads.base.text, plan: data.plan, points: data.points });
      this.done++;
      return { ...answer, ms: this.options.nowMs() - fromMs };
    } catch (error) {
      return { error: packError(error) };
    } finally {
      threads.busy--;
      this.underWay--;
    }
  }

  /** Threads with the captures of that base. Those of others are ended when they have nothing to do. */
  private async threadsFor(name: string): Promise<Threads | null> {
    const known = this.bases.get(name);
    if (known !== undefined) return known;
    const opening = this.open(name);
    this.bases.set(name, opening);
    const threads = await opening;
    if (threads === null) this.bases.delete(name);
    for (const [other, promise] of this.bases) {
      const one = other === name ? null : await promise;
      if (one === null || one.busy > 0) continue;
      this.bases.delete(other);
      await one.pool.close();
    }
    return threads;
  }

  private async open(name: string): Promise<Threads | null> {
    const base = await fetchBase(this.redis, name);
    const pool = base && openPool({ threads: this.options.threads, captures: base.captures });
    return base && pool && { base, pool, busy: 0 };
  }
}

/** @throws InputError when Redis does not answer, or the packages are not there. */
export async function openWorker(options: WorkerOptions): Promise<ClusterWorker> {
  requireRedisUrl(options.url);
  const worker = new ClusterWorker(await connect(options.url), options);
  await worker.begin();
  return worker;
}
