/**
 * A bench for one traffic entry: a source on a loop, a wire of no length that writes down what it sends, and answers
 * that a test makes up. Times are in seconds.
 */
import { Loop } from '../../src/engine/loop.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { RandomStreams } from '../../src/engine/random-streams.ts';
import { NEVER_NS, Phase } from '../../src/engine/time.ts';
import { Flag, SegmentPool } from '../../src/network/segment.ts';
import { createArrivals } from '../../src/traffic/arrivals/create.ts';
import { ClientCounter, type ClientObserver } from '../../src/traffic/client-counters.ts';
import { clientStackNamed } from '../../src/traffic/client-stacks.ts';
import { AckFlood } from '../../src/traffic/ack-flood.ts';
import { Clients } from '../../src/traffic/clients.ts';
import { ConnectionFlood } from '../../src/traffic/connection-flood.ts';
import type { Source, SourceEnvironment } from '../../src/traffic/source.ts';
import type {
  AckFloodSpec,
  ClientsSpec,
  ClientStack,
  ConnectionFloodSpec,
  FloodSpec,
  TrafficSpec,
} from '../../src/traffic/specs.ts';
import { SynFlood } from '../../src/traffic/syn-flood.ts';

const PORT = 80;
/** Sequence number of the server's SYN-ACKs. */
export const SERVER_ISN = 0xffff_fffe; // wraps in every session
const SOURCE = 3;
const LETTERS: readonly [number, string][] = [
  [Flag.Syn, 'S'],
  [Flag.Fin, 'F'],
  [Flag.Rst, 'R'],
  [Flag.Psh, 'P'],
  [Flag.Ack, 'A'],
];

export interface Sent {
  readonly atS: number;
  readonly peer: number;
  /** `S`, `F`, `R`, `P`, `A` in this order: `PA`. */
  readonly flags: string;
  readonly seq: number;
  readonly ack: number;
  readonly length: number;
  readonly window: number;
}

/** A client stack by its name. */
export function stackNamed(name: string): ClientStack {
  const found = clientStackNamed(name);
  if (found === null) throw new RangeError(`no stack ${name}`);
  return found;
}

const ENTRY = { name: 'entry', startNs: 0, untilNs: NEVER_NS, countMax: Infinity, port: PORT, link: null } as const;

/** One client with the SYNs of linux-3.10 at 0 s that speaks first, without delays of its own, and sends again on the same gaps. */
const CLIENTS: ClientsSpec = {
  ...ENTRY,
  kind: 'clients',
  arrivals: { kind: 'burst', count: 1 },
  stacks: [{ ...stackNamed('linux-3.10'), data: null }],
  rttNs: 0,
  answerNs: 0,
  speaks: true,
  timeoutNs: NEVER_NS,
  sysctl: {},
  timers: { wheelHz: 0, isShared: false },
  addresses: Infinity,
  reconnectAfterNs: NEVER_NS,
  reconnects: 0,
};

/** A silent flood of one SYN a second from ever new addresses. */
const FLOOD: FloodSpec = {
  ...ENTRY,
  kind: 'syn-flood',
  arrivals: { kind: 'periodic', ratePerSec: 1 },
  pool: Infinity,
  isn: 1,
  isnStep: 0,
  tuples: null,
  isns: null,
  resetAfterNs: NEVER_NS,
  liveShare: 1,
  refreshNs: NEVER_NS,
};

export class SourceBench<S extends Source> implements ClientObserver {
  readonly loop = new Loop();
  readonly segments = new SegmentPool();
  readonly source: S;
  /** Everything the source has sent, and what the observer was told: `connected 0 after 1s`. */
  readonly sent: Sent[] = [];
  readonly told: string[] = [];

  /** @param create makes the source. @param countFromS end of the warm-up. */
  constructor(spec: TrafficSpec, create: (env: SourceEnvironment, observer: ClientObserver) => S, countFromS = 0) {
    const { arrivals, startNs, untilNs } = spec;
    const isClosed = arrivals.kind === 'closed';
    const streams = { arrivals: new RandomStream('bench'), splits: new RandomStream('bench splits') };
    const env: SourceEnvironment = {
      loop: this.loop,
      segments: this.segments,
      source: SOURCE,
      network: { transmit: (segment) => this.record(segment) },
      phase: Phase.Segment,
      random: new RandomStreams('bench', 0),
      arrivals: isClosed ? null : createArrivals(arrivals, startNs, untilNs, spec.countMax, streams, null),
      countFromNs: countFromS * 1e9,
      refuser: null,
      skip: null,
    };
    this.source = create(env, this);
    this.source.start();
  }

