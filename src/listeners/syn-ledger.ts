/**
 * What became of every SYN that reached the stack, per traffic source: the listener's side of the
 * conservation check. Each SYN is recorded exactly once, where its fate is decided.
 */
import { Counters } from '../engine/counters.ts';
import type { Gauges } from '../engine/gauges.ts';
import { ACCEPT_QUEUE, SYN_QUEUE } from './listener.ts';

/** Fates common to all stacks. Refusals follow, one per cause, in the order the stack names them. */
export const SynFate = {
  /** Took a slot of the listener. */
  Admitted: 0,
  /** Answered with a SYN cookie, no state kept. */
  Cookie: 1,
  /** Of a connection that exists already, and changed nothing. */
  Duplicate: 2,
  /** Waiting in a socket's back_log (a level: it goes down again when the segment is replayed). */
  InBackLog: 3,
  /** Answered by a RST. */
  AnsweredByReset: 4,
} as const;

export const SYN_FATE_NAMES = ['admitted', 'cookie', 'duplicate', 'in_back_log', 'answered_by_reset'] as const;

/** Why a stack refuses a SYN. */
export interface RefusalCause {
  /** snake_case: `backlog_full`. */
  readonly cause: string;
  /** One clause a person understands: `the listen queue was full`. */
  readonly text: string;
  /** The kernel's counter that shows it, or null when it is silent. */
  readonly counter: string | null;
  /** What would change it: `listen(fd, backlog)`, `net.core.somaxconn`; null when nothing would. */
  readonly setting: string | null;
  /** The rule of the model: `R31`. */
  readonly rule: string;
}

/** What became of the SYNs of each source, by fate and cause. */
export class SynLedger {
  readonly causes: readonly RefusalCause[];
  /** Fate of the SYN that was recorded last. */
  lastFate: number;
  private readonly gauges: Gauges;
  private readonly halfOpenSum: Float64Array; // cause → sum over its refusals of the SYN queue's length
  private readonly waitingSum: Float64Array; // cause → sum over its refusals of the accept queue's length
  private readonly fateCount: number;
  private readonly perSource: Counters[];
  private readonly firstAtNs: Float64Array; // source * fates + fate → instant of the first, -1 = none

  /** @param sourceCount traffic entries. @param gauges of the stack, COMMON_GAUGES first. */
  constructor(sourceCount: number, causes: readonly RefusalCause[], gauges: Gauges) {
    this.causes = causes;
    this.lastFate = SynFate.Admitted;
    this.gauges = gauges;
    this.halfOpenSum = new Float64Array(causes.length);
    this.waitingSum = new Float64Array(causes.length);
    const names = [...SYN_FATE_NAMES, ...causes.map((c) => c.cause)];
    this.fateCount = names.length;
    this.perSource = Array.from({ length: sourceCount }, () => new Counters(names, [SynFate.InBackLog]));
    this.firstAtNs = new Float64Array(sourceCount * names.length).fill(-1);
  }

  /** Fate number of refusal `cause` (an index into `causes`). */
  static refusal(cause: number): number {
    return SYN_FATE_NAMES.length + cause;
  }

  /** Records that a SYN of `source` met `fate` at `nowNs`. O(1). */
  record(source: number, fate: number, nowNs: number): void {
    this.lastFate = fate;
    this.perSource[source]!.values[fate]!++;
    const cell = source * this.fateCount + fate;
    if (this.firstAtNs[cell]! < 0) this.firstAtNs[cell] = nowNs;
    const cause = fate - SYN_FATE_NAMES.length;
    if (cause >= 0) this.noteQueues(cause, 1);
  }

  /**
   * Records `count` refusals more for `cause`, the queues being as they are. Their first instant must be known:
   * @returns false, and records nothing, when no such refusal was recorded yet. O(1).
   */
  tryRecordMore(source: number, cause: number, count: number): boolean {
    if (!this.tryRecordMoreOf(source, SynLedger.refusal(cause), count)) return false;
    this.noteQueues(cause, count);
    return true;
  }

  /** The same of a fate that is no refusal. */
  tryRecordMoreOf(source: number, fate: number, count: number): boolean {
    if (this.firstNs(source, fate) < 0) return false;
    this.perSource[source]!.values[fate]! += count;
    return true;
  }

  /** What `count` SYNs that are refused for `cause` meet. */
  private noteQueues(cause: number, count: number): void {
    this.halfOpenSum[cause]! += count * this.gauges.levelOf(SYN_QUEUE);
    this.waitingSum[cause]! += count * this.gauges.levelOf(ACCEPT_QUEUE);
  }

  /** True when SYNs refused for `cause` met more connections that waited for accept() than half-open ones. */
  metMoreWaiting(cause: number): boolean {
    return this.waitingSum[cause]! > this.halfOpenSum[cause]!;
  }

  /** A SYN left the back_log to be replayed. */
  leaveBackLog(source: number): void {
    this.perSource[source]!.values[SynFate.InBackLog]!--;
  }

  /** Forgets when each fate was first met, and what refused SYNs met (end of the warm-up). */
  forgetFirsts(): void {
    this.firstAtNs.fill(-1);
    this.halfOpenSum.fill(0);
    this.waitingSum.fill(0);
  }

  /** Counts by fate of one source. */
  of(source: number): Counters {
    return this.perSource[source]!;
  }

  /** Instant of the first SYN of `source` that met `fate`, ns; -1 when none did. */
  firstNs(source: number, fate: number): number {
    return this.firstAtNs[source * this.fateCount + fate]!;
  }
}
