/**
 * Processes that sleep in accept() or select() on a listener whose kernel wakes one acceptor per
 * connection, first come first served, and every selector.
 * Leaves out: kernels that wake all acceptors (linux-1.2/).
 */
import type { EventSink, Loop } from '../engine/loop.ts';
import { NEVER_NS, Phase } from '../engine/time.ts';
import { BLOCKED, Errno, TIMED_OUT, type Waker } from '../network/socket-api.ts';

export const Sleep = { None: 0, Accept: 1, Select: 2 } as const;

/** Outcome of a wake-up: the call looks again whether something is ready. */
export const LOOK_AGAIN = 1;

export class Sleepers implements EventSink {
  private readonly loop: Loop;
  private readonly waker: Waker;
  private readonly timeoutType: number;
  private readonly sleep: number[]; // process → Sleep
  private readonly lastSleep: number[]; // process → the call it sleeps in, or slept in last
  private readonly outcome: number[]; // process → LOOK_AGAIN, or what the woken call returns
  private readonly deadlineNs: number[]; // process → time-out of its select()
  private readonly acceptors: number[]; // processes in accept(), longest sleeper first

  constructor(loop: Loop, waker: Waker) {
    this.loop = loop;
    this.waker = waker;
    this.timeoutType = loop.eventType(this, 0, Phase.Timer);
    this.sleep = [];
    this.lastSleep = [];
    this.outcome = [];
    this.deadlineNs = [];
    this.acceptors = [];
  }

  /** `process` sleeps in accept(). */
  sleepInAccept(process: number): void {
    this.begin(process, Sleep.Accept, NEVER_NS);
    this.acceptors.push(process);
  }

  /** `process` sleeps in select() until `deadlineNs` at the latest. */
  sleepInSelect(process: number, deadlineNs: number): void {
    this.begin(process, Sleep.Select, deadlineNs);
    if (deadlineNs !== NEVER_NS) this.loop.schedule(deadlineNs, this.timeoutType, process);
  }

  /**
   * `process` was woken, and another has taken what there was: it sleeps on in its call. @returns BLOCKED; TIMED_OUT when
   * it had no turn before its time was up.
   */
  sleepAgain(process: number): number {
    const deadlineNs = this.deadlineNs[process] ?? NEVER_NS;
    if (this.loop.nowNs >= deadlineNs) return TIMED_OUT;
    if (this.lastSleepOf(process) === Sleep.Select) this.sleepInSelect(process, deadlineNs);
    else this.sleepInAccept(process);
    return BLOCKED;
  }

  /** A connection became ready: wakes the longest sleeping acceptor and every selector. @returns processes woken. */
  wake(): number {
    let woken = 0;
    const first = this.acceptors.shift();
    if (first !== undefined) woken += this.rouse(first, LOOK_AGAIN);
    for (let process = 0; process < this.sleep.length; process++) {
      if (this.sleep[process] === Sleep.Select) woken += this.rouse(process, LOOK_AGAIN);
    }
    return woken;
  }

  /** The listener is gone: every call ends with `outcome`. @returns processes woken. */
  wakeAll(outcome: number): number {
    let woken = 0;
    this.acceptors.length = 0;
    for (let process = 0; process < this.sleep.length; process++) {
      if (this.sleep[process] !== Sleep.None) woken += this.rouse(process, outcome);
    }
    return woken;
  }

  /** A signal for `process`: its call ends with EINTR, if it sleeps. */
  interrupt(process: number): void {
    if ((this.sleep[process] ?? Sleep.None) === Sleep.None) return;
    const place = this.acceptors.indexOf(process);
    if (place >= 0) this.acceptors.splice(place, 1);
    this.rouse(process, -Errno.EINTR);
  }

  /** What a woken call does: LOOK_AGAIN, or the result it returns. */
  outcomeOf(process: number): number {
    return this.outcome[process] ?? LOOK_AGAIN;
  }

  /** The call in which `process` slept when it was woken. */
  lastSleepOf(process: number): number {
    return this.lastSleep[process] ?? Sleep.None;
  }
  onEvent(_kind: number, process: number): void {
    const isDue = this.deadlineNs[process] === this.loop.nowNs;
    if (isDue && this.sleep[process] === Sleep.Select) this.rouse(process, TIMED_OUT);
  }

  private begin(process: number, kind: number, deadlineNs: number): void {
    while (this.sleep.length <= process) this.sleep.push(Sleep.None);
    this.sleep[process] = kind;
    this.lastSleep[process] = kind;
    this.deadlineNs[process] = deadlineNs;
  }

  private rouse(process: number, outcome: number): number {
    this.sleep[process] = Sleep.None;
    this.outcome[process] = outcome;
    this.waker.wakeUp(process);
    return 1;
  }
}
