/**
 * The accepting application: workers that wait in accept() or select(), or poll, serve what they accepted,
 * answer, close, and call again, until they leave. One worker is one process of one thread.
 * Leaves out: the processor's time for the service, what the service does, kernel scheduling (a woken process
 * runs at once, after all segments of that instant), reading (who closes is taken to have read what came, and what comes
 * later is taken in: no RST for data that nobody reads).
 */
import { Counters } from '../engine/counters.ts';
import { type Sampler, sampler } from '../engine/distributions.ts';
import { assert } from '../engine/errors.ts';
import { Gauges } from '../engine/gauges.ts';
import type { EventSink, Loop } from '../engine/loop.ts';
import type { RandomStream } from '../engine/random.ts';
import { NEVER_NS, Phase } from '../engine/time.ts';
import { BLOCKED, type Cpu, CpuWork, Errno, READY, type SocketApi, type Waker } from '../network/socket-api.ts';
import { resumeAtNs } from './pauses.ts';
import { type AcceptSpec, ALL_WORKERS } from './specs.ts';

export const ServerCounter = {
  Accepted: 0,
  /** Accepted connections that were dead already. */
  AcceptedDead: 1,
  /** Services that ended. */
  Served: 2,
  /** accept() calls that found nothing (EAGAIN). */
  Eagain: 3,
  /** Other errors of accept(). Their names: the observer's business. */
  AcceptErrors: 4,
} as const;
const SERVER_COUNTERS = ['accepted', 'accepted_dead', 'served', 'eagain', 'accept_errors'] as const;

/** The one gauge of the application. */
export const BUSY_WORKERS = 0;

/** Told as it happens. */
export interface ApplicationObserver {
  /** accept() returned `result`: a descriptor >= 0, or -errno (EAGAIN too). */
  onAccept(worker: number, result: number): void;
  /** The service of `descriptor` ended, before anything is written or closed. */
  onServed(descriptor: number): void;
}

const Kind = { Call: 0, Resume: 1, ServiceEnd: 2, Poll: 3, Exit: 4 } as const;

export class Application implements EventSink, Waker {
  readonly counters: Counters;
  /** Workers that are serving. */
  readonly gauges: Gauges;
  private readonly spec: AcceptSpec;
  private readonly loop: Loop;
  private readonly socket: SocketApi;
  private readonly observer: ApplicationObserver;
  private readonly cpu: Cpu | null; // null: calls take no time
  private readonly service: Sampler;
  private readonly types: Int32Array; // Kind → event type
  private readonly inSelect: Uint8Array; // worker → 1 while its call is select(), 0 while it is accept()
  private readonly runnable: Uint8Array; // worker → 1 while a wake-up is under way
  private readonly descriptor: Int32Array; // worker → connection in service
  private readonly hasLeft: Uint8Array; // worker → 1 once it has closed its listening socket

  constructor(
    spec: AcceptSpec,
    loop: Loop,
    socket: SocketApi,
    random: RandomStream,
    observer: ApplicationObserver,
    cpu: Cpu | null = null,
  ) {
    this.counters = new Counters(SERVER_COUNTERS);
    this.gauges = new Gauges(['busy_workers']);
    this.spec = spec;
    this.loop = loop;
    this.socket = socket;
    this.observer = observer;
    this.cpu = cpu;
    this.service = sampler(spec.service, random);
    this.types = new Int32Array(Object.values(Kind).map((kind) => loop.eventType(this, kind, Phase.Process)));
    this.inSelect = new Uint8Array(spec.workers);
    this.runnable = new Uint8Array(spec.workers);
    this.descriptor = new Int32Array(spec.workers);
    this.hasLeft = new Uint8Array(spec.workers);
  }

  /** Schedules every worker's first call, and when they leave. Once, after listen(), before the run. */
  start(): void {
    for (const { atNs, worker } of this.spec.exits ?? []) {
      for (let i = 0; i < this.spec.workers; i++) {
        if (worker === ALL_WORKERS || worker === i) this.loop.schedule(atNs, this.types[Kind.Exit]!, i);
      }
    }
    if (this.spec.mode === 'never') return;
    const type = this.types[this.spec.mode === 'poll' ? Kind.Poll : Kind.Call]!;
    for (let worker = 0; worker < this.spec.workers; worker++) this.loop.schedule(this.spec.startNs, type, worker);
  }

  /** The stack says that `worker` is runnable: it runs after the segments of this instant. */
  wakeUp(worker: number): void {
    if (this.runnable[worker] === 1) return;
    this.runnable[worker] = 1;
    this.loop.schedule(this.loop.nowNs, this.types[Kind.Resume]!, worker);
  }

  onEvent(kind: number, worker: number): void {
    const atNs = resumeAtNs(this.spec.pauses, this.loop.nowNs, worker);
    if (atNs > this.loop.nowNs) return this.postpone(kind, worker, atNs);
    if (this.waitsForCpu(kind, worker)) return;
    switch (kind) {
      case Kind.Call:
        if (this.hasLeft[worker] === 0) this.proceed(worker, this.enter(worker));
        break;
      case Kind.Resume:
        this.runnable[worker] = 0;
        this.proceed(worker, this.socket.resume(worker));
        break;
      case Kind.ServiceEnd:
        this.gauges.set(BUSY_WORKERS, this.gauges.levelOf(BUSY_WORKERS) - 1, this.loop.nowNs);
        this.endService(worker);
        this.afterService(worker);
        break;
      case Kind.Poll:
        if (this.hasLeft[worker] === 0) this.poll(worker);
        break;
      case Kind.Exit:
        this.leave(worker);
        break;
      default:
        assert(false, 'unknown event of the application');
    }
  }

