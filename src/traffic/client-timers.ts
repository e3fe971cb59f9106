/**
 * One timer for each client: of its SYN while it connects, of what is not acknowledged afterwards. Time-outs strike
 * at their nominal instants, or as late as the timer wheel of a kernel makes them: a wheel for each client, which is
 * what clients on many hosts have, or that of the server's own host, on which they then all are: their retries come in
 * bursts, and in step with the server's.
 * Source of the wheel: engine/timer-wheel.ts.
 */
import type { EventSink } from '../engine/loop.ts';
import type { RandomStream } from '../engine/random.ts';
import { grown } from '../engine/slot-pool.ts';
import { NS_PER_S } from '../engine/time.ts';
import { TimerWheel, wheelExpiryNs } from '../engine/timer-wheel.ts';
import type { SourceEnvironment } from './source.ts';
import type { ClientsSpec } from './specs.ts';

/** Clocks differ by up to so many ticks, a whole turn of the wheel's fourth level: no wait of a client is coarser. */
const OFFSET_TICKS = 32_768;
/** How old the clock of the server's host is at the start of a run: the first draw of this stream, times UPTIME_NS_MAX. */
const SERVER_BOOT = 'server.boot';
const UPTIME_NS_MAX = 2 ** 42;

const IDLE = -1;
const NO_LANE = -1;

export class ClientTimers implements EventSink {
  private readonly env: SourceEnvironment;
  private readonly sink: EventSink;
  private readonly kind: number;
  private readonly type: number;
  private readonly tickNs: number;
  private readonly wheel: TimerWheel | null; // null: not shared
  private readonly offsets: RandomStream | null; // null: no wheel of their own
  private dueAtNs: Float64Array; // slot → instant at which its timer strikes, IDLE
  private offsetNs: Float64Array; // slot → age of the client's clock at instant 0

  /** @param sink gets `onEvent(kind, slot)` when the timer of a slot strikes. @param capacity number of slots. */
  constructor(spec: ClientsSpec, env: SourceEnvironment, sink: EventSink, kind: number, capacity: number) {
    const { loop, phase, random } = env;
    const { isShared, wheelHz } = spec.timers;
    this.env = env;
    this.sink = sink;
    this.kind = kind;
    this.type = loop.eventType(this, 0, phase);
    const offsetNs = isShared ? random.stream(SERVER_BOOT).below(UPTIME_NS_MAX) : 0;
    this.tickNs = wheelHz === 0 ? 1 : NS_PER_S / wheelHz;
    this.wheel = isShared ? new TimerWheel(loop, this, 0, phase, this.tickNs, offsetNs, capacity) : null;
    this.offsets = wheelHz > 0 && !isShared ? random.stream(`traffic.${spec.name}.clocks`) : null;
    this.dueAtNs = new Float64Array(capacity).fill(IDLE);
    this.offsetNs = new Float64Array(capacity);
  }

  get bytes(): number {
    return this.dueAtNs.byteLength + this.offsetNs.byteLength + (this.wheel === null ? 0 : this.wheel.bytes);
  }

  /** Makes room for slots [0, capacity). */
  grow(capacity: number): void {
    const used = this.dueAtNs.length;
    this.dueAtNs = grown(this.dueAtNs, new Float64Array(capacity)).fill(IDLE, used);
    this.offsetNs = grown(this.offsetNs, new Float64Array(capacity));
    this.wheel?.grow(capacity);
  }

  /** A lane for a delay that is known before the run, for `armIn`; -1 where none helps. */
  laneOf(delayNs: number): number {
    return this.wheel === null && this.offsets === null ? this.env.loop.lane(delayNs, this.type) : NO_LANE;
  }

  /** `slot` has a new owner. */
  renew(slot: number): void {
    if (this.offsets !== null) this.offsetNs[slot] = this.offsets.below(OFFSET_TICKS * this.tickNs);
  }

  /** The timer of `slot` strikes once, `delayNs` from now or as soon after that as its wheel can. @param lane of `laneOf(delayNs)`, or -1. */
  armIn(slot: number, delayNs: number, lane: number): void {
    const { loop } = this.env;
    if (this.wheel !== null) return this.wheel.arm(slot, delayNs);
    const atNs =
      this.offsets === null
        ? loop.nowNs + delayNs
        : wheelExpiryNs(loop.nowNs, delayNs, this.tickNs, this.offsetNs[slot]!);
    this.dueAtNs[slot] = atNs;
    if (lane >= 0) loop.scheduleIn(lane, slot);
    else loop.schedule(atNs, this.type, slot);
  }

  /** The timer of `slot` does not strike. */
  disarm(slot: number): void {
    this.dueAtNs[slot] = IDLE;
    this.wheel?.cancel(slot);
  }

  /** Events are never taken back: one whose timer was armed anew, or disarmed, is not due. */
  onEvent(_kind: number, slot: number): void {
    if (this.wheel === null) {
      if (this.dueAtNs[slot] !== this.env.loop.nowNs) return;
      this.dueAtNs[slot] = IDLE;
    }
    this.sink.onEvent(this.kind, slot);
  }
}
