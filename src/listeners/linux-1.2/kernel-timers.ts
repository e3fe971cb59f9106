/**
 * The kernel's timer list: sorted by expiry, a new timer before those of equal expiry, so timers of one
 * tick run last-armed-first (golden conventions, section 1). With ticks, a timer set for n ticks runs
 * n + 1 ticks later (R42). Here it is one list per expiry, newest timer first, and one engine event each: the
 * kernel's walk to the right place grows with the timers (R84), and nothing is counted of it.
 * Ticks are counted whole, and only their instants are rounded to ns: tick j begins at round(j * 1e9 / hz). So no
 * tick is lost with an hz that does not divide 1e9.
 * Source: kernel/sched.c of 1.2.13, add_timer, del_timer, run_timer_list.
 */
import type { EventSink, Loop } from '../../engine/loop.ts';
import { grown } from '../../engine/slot-pool.ts';
import { NS_PER_S, Phase } from '../../engine/time.ts';

/** Runs an expired timer. */
export interface TimerHandler {
  onTimer(timer: number): void;
}

const NONE = -1;
/** About what an entry of a Map takes. */
const HEAD_BYTES = 32;

export class KernelTimers implements EventSink {
  private readonly hz: number;
  private readonly tickNs: number; // one tick, not rounded
  private readonly loop: Loop;
  private readonly handler: TimerHandler;
  private readonly hasTicks: boolean;
  private readonly eventType: number;
  private readonly heads: Map<number, number>; // expiry → the timer of it armed last, NONE; until its event comes
  private expires: Float64Array; // timer → expiry, a reading of the clock
  private next: Int32Array; // timer → the one of its expiry armed before it, NONE
  private previous: Int32Array; // timer → the one of its expiry armed after it, NONE
  private active: Uint8Array; // timer → 1 while in a list
  private jiffies: number; // the current tick, as far as it was asked for
  private nextTickNs: number; // when tick jiffies + 1 begins

  /** @param hasTicks false: nominal times, no rounding and no extra tick. */
  constructor(loop: Loop, handler: TimerHandler, hz: number, hasTicks: boolean, capacity: number) {
    this.hz = hz;
    this.tickNs = NS_PER_S / hz;
    this.loop = loop;
    this.handler = handler;
    this.hasTicks = hasTicks;
    this.eventType = loop.eventType(this, 0, Phase.Timer);
    this.heads = new Map();
    this.expires = new Float64Array(capacity);
    this.next = new Int32Array(capacity);
    this.previous = new Int32Array(capacity);
    this.active = new Uint8Array(capacity);
    this.jiffies = 0;
    this.nextTickNs = this.startOf(1);
  }

  get bytes(): number {
    return this.expires.length * 17 + this.heads.size * HEAD_BYTES;
  }

  /** Makes room for timers [0, capacity). */
  grow(capacity: number): void {
    this.expires = grown(this.expires, new Float64Array(capacity));
    this.next = grown(this.next, new Int32Array(capacity));
    this.previous = grown(this.previous, new Int32Array(capacity));
    this.active = grown(this.active, new Uint8Array(capacity));
  }

  /** The kernel's clock: jiffies; without ticks the instant itself, ns. O(1). */
  clock(): number {
    if (!this.hasTicks) return this.loop.nowNs;
    if (this.loop.nowNs >= this.nextTickNs) this.catchUp();
    return this.jiffies;
  }

  /** What the clock reads `ticks` after it read `clock`. */
  clockAfter(clock: number, ticks: number): number {
    return this.hasTicks ? clock + ticks : Math.round(clock + ticks * this.tickNs);
  }

  /** Ticks between two readings of the clock; whole only with ticks. */
  ticksBetween(from: number, to: number): number {
    return this.hasTicks ? to - from : (to - from) / this.tickNs;
  }

  /** The instant `ticks` from the start of the current tick; from now without ticks. */
  instantAfter(ticks: number): number {
    const clock = this.clockAfter(this.clock(), ticks);
    return this.hasTicks ? this.startOf(clock) : clock;
  }

  /** When a sleep of `timeoutNs` ends: one tick late, and counted from the start of the current tick (R42). */
  sleepEndNs(timeoutNs: number): number {
    if (!this.hasTicks) return this.loop.nowNs + timeoutNs;
    const ticks = Math.round(timeoutNs / this.tickNs);
    const isWhole = timeoutNs === this.startOf(ticks);
    return isWhole ? this.instantAfter(ticks + 1) : Math.round(this.instantAfter(1) + timeoutNs);
  }

  /** Arms `timer` for `ticks` >= 0 (not necessarily whole without ticks), replacing an earlier expiry. Expected O(1). */
  set(timer: number, ticks: number): void {
    this.delete(timer);
    this.insert(timer, this.clockAfter(this.clock(), this.hasTicks ? ticks + 1 : ticks));
  }

  /** Takes `timer` out and puts it back: same expiry, now armed last. */
  touch(timer: number): void {
    if (!this.delete(timer)) return;
    this.insert(timer, this.expires[timer]!);
  }

  /** Disarms `timer`. @returns whether it was armed. O(1). */
  delete(timer: number): boolean {
    if (this.active[timer] === 0) return false;
    const before = this.previous[timer]!;
    const after = this.next[timer]!;
    if (before === NONE) this.heads.set(this.expires[timer]!, after);
    else this.next[before] = after;
    if (after !== NONE) this.previous[after] = before;
    this.active[timer] = 0;
    return true;
  }

  isActive(timer: number): boolean {
    return this.active[timer] === 1;
  }

  /** Runs what is due, last armed first. A handler may arm and disarm any timer. */
  onEvent(): void {
    const now = this.clock();
    for (let timer = this.headOf(now); timer !== NONE; timer = this.headOf(now)) {
      this.delete(timer);
      this.handler.onTimer(timer);
    }
    this.heads.delete(now);
  }

  private headOf(expires: number): number {
    return this.heads.get(expires) ?? NONE;
  }

  /** When tick `jiffies` begins: exact, since whole seconds are whole ns. */
  private startOf(jiffies: number): number {
    const { hz } = this;
    const seconds = Math.floor(jiffies / hz);
    return seconds * NS_PER_S + Math.round(((jiffies - seconds * hz) * NS_PER_S) / hz);
  }

  /** Finds the current tick: the quotient may be one off, since it is rounded and ticks begin at whole ns. */
  private catchUp(): void {
    const { nowNs } = this.loop;
    let jiffies = Math.floor((nowNs / NS_PER_S) * this.hz) + 1;
    while (this.startOf(jiffies) > nowNs) jiffies--;
    this.jiffies = jiffies;
    this.nextTickNs = this.startOf(jiffies + 1);
  }

  /** Puts `timer` before those of its expiry; the first of them brings the event. */
  private insert(timer: number, expires: number): void {
    const head = this.heads.get(expires);
    if (head === undefined) {
      this.loop.schedule(this.hasTicks ? this.startOf(expires) : expires, this.eventType, 0);
    } else if (head !== NONE) {
      this.previous[head] = timer;
    }
    this.heads.set(expires, timer);
    this.next[timer] = head ?? NONE;
    this.previous[timer] = NONE;
    this.expires[timer] = expires;
    this.active[timer] = 1;
  }
}
