/**
 * A bench for any stack: one listener on a loop, a wire that writes down what the host sends, and processes that
 * are told when they run. Peers are small integers; a peer's SYN has sequence number isnOf(peer), unless a test
 * says otherwise.
 */
import { Loop } from '../../src/engine/loop.ts';
import { RandomStreams } from '../../src/engine/random-streams.ts';
import type { Listener, StackEnvironment } from '../../src/listeners/listener.ts';
import { Flag, Option, SegmentPool } from '../../src/network/segment.ts';
import { errnoName } from '../../src/network/socket-api.ts';

export const PORT = 80;
export const OTHER_PORT = 22;
const SOURCE = 0;
const WINDOW = 8000;
const LETTERS: readonly [number, string][] = [
  [Flag.Syn, 'S'],
  [Flag.Fin, 'F'],
  [Flag.Rst, 'R'],
  [Flag.Ack, 'A'],
];

export interface Sent {
  readonly atS: number;
  readonly peer: number;
  /** `S`, `F`, `R`, `A` in this order: `SA`, `RA`, `FA`. */
  readonly flags: string;
  readonly seq: number;
  readonly ack: number;
  readonly window: number;
  readonly length: number;
  /** What the Fast Open option says, a FastOpenCookie; left out: there is none. */
  readonly cookie?: number;
}

export interface SegmentFields {
  readonly seq?: number;
  readonly ack?: number;
  readonly length?: number;
  readonly window?: number;
  readonly port?: number;
  /** Sum of Option. */
  readonly options?: number;
  /** Adds the Fast Open option: a FastOpenCookie. */
  readonly cookie?: number;
}

export function isnOf(peer: number): number {
  return 1_000_000 * (peer + 1);
}

export class ListenerBench<L extends Listener> {
  readonly loop = new Loop();
  readonly segments = new SegmentPool();
  readonly stack: L;
  /** Everything the host has sent. */
  readonly sent: Sent[] = [];
  /** Processes that were woken, in order. */
  readonly woken: number[] = [];
  private readonly iss = new Map<number, number>(); // peer → ISS of the last SYN-ACK to it

  /** @param create makes the stack. @param backlog of listen(); below 0 the bench does not call it. */
  constructor(create: (env: StackEnvironment) => L, backlog: number, port: number) {
    const { loop, segments } = this;
    this.stack = create({
      loop,
      segments,
      network: { transmit: (segment) => this.record(segment) },
      waker: { wakeUp: (process) => this.woken.push(process) },
      wakesAtOnce: true,
      random: new RandomStreams('host', 0),
      sourceCount: 1,
      port,
      otherPorts: [OTHER_PORT],
    });
    if (backlog >= 0) this.stack.listen(backlog);
  }

  // --- segments from peers

  /** @param flags letters as in Sent. */
  send(peer: number, flags: string, fields: SegmentFields = {}): void {
    const bits = LETTERS.reduce((sum, [bit, letter]) => sum + (flags.includes(letter) ? bit : 0), 0);
    const port = fields.port ?? PORT;
    const segment = this.segments.open(SOURCE, peer, port, bits, fields.seq ?? isnOf(peer), fields.ack ?? 0);
    this.segments.setWindow(segment, fields.window ?? WINDOW);
    this.segments.setLength(segment, fields.length ?? 0);
    this.segments.setOptions(segment, fields.options ?? 0);
    if (fields.cookie !== undefined) this.segments.addFastOpen(segment, fields.cookie);
    this.stack.onSegment(segment);
    this.segments.free(segment);
  }

  syn(...peers: number[]): void {
    for (const peer of peers) this.send(peer, 'S');
  }

  /** The third ACK, and further segments in order. */
  ack(peer: number, fields: SegmentFields = {}, flags = 'A'): void {
    this.send(peer, flags, { seq: isnOf(peer) + 1, ack: this.issOf(peer) + 1, ...fields });
  }

  /** SYN and third ACK. */
  connect(...peers: number[]): void {
    for (const peer of peers) {
      this.syn(peer);
      this.ack(peer);
    }
  }

  // --- time and processes

  /** Lets `seconds` pass. */
  pass(seconds: number): void {
    this.loop.runUntil(this.loop.nowNs + Math.round(seconds * 1e9));
  }

  /** A result of a call in words: a descriptor stays a number. */
  accept(process = 0, nonblock = true): number | string {
    return inWords(this.stack.accept(process, nonblock));
  }

  resume(process = 0): number | string {
    return inWords(this.stack.resume(process));
  }

  /** Peers that accept() returns until EAGAIN. */
  acceptAll(): number[] {
    const peers: number[] = [];
    for (;;) {
      const descriptor = this.stack.accept(0, true);
      if (descriptor < 0) return peers;
      peers.push(this.stack.peerOf(descriptor));
    }
  }

  // --- what there is to see

  /** ISS of the host towards `peer`. */
  issOf(peer: number): number {
    const iss = this.iss.get(peer);
    if (iss === undefined) throw new RangeError(`no SYN-ACK for peer ${peer}`);
    return iss;
  }

  hasAnswered(peer: number): boolean {
    return this.iss.has(peer);
  }

  /** What was sent to `peer`, as `flags` only. */
  flagsTo(peer: number): string[] {
    return this.sent.filter((s) => s.peer === peer).map((s) => s.flags);
  }

  /** What was sent since the last call. */
  takeSent(): Sent[] {
    return this.sent.splice(0);
  }

  /** A counter by its name. */
  count(name: string): number {
    const { counters } = this.stack;
    const index = counters.names.indexOf(name);
    if (index < 0) throw new RangeError(`no counter ${name}`);
    return counters.valueOf(index);
  }

  private record(segment: number): void {
    const { segments } = this;
    const bits = segments.flagsOf(segment);
    if ((bits & Flag.Syn) !== 0) this.iss.set(segments.peerOf(segment), segments.seqOf(segment));
    this.sent.push({
      atS: this.loop.nowNs / 1e9,
      peer: segments.peerOf(segment),
      flags: LETTERS.filter(([bit]) => (bits & bit) !== 0)
        .map(([, letter]) => letter)
        .join(''),
      seq: segments.seqOf(segment),
      ack: segments.ackOf(segment),
      window: segments.windowOf(segment),
      length: segments.lengthOf(segment),
      ...((segments.optionsOf(segment) & Option.FastOpen) === 0 ? {} : { cookie: segments.cookieOf(segment) }),
    });
    segments.free(segment);
  }
}

const BLOCKED_BELOW = -100_000;

function inWords(result: number): number | string {
  if (result >= 0) return result;
  return result < BLOCKED_BELOW ? 'blocked' : errnoName(result);
}
