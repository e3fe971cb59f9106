/**
 * The door every traffic entry opens: it sends segments up its path, gets the answers, and counts.
 * Leaves out: the path itself (network/), what the application did (server/ tells through `onServed`).
 */
import type { Counters } from '../engine/counters.ts';
import type { Loop } from '../engine/loop.ts';
import type { RandomStreams } from '../engine/random.ts';
import type { Refuser, SegmentPool, SegmentReceiver, Transmitter } from '../network/segment.ts';
import type { ArrivalProcess } from './arrivals/arrival-process.ts';

/** What a source stands on. */
export interface SourceEnvironment {
  readonly loop: Loop;
  readonly segments: SegmentPool;
  /** The number of this traffic entry: the `source` of its segments. */
  readonly source: number;
  /** The entry's path to the server. */
  readonly network: Transmitter;
  /** Phase of its arrivals and SYNs; its answers come one phase later (engine/time.ts). */
  readonly phase: number;
  readonly random: RandomStreams;
  /** When its connections begin; null for a closed population, which sets its own pace. */
  readonly arrivals: ArrivalProcess | null;
  /** The server, where the path to it takes no time and loses nothing; null: SYNs have to be sent one by one. */
  readonly refuser: Refuser | null;
  /** Whether SYNs that a refuser refuses may be counted without being drawn one by one (`skip: auto`). */
  readonly skips: boolean;
  /** Connections that begin earlier (in the warm-up) are simulated and not counted. SYNs are counted always. */
  readonly countFromNs: number;
}

export interface Source extends SegmentReceiver {
  readonly counters: Counters;
  /** Schedules the first arrival. Once, before the run. */
  start(): void;
  /** The application finished serving `peer`. */
  onServed(peer: number): void;
  /** SYNs sent so far, retransmissions included. */
  readonly synsSent: number;
  /** Bytes of its typed arrays, for `limits.memory`. */
  readonly bytes: number;
}
