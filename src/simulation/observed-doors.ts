/**
 * The doors of the host with somebody who looks on: each segment that reaches the stack, each system call of the application and each
 * process that is woken are told before and after. Stands in a run only where an observer asks for it.
 * Leaves out: what the stack does by itself (its timers); what it sends is told by the simulation (SimulationObserver.onAnswer).
 */
import type { SegmentPool, SegmentReceiver } from '../network/segment.ts';
import type { SocketApi, Waker } from '../network/socket-api.ts';

/** System calls that are told. `Resume`: a sleeping process goes on in the call that it sleeps in. */
export const HostCall = { Accept: 0, Select: 1, Resume: 2, Close: 3 } as const;

const LISTENER = -1;

/** Told of what passes the doors of the host. Segments are borrowed. */
export interface DoorObserver {
  /** `segment` reaches the stack, which has not looked at it yet. */
  onSegment?(segments: SegmentPool, segment: number): void;
  /** The stack has dealt with it. */
  onSegmentDone?(segments: SegmentPool, segment: number): void;
  /** `process` makes a system call. @param call HostCall. @param descriptor of a connection; -1: the listener. */
  onCall?(process: number, call: number, descriptor: number): void;
  /** The call returned `result`, as SocketApi has it, or sleeps (BLOCKED). */
  onReturn?(process: number, call: number, result: number, descriptor: number): void;
  /** A sleeping process becomes runnable. */
  onWakeUp?(process: number): void;
}

export class ObservedReceiver implements SegmentReceiver {
  private readonly inner: SegmentReceiver;
  private readonly segments: SegmentPool;
  private readonly observer: DoorObserver;

  constructor(inner: SegmentReceiver, segments: SegmentPool, observer: DoorObserver) {
    this.inner = inner;
    this.segments = segments;
    this.observer = observer;
  }

  onSegment(segment: number): void {
    this.observer.onSegment?.(this.segments, segment);
    this.inner.onSegment(segment);
    this.observer.onSegmentDone?.(this.segments, segment);
  }
}

export class ObservedWaker implements Waker {
  private readonly inner: Waker;
  private readonly observer: DoorObserver;

  constructor(inner: Waker, observer: DoorObserver) {
    this.inner = inner;
    this.observer = observer;
  }

  wakeUp(process: number): void {
    this.observer.onWakeUp?.(process);
    this.inner.wakeUp(process);
  }
}

export class ObservedSocket implements SocketApi {
  private readonly inner: SocketApi;
  private readonly observer: DoorObserver;

  constructor(inner: SocketApi, observer: DoorObserver) {
    this.inner = inner;
    this.observer = observer;
  }

  accept(process: number, nonblock: boolean): number {
    this.observer.onCall?.(process, HostCall.Accept, LISTENER);
    return this.returned(process, HostCall.Accept, this.inner.accept(process, nonblock));
  }

  select(process: number, timeoutNs: number): number {
    this.observer.onCall?.(process, HostCall.Select, LISTENER);
    return this.returned(process, HostCall.Select, this.inner.select(process, timeoutNs));
  }

  resume(process: number): number {
    this.observer.onCall?.(process, HostCall.Resume, LISTENER);
    return this.returned(process, HostCall.Resume, this.inner.resume(process));
  }

  /** The process is not known here: -1. */
  close(descriptor: number): number {
    this.observer.onCall?.(-1, HostCall.Close, descriptor);
    return this.returned(-1, HostCall.Close, this.inner.close(descriptor), descriptor);
  }

  listen(backlog: number): number {
    return this.inner.listen(backlog);
  }

  signal(process: number): void {
    this.inner.signal(process);
  }

  read(descriptor: number, bytesMax: number): number {
    return this.inner.read(descriptor, bytesMax);
  }

  write(descriptor: number, bytes: number): number {
    return this.inner.write(descriptor, bytes);
  }

  closeListener(): number {
    return this.inner.closeListener();
  }

  memberOf(process: number): number {
    return this.inner.memberOf?.(process) ?? 0;
  }

  closeMember(member: number): number {
    return this.inner.closeMember?.(member) ?? this.inner.closeListener();
  }

  sourceOf(descriptor: number): number {
    return this.inner.sourceOf(descriptor);
  }

  peerOf(descriptor: number): number {
    return this.inner.peerOf(descriptor);
  }

  isDead(descriptor: number): boolean {
    return this.inner.isDead(descriptor);
  }

  private returned(process: number, call: number, result: number, descriptor = LISTENER): number {
    this.observer.onReturn?.(process, call, result, descriptor);
    return result;
  }
}
