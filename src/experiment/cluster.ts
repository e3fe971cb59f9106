/**
 * The coordinator of a sweep over many machines: puts chunks into a queue in Redis, and waits for what workers make of them. Redis may
 * lose anything at any time: what is waited for is looked for every second, and put there again when it is gone. A chunk has its name
 * from its contents, so it is there once, however often it is put there; one that two workers have computed gives the same twice.
 * Leaves out: workers (cluster-worker.ts), threads (pool.ts).
 */
import type { Job, Queue, QueueEvents } from 'bullmq';
import { textHash } from '../scenario/hash.ts';
import { VERSION } from '../version.ts';
import type { LostChunk, PackedPoints, PointChunk, PointPool } from './point-chunk.ts';
import {
  type ChunkAnswer,
  type ChunkJob,
  type ClusterBase,
  connect,
  connectionOptions,
  installed,
  QUEUE,
  type Redis,
  requireRedisUrl,
  storeBase,
  type WorkerNote,
  workersOf,
} from './redis.ts';
import { unpackError } from './thread-messages.ts';

export interface ClusterOptions {
  readonly url: string;
  readonly base: ClusterBase;
  /** Called when it changes which workers there are. */
  readonly onWorkers: (workers: readonly WorkerNote[]) => void;
}

/** A chunk that somebody waits for. */
interface Waiting {
  readonly job: ChunkJob;
  readonly resolve: (answer: PackedPoints | LostChunk) => void;
  readonly reject: (error: Error) => void;
}

const RECONCILE_MS = 1000;
/** Answers that nobody fetches (of a coordinator that was killed) are kept for so long. */
const ANSWER_SECONDS = 3600;
const JOB_OPTIONS = {
  attempts: 3,
  removeOnComplete: { age: ANSWER_SECONDS },
  removeOnFail: { age: ANSWER_SECONDS },
} as const;

export class Cluster implements PointPool {
  private readonly redis: Redis;
  private readonly queue: Queue<ChunkJob, ChunkAnswer>;
  private readonly events: QueueEvents;
  private readonly base: ClusterBase;
  private readonly baseName: string;
  private readonly waiting: Map<string, Waiting>; // by name of the job
  private readonly ticks: NodeJS.Timeout;
  private readonly onWorkers: ClusterOptions['onWorkers'];
  private known: string; // workers, as they were told last
  private isReconciling: boolean;

  /** Use `openCluster`. */
  constructor(redis: Redis, queue: Queue, events: QueueEvents, { base, onWorkers }: ClusterOptions) {
    this.redis = redis;
    this.queue = queue as Queue<ChunkJob, ChunkAnswer>;
    this.events = events;
    this.base = base;
    this.baseName = nameOf(base);
    this.waiting = new Map();
    this.onWorkers = onWorkers;
    this.known = '';
    this.isReconciling = false;
    events.on('completed', ({ jobId }) => void this.look(jobId).catch(() => {}));
    events.on('failed', ({ jobId }) => void this.look(jobId).catch(() => {}));
    // Whoever comes back after Redis was away finds what happened meanwhile by looking.
    queue.on('error', () => {});
    events.on('error', () => {});
    this.ticks = setInterval(() => void this.reconcile(), RECONCILE_MS);
  }

  /** Tells of the workers, and puts the base where they find it. */
  async begin(): Promise<readonly WorkerNote[]> {
    await storeBase(this.redis, this.baseName, this.base);
    return this.tellWorkers();
  }

  async runPoints({ plan, points }: PointChunk): Promise<PackedPoints | LostChunk> {
    const job = { version: VERSION, base: this.baseName, plan, points };
    // BullMQ wants neither colons nor plain numbers.
    const name = `chunk-${this.baseName}-${textHash(JSON.stringify([plan, points]))}`;
    const answer = new Promise<PackedPoints | LostChunk>((resolve, reject) =>
      this.waiting.set(name, { job, resolve, reject }),
    );
    await this.put(name, job);
    return answer;
  }

  async close(): Promise<void> {
    clearInterval(this.ticks);
    await Promise.all([this.queue.close(), this.events.close()]);
    this.redis.disconnect();
  }

  private async put(name: string, job: ChunkJob): Promise<void> {
    await this.queue.add('chunk', job, { jobId: name, ...JOB_OPTIONS });
  }

  /** Looks for everything that is waited for. One look at a time: Redis may be away for long. */
  private async reconcile(): Promise<void> {
    if (this.isReconciling) return;
    this.isReconciling = true;
    try {
      await storeBase(this.redis, this.baseName, this.base);
      await this.tellWorkers();
      for (const name of this.waiting.keys()) await this.look(name);
    } catch {
      // Redis is away, or was while it was asked: there is a next time.
    } finally {
      this.isReconciling = false;
    }
  }

  /** Takes the answer to a chunk, if it is there; puts the chunk there again, if it is not. */
  private async look(name: string): Promise<void> {
    const one = this.waiting.get(name);
    if (one === undefined) return;
    const job = await this.queue.getJob(name);
    const state = job === undefined ? 'unknown' : await job.getState();
    if (state === 'unknown') await this.put(name, one.job);
    if (job === undefined || (state !== 'completed' && state !== 'failed')) return;
    // Read after the state: before it, the answer may not have been there.
    const finished = await this.queue.getJob(name);
    if (finished === undefined || !this.waiting.delete(name)) return;
    settle(one, state === 'completed' ? finished.returnvalue : { lost: reasonOf(finished) });
    // The record is on the coordinator's disk; what is done need not stay in Redis.
    await finished.remove().catch(() => {});
  }

  private async tellWorkers(): Promise<readonly WorkerNote[]> {
    const workers = await workersOf(this.redis);
    const key = workers
      .map((one) => JSON.stringify(one))
      .toSorted()
      .join();
    if (key !== this.known) this.onWorkers(workers);
    this.known = key;
    return workers;
  }
}

function settle({ reject, resolve }: Waiting, answer: ChunkAnswer): void {
  if ('error' in answer) reject(unpackError(answer.error));
  else resolve(answer);
}

function reasonOf(job: Job): string {
  return `given up by the workers: ${job.failedReason}`;
}

/** From its contents, and from the version: another one may give other results. */
function nameOf({ captures, text }: ClusterBase): string {
  const times = [...captures].map(([key, atNs]) => [key, textHash(atNs.join())]);
  return textHash(JSON.stringify([VERSION, text, times]));
}

/** @throws InputError when Redis does not answer, or the packages are not there. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  requireRedisUrl(options.url);
  const bullmq = await installed(() => import('bullmq'));
  const redis = await connect(options.url);
  const connection = connectionOptions(options.url);
  const queue = new bullmq.Queue(QUEUE, { connection });
  return new Cluster(redis, queue, new bullmq.QueueEvents(QUEUE, { connection }), options);
}