  /** Lets everything happen up to and including `atS`. */
  runTo(atS: number): void {
    this.loop.runUntil(Math.round(atS * 1e9));
  }

  /** The server sends `flags` to `peer`, now. By default in sequence behind its SYN-ACK, acknowledging `ack`. */
  answer(peer: number, flags: string, ack: number, fields: { seq?: number; length?: number } = {}): void {
    const bits = LETTERS.reduce((sum, [bit, letter]) => sum + (flags.includes(letter) ? bit : 0), 0);
    const seq = fields.seq ?? (flags.includes('S') ? SERVER_ISN : SERVER_ISN + 1) >>> 0;
    const segment = this.segments.open(SOURCE, peer, PORT, bits, seq, ack);
    this.segments.setLength(segment, fields.length ?? 0);
    this.source.onSegment(segment);
    this.segments.free(segment);
  }

  /** What was sent since the last call: `1s PA` for each, in order; of one peer, or of all. */
  takeSent(peer?: number): string[] {
    return this.sent
      .splice(0)
      .filter((sent) => peer === undefined || sent.peer === peer)
      .map(({ atS, flags }) => `${atS}s ${flags}`);
  }

  /** A counter by its name. */
  count(name: string): number {
    const { counters } = this.source;
    const index = counters.names.indexOf(name);
    if (index < 0) throw new RangeError(`no counter ${name}`);
    return counters.valueOf(index);
  }

  /** Counters that are not 0, but for those of SYNs. */
  outcomes(): Record<string, number> {
    const { names, values } = this.source.counters;
    return Object.fromEntries(
      names.map((name, i) => [name, values[i] ?? 0] as const).filter(([name, n]) => n > 0 && !name.startsWith('syns_')),
    );
  }

  onStarted(_source: number, peer: number): void {
    this.told.push(`started ${peer}`);
  }

  onConnected(_source: number, peer: number, afterNs: number): void {
    this.told.push(`connected ${peer} after ${afterNs / 1e9}s`);
  }

  onResponse(_source: number, peer: number, afterNs: number): void {
    this.told.push(`response ${peer} after ${afterNs / 1e9}s`);
  }

  onFailed(_source: number, peer: number, outcome: number): void {
    const name = Object.entries(ClientCounter).find(([, counter]) => counter === outcome)?.[0];
    this.told.push(`failed ${peer} ${name}`);
  }

  private record(segment: number): void {
    const { segments } = this;
    const bits = segments.flagsOf(segment);
    this.sent.push({
      atS: this.loop.nowNs / 1e9,
      peer: segments.peerOf(segment),
      flags: LETTERS.filter(([bit]) => (bits & bit) !== 0)
        .map(([, letter]) => letter)
        .join(''),
      seq: segments.seqOf(segment),
      ack: segments.ackOf(segment),
      length: segments.lengthOf(segment),
      window: segments.windowOf(segment),
    });
    segments.free(segment);
  }
}

/** Clients as CLIENTS but for `changes`. */
export function benchOfClients(changes: Partial<ClientsSpec> = {}, countFromS = 0): SourceBench<Clients> {
  const spec = { ...CLIENTS, ...changes };
  return new SourceBench(spec, (env, observer) => new Clients(spec, env, observer), countFromS);
}

/** A flood as FLOOD but for `changes`. */
export function benchOfFlood(changes: Partial<FloodSpec> = {}): SourceBench<SynFlood> {
  const spec = { ...FLOOD, ...changes };
  return new SourceBench(spec, (env) => new SynFlood(spec, env));
}

/** A flood of one full handshake a second. */
export function benchOfConnections(changes: Partial<ConnectionFloodSpec> = {}): SourceBench<ConnectionFlood> {
  const arrivals = { kind: 'periodic', ratePerSec: 1 } as const;
  const spec = { ...ENTRY, kind: 'connection-flood' as const, arrivals, rttNs: 0, holdNs: NEVER_NS, ...changes };
  return new SourceBench(spec, (env) => new ConnectionFlood(spec, env));
}

/** A flood of one ACK a second from ever new addresses. */
export function benchOfAcks(changes: Partial<AckFloodSpec> = {}): SourceBench<AckFlood> {
  const arrivals = { kind: 'periodic', ratePerSec: 1 } as const;
  const spec = { ...ENTRY, kind: 'ack-flood' as const, arrivals, pool: Infinity, ...changes };
  return new SourceBench(spec, (env) => new AckFlood(spec, env));
}
