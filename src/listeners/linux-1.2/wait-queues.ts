/**
 * Processes that sleep on the listener's wait queue (accept) or on the one queue that every select()ing
 * server of the machine shares. A wake-up makes every sleeper runnable: there are no exclusive ones (R67, R72).
 */
import type { EventSink, Loop } from '../../engine/loop.ts';
import { NEVER_NS, Phase } from '../../engine/time.ts';
import type { Waker } from '../../network/socket-api.ts';

export const Call = { None: 0, Accept: 1, Select: 2 } as const;

/** R65: a signal's handler was installed without SA_RESTART (the call returns EINTR), or with it (the call starts over). */
export const Signal = { None: 0, Interrupts: 1, Restarts: 2 } as const;

export class WaitQueues implements EventSink {
  /** Processes asleep in accept(), in select(). */
  acceptSleepers: number;
  selectSleepers: number;
  private readonly loop: Loop;
  private readonly waker: Waker;
  private readonly timeoutType: number;
  private readonly call: number[]; // process → Call it is in
  private readonly asleep: boolean[]; // process → sleeps in that call
  private readonly signals: number[]; // process → pending Signal
  private readonly deadlineNs: number[]; // process → when its select() times out

  constructor(loop: Loop, waker: Waker) {
    this.acceptSleepers = 0;
    this.selectSleepers = 0;
    this.loop = loop;
    this.waker = waker;
    this.timeoutType = loop.eventType(this, 0, Phase.Timer);
    this.call = [];
    this.asleep = [];
    this.signals = [];
    this.deadlineNs = [];
  }

  /** `process` sleeps in `call`, until `deadlineNs` at the latest. */
  sleep(process: number, call: number, deadlineNs: number): void {
    this.know(process);
    if (deadlineNs !== NEVER_NS && this.deadlineNs[process] !== deadlineNs) {
      this.loop.schedule(deadlineNs, this.timeoutType, process);
    }
    this.call[process] = call;
    this.asleep[process] = true;
    this.deadlineNs[process] = deadlineNs;
    this.count(call, 1);
  }

  /** Wakes everybody in `call`. @returns processes woken. */
  wakeAll(call: number): number {
    const sleepers = call === Call.Accept ? this.acceptSleepers : this.selectSleepers;
    if (sleepers === 0) return 0;
    for (let process = 0; process < this.call.length; process++) {
      if (this.asleep[process] === true && this.call[process] === call) this.rouse(process);
    }
    return sleepers;
  }

  /** A signal: wakes `process`, or stays pending for its next sleep (R64). */
  signal(process: number, signal: number): void {
    this.know(process);
    this.signals[process] = signal;
    if (this.asleep[process] === true) this.rouse(process);
  }

  hasSignal(process: number): boolean {
    return this.signalOf(process) !== Signal.None;
  }

  signalOf(process: number): number {
    return this.signals[process] ?? Signal.None;
  }

  /** The call of `process` returns to it: a pending signal is delivered. */
  leave(process: number): void {
    if (process >= this.call.length) return;
    this.call[process] = Call.None;
    this.signals[process] = Signal.None;
    this.deadlineNs[process] = NEVER_NS;
  }

  callOf(process: number): number {
    return this.call[process] ?? Call.None;
  }

  /** Processes inside of `call`: those that sleep, and those that were woken and have not run yet. O(processes). */
  countIn(call: number): number {
    let inside = 0;
    for (let process = 0; process < this.call.length; process++) if (this.call[process] === call) inside++;
    return inside;
  }

  deadlineNsOf(process: number): number {
    return this.deadlineNs[process] ?? NEVER_NS;
  }

  /** A select() times out, if it is still the one that set the clock. */
  onEvent(_kind: number, process: number): void {
    if (this.deadlineNs[process] === this.loop.nowNs && this.asleep[process] === true) this.rouse(process);
  }

  private know(process: number): void {
    while (this.call.length <= process) {
      this.call.push(Call.None);
      this.asleep.push(false);
      this.signals.push(Signal.None);
      this.deadlineNs.push(NEVER_NS);
    }
  }

  private rouse(process: number): void {
    this.asleep[process] = false;
    this.count(this.call[process]!, -1);
    this.waker.wakeUp(process);
  }

  private count(call: number, amount: number): void {
    if (call === Call.Accept) this.acceptSleepers += amount;
    else this.selectSleepers += amount;
  }
}
