/**
 * Runs the peers one after the other, round by round, each measurement a process of its own: what disturbs the
 * machine for a while disturbs all of them. A peer's figure is the median of its rounds.
 * Leaves out: what they do (works.ts), who they are (peers.ts).
 */
import { spawnSync } from 'node:child_process';
import { InputError } from '../../src/engine/errors.ts';
import type { StatusLine } from '../status-line.ts';
import { HALFOPEN, type Peer } from './peers.ts';
import { isCompared, titleOf, type Work } from './works.ts';

/** Longer than any of them takes, on a busy machine too. */
const TIMEOUT_MS = 600_000;

/** What a process prints. */
interface Measurement {
  readonly work: string;
  readonly n: number;
  readonly ops: number;
  readonly ns: number;
  readonly hash: string;
}

/** What a peer reached in one work. */
export interface Figure {
  readonly work: Work;
  readonly peer: string;
  readonly version: string;
  readonly rounds: number;
  /** Operations per second: the median, the least and the greatest of the rounds. */
  readonly opsPerS: number;
  readonly opsPerSMin: number;
  readonly opsPerSMax: number;
  /** Of what it did: one of its rounds. */
  readonly hash: string;
  /** False for another model, which has an outcome of its own. */
  readonly isCompared: boolean;
  /** True when every round did what halfopen did: only then are the figures to be compared. */
  readonly isSame: boolean;
}

/** @throws InputError when the process fails, or prints something else. */
export function measureOnce(peer: Peer, work: Work): Measurement {
  const refuse = (expected: string, received: string): InputError =>
    new InputError([{ where: `${peer.name}, ${titleOf(work)}`, expected, received }]);
  const words = [...peer.words, work.name, String(work.n), String(work.operations)];
  const { signal, status, stdout, stderr } = spawnSync(peer.program, words, { encoding: 'utf8', timeout: TIMEOUT_MS });
  if (status !== 0) throw refuse('it to end with 0', `${signal ?? status ?? 'no process'}: ${stderr}`);
  const measurement = JSON.parse(stdout) as Measurement;
  const isComplete = measurement.ns > 0 && /^[0-9a-f]{8}$/.test(measurement.hash);
  const isThisWork = measurement.work === work.name && measurement.n === work.n && measurement.ops === work.operations;
  if (!isComplete || !isThisWork) throw refuse('a measurement', stdout);
  return measurement;
}

/**
 * @param peers those that do `work`.
 * @param status says which process runs.
 * @returns a figure for each, in their order.
 */
export function compare(work: Work, peers: readonly Peer[], rounds: number, status: StatusLine): Figure[] {
  const measured = peers.map((): Measurement[] => []);
  for (let round = 0; round < rounds; round++) {
    peers.forEach((peer, i) => {
      status.begin(`${titleOf(work)}, ${peer.name}`);
      measured[i]?.push(measureOnce(peer, work));
      status.end();
    });
  }
  const reference = measured[peers.findIndex(({ name }) => name === HALFOPEN)]?.[0]?.hash;
  return peers.map((peer, i) => figureOf(work, peer, measured[i] ?? [], reference));
}

export function figureOf(
  work: Work,
  peer: Pick<Peer, 'name' | 'version'>,
  measured: readonly Measurement[],
  reference: string | undefined,
): Figure {
  const speeds = measured.map(({ ops, ns }) => (ops / ns) * 1e9).toSorted((a, b) => a - b);
  return {
    work,
    peer: peer.name,
    version: peer.version,
    rounds: measured.length,
    opsPerS: medianOf(speeds),
    opsPerSMin: speeds[0] ?? Number.NaN,
    opsPerSMax: speeds.at(-1) ?? Number.NaN,
    hash: measured.find(({ hash }) => hash !== reference)?.hash ?? reference ?? '',
    isCompared: isCompared(work),
    isSame: isCompared(work) && measured.every(({ hash }) => hash === reference),
  };
}

/** @param sorted ascending. */
function medianOf(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? Number.NaN) + upper) / 2 : upper;
}
