/**
 * Listens to clients and application, and keeps what no counter holds: latencies, accept() errors by
 * name. Passes everything on to an observer (verify/), when there is one.
 */
import type { Listener } from '../listeners/listener.ts';
import { Latency } from '../measure/latency.ts';
import type { SegmentPool } from '../network/segment.ts';
import { Errno, errnoName } from '../network/socket-api.ts';
import type { ApplicationObserver } from '../server/application.ts';
import type { ClientObserver } from '../traffic/client-counters.ts';
import type { Source } from '../traffic/source.ts';
import type { TrafficSpec } from '../traffic/specs.ts';
import type { DoorObserver } from './observed-doors.ts';
import type { WayObserver } from './observed-ways.ts';

/** Told of every step, before the meters. */
export interface SimulationObserver extends DoorObserver, WayObserver {
  onAccept?(listener: Listener, worker: number, result: number): void;
  onConnected?(source: number, peer: number, afterNs: number): void;
  onResponse?(source: number, peer: number, afterNs: number): void;
  onFailed?(source: number, peer: number, outcome: number): void;
  /** The stack sends `segment` (borrowed). */
  onAnswer?(segments: SegmentPool, segment: number, nowNs: number): void;
}

export class Recorder implements ClientObserver, ApplicationObserver {
  /** Source → time from the first SYN to the first SYN-ACK; null for a flood. */
  readonly connectLatency: readonly (Latency | null)[];
  /** Source → time from the first SYN to the first byte (or the end) of the server's answer; null for a flood. */
  readonly responseLatency: readonly (Latency | null)[];
  /** errno name → accept() calls that returned it, EAGAIN left out. */
  readonly acceptErrors: Map<string, number>;
  private readonly observer: SimulationObserver | null;
  private listener: Listener | null;
  private sources: readonly Source[];

  constructor(traffic: readonly TrafficSpec[], observer: SimulationObserver | null) {
    const latencies = (): (Latency | null)[] => traffic.map((t) => (t.kind === 'clients' ? new Latency() : null));
    this.connectLatency = latencies();
    this.responseLatency = latencies();
    this.acceptErrors = new Map();
    this.observer = observer;
    this.listener = null;
    this.sources = [];
  }

  /** Names the parts that exist only after the recorder does. */
  attach(listener: Listener, sources: readonly Source[]): void {
    this.listener = listener;
    this.sources = sources;
  }

  /** Forgets the errors of the warm-up. Of clients only those that begin later are told. */
  endWarmup(): void {
    this.acceptErrors.clear();
  }

  onAccept(worker: number, result: number): void {
    if (this.listener !== null) this.observer?.onAccept?.(this.listener, worker, result);
    if (result >= 0 || result === -Errno.EAGAIN) return;
    const name = errnoName(result);
    this.acceptErrors.set(name, (this.acceptErrors.get(name) ?? 0) + 1);
  }

  /** The source of an accepted connection hears that it was served. A dead connection was served to nobody. */
  onServed(descriptor: number): void {
    const { listener } = this;
    if (listener === null || listener.isDead(descriptor)) return;
    this.sources[listener.sourceOf(descriptor)]!.onServed(listener.peerOf(descriptor));
  }

  onStarted(): void {
    // Counted by the source.
  }

  onConnected(source: number, peer: number, afterNs: number): void {
    this.connectLatency[source]?.record(afterNs);
    this.observer?.onConnected?.(source, peer, afterNs);
  }

  onResponse(source: number, peer: number, afterNs: number): void {
    this.responseLatency[source]?.record(afterNs);
    this.observer?.onResponse?.(source, peer, afterNs);
  }

  onFailed(source: number, peer: number, outcome: number): void {
    this.observer?.onFailed?.(source, peer, outcome);
  }

  onAnswer(segments: SegmentPool, segment: number, nowNs: number): void {
    this.observer?.onAnswer?.(segments, segment, nowNs);
  }
}
