/**
 * The processors of the host: what a packet, a cookie, an element of a list that is walked and a system call cost, a bounded
 * backlog of packets for each core, and processes that get no turn while packets come.
 *
 *   packets → backlog of the core that the 4-tuple is hashed to → stack, one packet after the other
 *
 * A packet takes effect when its service begins; the core is busy for what it cost after that. A core that was idle has to
 * wake up first, each in a time of its own.
 * Leaves out: caches, the cost of the application's service, moving work between cores, sockets that a system call on one core
 * locks while packets come for them on another.
 * Source: net.core.netdev_max_backlog; costs E10 (measured on Linux 6.18) and, of a list, Lemon, BSDCon 2002.
 */
import { Counters } from '../engine/counters.ts';
import { Gauges } from '../engine/gauges.ts';
import type { Sampler } from '../engine/distributions.ts';
import type { EventSink, Loop } from '../engine/loop.ts';
import { RingBuffer } from '../engine/ring-buffer.ts';
import { Phase } from '../engine/time.ts';
import type { SegmentPool, SegmentReceiver, Transmitter } from '../network/segment.ts';
import { type Cpu, CpuWork } from '../network/socket-api.ts';
import { HostFate, type SynTransit } from '../network/syn-transit.ts';
import type { Listener } from './listener.ts';
import { mixed } from './mix.ts';
import type { CpuSpec } from './specs.ts';
import { SYN_FATE_NAMES, SynFate } from './syn-ledger.ts';

export const CpuCounter = { Packets: 0, Dropped: 1, BusyNs: 2 } as const;
const CPU_COUNTERS = ['packets', 'dropped', 'busy_ns'] as const;

export class Processor implements Transmitter, Cpu, EventSink {
  readonly counters: Counters;
  /** Packets that wait, of all cores. */
  readonly gauges: Gauges;
  /** Instant of the first packet that was dropped, ns; -1: none. */
  firstDroppedAtNs: number;
  private readonly spec: CpuSpec;
  private readonly loop: Loop;
  private readonly segments: SegmentPool;
  private readonly transit: SynTransit;
  private readonly listener: Listener;
  private readonly receiver: SegmentReceiver;
  private readonly wakeup: Sampler; // how long an idle core takes until it handles a packet, ns
  private readonly doneType: number;
  private readonly backlogs: readonly RingBuffer[]; // core → packets that wait
  private readonly freeAtOf: Float64Array; // core → instant up to which it is busy
  private readonly isServing: Uint8Array; // core → 1 while an event will go on with its backlog
  private readonly visitCounters: readonly number[]; // counters of list elements that were looked at
  private waiting: number;

  /** @param receiver the door of `listener` for segments. */
  constructor(
    spec: CpuSpec,
    loop: Loop,
    segments: SegmentPool,
    transit: SynTransit,
    listener: Listener,
    wakeup: Sampler,
    receiver: SegmentReceiver = listener,
  ) {
    this.counters = new Counters(CPU_COUNTERS);
    this.gauges = new Gauges(['backlog']);
    this.firstDroppedAtNs = -1;
    this.spec = spec;
    this.loop = loop;
    this.segments = segments;
    this.transit = transit;
    this.listener = listener;
    this.receiver = receiver;
    this.wakeup = wakeup;
    // Between packets processes get their turn, unless packets come first.
    const phase = spec.schedule === 'fair' ? Phase.Process + 1 : Phase.Process - 1;
    this.doneType = loop.eventType(this, 0, phase);
    const capacity = Math.max(1, Math.min(64, spec.backlogPackets));
    const rings = (): RingBuffer => new RingBuffer('i32', capacity, Math.max(1, spec.backlogPackets));
    this.backlogs = Array.from({ length: spec.cores }, rings);
    this.freeAtOf = new Float64Array(spec.cores);
    this.isServing = new Uint8Array(spec.cores);
    this.visitCounters = listener.counters.names.flatMap((name, i) => (name.endsWith('_visits') ? [i] : []));
    this.waiting = 0;
  }

