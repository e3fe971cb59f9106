/**
 * Both ends of the wire of a golden script: gives the stack the segments of the script, and notes what it
 * sends, in the case's relative numbers.
 */
import type { Loop } from '../engine/loop.ts';
import { Flag, type SegmentPool, type Transmitter } from '../network/segment.ts';
import type { ScriptInput, ScriptSegment } from './script-input.ts';
import { TICK_NS } from './workload-scenario.ts';

const DEFAULT_WINDOW = 8000;
const PORT = 80;
const MSS_BYTES = 1460;
const FLAG_BITS = { SYN: Flag.Syn, ACK: Flag.Ack, RST: Flag.Rst, FIN: Flag.Fin } as const;
const FLAG_NAMES = Object.entries(FLAG_BITS);

/** One segment that the stack sent. */
export interface SentSegment {
  t: number;
  peer: number;
  flags: string;
  seq: number;
  ack?: number;
  win?: number;
  seq_abs: number;
  ack_abs?: number;
  sport?: number;
}

export class ScriptWire implements Transmitter {
  readonly sent: SentSegment[];
  private readonly loop: Loop;
  private readonly segments: SegmentPool;
  private readonly isns: readonly number[];
  private readonly iss: (number | null)[]; // peer → ISS of the latest SYN-ACK it was sent

  constructor(loop: Loop, segments: SegmentPool, input: ScriptInput) {
    this.sent = [];
    this.loop = loop;
    this.segments = segments;
    this.isns = input.peers.map((p) => p.isn);
    this.iss = input.peers.map(() => null);
  }

  /** @returns a segment of the script, as a row of the pool. */
  open(event: ScriptSegment): number {
    const flags = event.flags
      .split('|')
      .reduce((bits, name) => bits | (name in FLAG_BITS ? FLAG_BITS[name as keyof typeof FLAG_BITS] : 0), 0);
    const ack = event.ack_abs ?? (this.iss[event.peer] ?? 0) + (event.ack ?? 0);
    const seq = (this.isns[event.peer] ?? 0) + event.seq;
    const segment = this.segments.open(
      0,
      event.peer,
      event.dport ?? PORT,
      flags,
      seq,
      (flags & Flag.Ack) !== 0 ? ack : 0,
    );
    this.segments.setWindow(segment, event.win ?? DEFAULT_WINDOW);
    this.segments.setLength(segment, event.len ?? 0);
    if ((flags & Flag.Syn) !== 0) this.segments.setMss(segment, MSS_BYTES);
    return segment;
  }

  transmit(segment: number): void {
    const { segments } = this;
    const peer = segments.peerOf(segment);
    const flags = segments.flagsOf(segment);
    const seq = segments.seqOf(segment);
    if ((flags & Flag.Syn) !== 0) this.iss[peer] = seq;
    const isReset = (flags & Flag.Rst) !== 0;
    const hasAck = (flags & Flag.Ack) !== 0;
    const base = isReset && hasAck ? 0 : (this.iss[peer] ?? 0);
    const entry: SentSegment = {
      t: Math.round(this.loop.nowNs / TICK_NS),
      peer,
      flags: FLAG_NAMES.filter(([, bit]) => (flags & bit) !== 0)
        .map(([name]) => name)
        .join('|'),
      seq: (seq - base) | 0,
      seq_abs: seq,
    };
    if (hasAck) {
      entry.ack = (segments.ackOf(segment) - (this.isns[peer] ?? 0)) | 0;
      entry.ack_abs = segments.ackOf(segment);
    }
    if (!isReset) entry.win = segments.windowOf(segment);
    if (segments.portOf(segment) !== PORT) entry.sport = segments.portOf(segment);
    this.sent.push(entry);
    segments.free(segment);
  }
}