  /** @returns true when the processor is busy: what `worker` would do is due when it may be free. */
  private waitsForCpu(kind: number, worker: number): boolean {
    if (this.cpu === null) return false;
    const freeAtNs = this.cpu.freeAtNs(worker);
    if (freeAtNs <= this.loop.nowNs) return false;
    this.postpone(kind, worker, freeAtNs);
    return true;
  }

  /** A paused process does nothing: whatever is due happens when the pause ends. */
  private postpone(kind: number, worker: number, atNs: number): void {
    if (atNs !== NEVER_NS) this.loop.schedule(atNs, this.types[kind]!, worker);
  }

  /** The worker's loop starts over: into select(), or into accept(). */
  private enter(worker: number): number {
    const selects = this.spec.mode === 'select';
    this.inSelect[worker] = selects ? 1 : 0;
    return selects ? this.socket.select(worker, this.spec.timeoutNs) : this.socket.accept(worker, false);
  }

  /** Goes on after a call returned `result`, until the worker sleeps or serves. */
  private proceed(worker: number, result: number): void {
    let returned = result;
    while (returned !== BLOCKED) {
      // Who leaves in the middle of a call serves what it has got by it.
      if (this.hasLeft[worker] === 1 && (this.inSelect[worker] === 1 || returned < 0)) return;
      if (this.inSelect[worker] === 1 && returned === READY) {
        this.inSelect[worker] = 0;
        returned = this.socket.accept(worker, this.spec.nonblock);
      } else {
        // Select timed out or was interrupted, or accept() returned: serve what there is, and start over.
        if (this.inSelect[worker] === 0 && this.takeAccepted(worker, returned)) return;
        if (this.hasLeft[worker] === 1) return;
        if (this.waitsForCpu(Kind.Call, worker)) return;
        returned = this.enter(worker);
      }
    }
  }

  /** Counts what accept() returned. @returns true when the worker is now away, serving. */
  private takeAccepted(worker: number, result: number): boolean {
    const values = this.counters.values;
    this.observer.onAccept(worker, result);
    if (result < 0) {
      values[result === -Errno.EAGAIN ? ServerCounter.Eagain : ServerCounter.AcceptErrors]!++;
      return false;
    }
    values[ServerCounter.Accepted]!++;
    this.cpu?.spend(worker, CpuWork.Accept);
    if (this.socket.isDead(result)) values[ServerCounter.AcceptedDead]!++;
    this.descriptor[worker] = result;
    const serviceNs = this.service.next();
    if (serviceNs === 0) {
      this.endService(worker);
      return false;
    }
    this.gauges.set(BUSY_WORKERS, this.gauges.levelOf(BUSY_WORKERS) + 1, this.loop.nowNs);
    this.loop.schedule(this.loop.nowNs + serviceNs, this.types[Kind.ServiceEnd]!, worker);
    return true;
  }

  private endService(worker: number): void {
    const descriptor = this.descriptor[worker]!;
    this.counters.values[ServerCounter.Served]!++;
    this.observer.onServed(descriptor);
    if (this.spec.replyBytes > 0) this.socket.write(descriptor, this.spec.replyBytes);
    if (!this.spec.close) return;
    this.socket.close(descriptor);
    this.cpu?.spend(worker, CpuWork.Close);
  }

  private afterService(worker: number): void {
    if (this.hasLeft[worker] === 1) return;
    if (this.spec.mode !== 'poll') this.proceed(worker, this.enter(worker));
    else if (this.spec.drain) this.poll(worker);
    else this.schedulePoll(worker);
  }

  /** A listening socket is closed when the last worker that has it leaves. */
  private leave(worker: number): void {
    const { socket } = this;
    if (this.hasLeft[worker] === 1) return;
    this.hasLeft[worker] = 1;
    socket.signal(worker);
    const memberOf = (process: number): number => socket.memberOf?.(process) ?? 0;
    const member = memberOf(worker);
    if (this.hasLeft.some((left, process) => left === 0 && memberOf(process) === member)) return;
    if (socket.closeMember === undefined) socket.closeListener();
    else socket.closeMember(member);
  }

  /** One poll: a non-blocking accept(), or as many as find something. */
  private poll(worker: number): void {
    for (;;) {
      const result = this.socket.accept(worker, true);
      if (this.takeAccepted(worker, result)) return;
      if (result === -Errno.EAGAIN || !this.spec.drain) break;
      if (this.waitsForCpu(Kind.Poll, worker)) return;
    }
    this.schedulePoll(worker);
  }

  /** The next instant start + k * period ahead: polls missed while serving or paused are not made up for. */
  private schedulePoll(worker: number): void {
    const { startNs, periodNs } = this.spec;
    const k = Math.floor((this.loop.nowNs - startNs) / periodNs) + 1;
    this.loop.schedule(startNs + k * periodNs, this.types[Kind.Poll]!, worker);
  }
}
