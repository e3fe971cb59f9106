/**
 * What stands between the network and the host: it sees every segment, both ways, and may drop, answer or change it.
 * The door that every front end opens (front-ends/); the simulation knows nothing else about it.
 */
import type { Counters } from '../engine/counters.ts';
import type { Gauges } from '../engine/gauges.ts';
import type { Loop } from '../engine/loop.ts';
import type { RandomStream } from '../engine/random.ts';
import type { SegmentPool, Transmitter } from '../network/segment.ts';
import type { SynTransit } from '../network/syn-transit.ts';

/** What a front end stands on. */
export interface FrontEndEnvironment {
  readonly loop: Loop;
  readonly segments: SegmentPool;
  readonly transit: SynTransit;
  readonly random: RandomStream;
  /** To the host. */
  readonly host: Transmitter;
  /** To the clients. */
  readonly clients: Transmitter;
  /** Traffic entry → are its addresses forged? */
  readonly isForged: readonly boolean[];
}

/** Why a front end drops packets. */
export interface FrontEndCause {
  readonly cause: string;
  readonly text: string;
  /** Index of the counter that counts them. */
  readonly counter: number;
  readonly setting: string | null;
  readonly rule: string;
}

/** From the clients by `transmit`, from the host by `answer`: both take the segment over. */
export interface FrontEnd extends Transmitter {
  readonly counters: Counters;
  readonly gauges: Gauges;
  readonly causes: readonly FrontEndCause[];
  /** Cause → instant of its first drop, ns; -1: none. */
  readonly firstAtNs: Float64Array;
  readonly bytes: number;
  answer(segment: number): void;
  checkInvariants(): void;
}
