/**
 * The Redis server over which a sweep reaches other machines: the connection, and what everybody calls the things in it.
 * BullMQ and ioredis are loaded when they are asked for: who sweeps on one machine needs neither.
 */
import type { Redis } from 'ioredis';
import { InputError } from '../engine/errors.ts';
import type { BaseText } from '../scenario/base.ts';
import type { Override } from '../scenario/parse.ts';
import type { Captures } from '../simulation/simulate.ts';
import { VERSION } from '../version.ts';
import type { PointPlan } from './point.ts';
import type { LostChunk, PackedPoints } from './point-chunk.ts';
import type { PackedError } from './thread-messages.ts';

export type { Redis } from 'ioredis';

/** Workers of another version see nothing of a sweep. */
export const QUEUE = `halfopen-${VERSION}`;
/** Keys of bases: what the chunks of a sweep share. */
const BASE_PREFIX = 'halfopen:base:';
/** Keys of workers that are there. */
export const WORKER_PREFIX = 'halfopen:worker:';
/** A base that nobody has used for so long is forgotten. */
const BASE_SECONDS = 7 * 86_400;
const ANSWER_MS = 5000;
const RETRY_MS = 500;

/** One chunk, as it waits in Redis. */
export interface ChunkJob {
  readonly version: string;
  /** Name of the base. */
  readonly base: string;
  readonly plan: PointPlan;
  readonly points: readonly (readonly Override[])[];
}

/** What a worker made of it. */
export type ChunkAnswer = PackedPoints | LostChunk | { readonly error: PackedError };

/** What a worker says of itself, now and then. */
export interface WorkerNote {
  readonly version: string;
  readonly threads: number;
}

/** The scenario of a sweep and its captures. */
export interface ClusterBase {
  readonly text: BaseText;
  readonly captures: Captures;
}

/** How Redis is reached. */
interface Connection {
  readonly url: string;
  readonly maxRetriesPerRequest: null;
  readonly retryStrategy: () => number;
}

/** For BullMQ and for this file: commands wait for Redis to come back, however long that takes. */
export function connectionOptions(url: string): Connection {
  return { url, maxRetriesPerRequest: null, retryStrategy: () => RETRY_MS };
}

/** @throws InputError when `load` finds that its package is not installed. */
export async function installed<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    const expected = 'the packages bullmq and ioredis (npm install bullmq ioredis)';
    throw new InputError([{ where: '--redis', expected, received: 'none that can be found' }]);
  }
}

/** @throws InputError unless `url` is one of Redis. */
export function requireRedisUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed !== null && /^rediss?:$/.test(parsed.protocol) && parsed.hostname !== '') return;
  throw new InputError([{ where: '--redis', expected: 'redis://HOST:PORT', received: url === '' ? 'nothing' : url }]);
}

/** Connects. @throws InputError when nobody answers within seconds, or the packages are not there. */
export async function connect(url: string): Promise<Redis> {
  const { Redis: Client } = await installed(() => import('ioredis'));
  const client = new Client(url, connectionOptions(url));
  let last = 'no answer';
  client.on('error', (error: Error) => {
    last = 'code' in error ? String(error.code) : error.message;
  });
  const isThere = client.ping().then(
    () => true,
    () => false,
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ANSWER_MS)));
  const isOk = await Promise.race([isThere, late]);
  clearTimeout(timer);
  if (isOk) return client;
  client.disconnect();
  throw new InputError([{ where: `--redis ${url}`, expected: 'a Redis server that answers', received: last }]);
}

/** Puts a base where workers find it; often enough that it is there as long as the sweep. */
export async function storeBase(client: Redis, name: string, { captures, text }: ClusterBase): Promise<void> {
  const times = [...captures].map(([key, atNs]) => [key, Buffer.from(atNs.slice().buffer).toString('base64')]);
  await client.set(BASE_PREFIX + name, JSON.stringify({ text, captures: times }), 'EX', BASE_SECONDS);
}

/** @returns null when Redis has lost it: the coordinator will put it there again. */
export async function fetchBase(client: Redis, name: string): Promise<ClusterBase | null> {
  const json = await client.get(BASE_PREFIX + name);
  if (json === null) return null;
  const { captures, text } = JSON.parse(json) as { text: BaseText; captures: [string, string][] };
  return { text, captures: new Map(captures.map(([key, base64]) => [key, timesOf(base64)])) };
}

function timesOf(base64: string): Float64Array {
  const bytes = Buffer.from(base64, 'base64');
  return new Float64Array(Uint8Array.from(bytes).buffer);
}

/** Workers that are there, of all versions. */
export async function workersOf(client: Redis): Promise<WorkerNote[]> {
  const notes: WorkerNote[] = [];
  let cursor = '0';
  do {
    const [next, keys] = await client.scan(cursor, 'MATCH', `${WORKER_PREFIX}*`, 'COUNT', 1000);
    const texts = keys.length === 0 ? [] : await client.mget(keys);
    for (const text of texts) if (text !== null) notes.push(JSON.parse(text) as WorkerNote);
    cursor = next;
  } while (cursor !== '0');
  return notes;
}