  get bytes(): number {
    return this.backlogs.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  forgetFirsts(): void {
    this.firstDroppedAtNs = -1;
  }

  /** A packet comes from the network. */
  transmit(segment: number): void {
    const { segments } = this;
    const core = this.coreOf(segment);
    this.counters.values[CpuCounter.Packets]!++;
    if (this.isServing[core] === 0 && this.freeAtOf[core]! <= this.loop.nowNs) this.wakeUp(core);
    this.busy(core, this.spec.costsNs.interrupt);
    if (this.isServing[core] === 1) return this.queue(core, segment);
    if (this.freeAtOf[core]! > this.loop.nowNs) {
      this.queue(core, segment);
      if (this.backlogs[core]!.count > 0) this.goOn(core);
      return;
    }
    this.serve(core, segment);
    segments.free(segment);
    if (this.freeAtOf[core]! > this.loop.nowNs || this.backlogs[core]!.count > 0) this.goOn(core);
  }

  /** A core is done with a packet. */
  onEvent(_kind: number, core: number): void {
    this.isServing[core] = 0;
    const backlog = this.backlogs[core]!;
    if (backlog.count === 0) return;
    // Interrupts and system calls have taken time in between.
    if (this.freeAtOf[core]! > this.loop.nowNs) return this.goOn(core);
    const segment = backlog.shift();
    this.wait(-1);
    if (this.segments.isSyn(segment)) this.transit.leave(this.segments.sourceOf(segment));
    this.serve(core, segment);
    this.segments.free(segment);
    this.goOn(core);
  }

  freeAtNs(process: number): number {
    const core = process % this.spec.cores;
    return this.freeAtOf[core]!;
  }

  spend(process: number, work: number): void {
    const { accept, close } = this.spec.costsNs;
    this.busy(process % this.spec.cores, work === CpuWork.Accept ? accept : close);
  }

  /** An idle core takes its time before it is there. */
  private wakeUp(core: number): void {
    const wakeupNs = this.wakeup.next();
    if (wakeupNs > 0) this.freeAtOf[core] = this.loop.nowNs + wakeupNs;
  }

  private queue(core: number, segment: number): void {
    const { loop, segments, transit } = this;
    const source = segments.sourceOf(segment);
    const isSyn = segments.isSyn(segment);
    const backlog = this.backlogs[core]!;
    if (backlog.count >= this.spec.backlogPackets || !backlog.tryPush(segment)) {
      this.counters.values[CpuCounter.Dropped]!++;
      if (this.firstDroppedAtNs < 0) this.firstDroppedAtNs = loop.nowNs;
      if (isSyn) transit.endAtHost(source, HostFate.DroppedByHost);
      segments.free(segment);
      return;
    }
    this.wait(1);
    if (isSyn) transit.enter(source);
  }

  private serve(core: number, segment: number): void {
    const before = this.visits();
    const isSyn = this.segments.isSyn(segment);
    this.isServing[core] = 1; // what comes meanwhile, at this instant, waits
    this.receiver.onSegment(segment);
    this.isServing[core] = 0;
    const { costsNs } = this.spec;
    const base = isSyn ? this.costOfSyn() : costsNs.segment;
    this.busy(core, base + Math.round((this.visits() - before) * costsNs.visit));
  }

  private costOfSyn(): number {
    const { costsNs } = this.spec;
    const { lastFate } = this.listener.ledger;
    if (lastFate >= SYN_FATE_NAMES.length) return costsNs.synDropped;
    switch (lastFate) {
      case SynFate.Admitted:
        return costsNs.synQueued;
      case SynFate.Cookie:
        return costsNs.synCookie;
      case SynFate.AnsweredByReset:
        return costsNs.reset;
      default:
        return costsNs.segment;
    }
  }

  private visits(): number {
    const { values } = this.listener.counters;
    let sum = 0;
    for (let i = 0; i < this.visitCounters.length; i++) sum += values[this.visitCounters[i]!]!;
    return sum;
  }

  /** The core does nothing else for `costNs` more. */
  private busy(core: number, costNs: number): void {
    const { nowNs } = this.loop;
    this.freeAtOf[core] = Math.max(nowNs, this.freeAtOf[core]!) + costNs;
    this.counters.values[CpuCounter.BusyNs]! += costNs;
  }

  private goOn(core: number): void {
    this.isServing[core] = 1;
    this.loop.schedule(Math.max(this.loop.nowNs, this.freeAtOf[core]!), this.doneType, core);
  }

  private wait(change: number): void {
    this.waiting += change;
    this.gauges.set(0, this.waiting, this.loop.nowNs);
  }

  private coreOf(segment: number): number {
    const { cores } = this.spec;
    return cores === 1 ? 0 : mixed(this.segments.endpointOf(segment), this.segments.peerOf(segment)) % cores;
  }
}
