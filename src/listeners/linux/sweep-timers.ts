/**
 * The SYN-ACK timer of kernels from 2.4 to 4.0: one a listener. It begins when a request comes into an empty table, one
 * first time-out later, and then looks every 0.2 s into the buckets that follow where it stopped: twice as many as would
 * take it round in a first time-out. So a request is seen up to half of that late (A3.1, A3.2).
 * Leaves out: ticks (0.2 s and the time-outs are whole ones).
 * Source: tcp_synack_timer, inet_csk_reqsk_queue_prune (A3).
 */
import type { EventSink } from '../../engine/loop.ts';
import { grown } from '../../engine/slot-pool.ts';
import { NEVER_NS, Phase } from '../../engine/time.ts';
import { hash } from './cookies.ts';
import { SynQueue } from './feature.ts';
import type { Kernel } from './kernel.ts';
import { retriesMaxOf } from './syn-ack-timer.ts';
import type { SynAckTimers } from './syn-ack-timers.ts';

/** TCP_SYNQ_INTERVAL. */
const INTERVAL_NS = 200e6;
/** TCP_SYNQ_HSIZE, of 2.4. */
const BUCKETS_2_4 = 512;
const NONE = -1;

/** The table of one listener. */
interface Table {
  /** bucket → slot put in last, NONE. */
  readonly heads: Int32Array;
  hand: number;
  count: number;
  /** Instant of the next look, NEVER_NS: the table is empty. */
  lookAtNs: number;
}

export class SweepTimers implements SynAckTimers, EventSink {
  private readonly kernel: Kernel;
  private readonly sink: EventSink;
  private readonly kind: number;
  private readonly type: number;
  private readonly tables: (Table | undefined)[]; // listener → its table
  private next: Int32Array; // slot → next of its bucket, NONE
  private bucket: Int32Array; // slot → its bucket, NONE while it is in no table
  private deadlineNs: Float64Array; // slot → when it is due
  private due: Int32Array; // of the present bucket

  /** @param sink gets `onEvent(kind, slot)` for a request that is due when it is looked at. */
  constructor(kernel: Kernel, sink: EventSink, kind: number) {
    const { capacity } = kernel.requests;
    this.kernel = kernel;
    this.sink = sink;
    this.kind = kind;
    this.type = kernel.env.loop.eventType(this, 0, Phase.Timer);
    this.tables = [];
    this.next = new Int32Array(capacity).fill(NONE);
    this.bucket = new Int32Array(capacity).fill(NONE);
    this.deadlineNs = new Float64Array(capacity);
    this.due = new Int32Array(capacity);
  }

  get bytes(): number {
    const heads = this.tables.reduce((sum, table) => sum + (table === undefined ? 0 : table.heads.byteLength), 0);
    return this.next.byteLength + this.bucket.byteLength + this.deadlineNs.byteLength + this.due.byteLength + heads;
  }

  grow(capacity: number): void {
    const used = this.next.length;
    this.next = grown(this.next, new Int32Array(capacity)).fill(NONE, used);
    this.bucket = grown(this.bucket, new Int32Array(capacity)).fill(NONE, used);
    this.deadlineNs = grown(this.deadlineNs, new Float64Array(capacity));
    this.due = grown(this.due, new Int32Array(capacity));
  }

  arm(slot: number, delayNs: number): void {
    this.deadlineNs[slot] = this.kernel.env.loop.nowNs + delayNs;
    if (this.bucket[slot] === NONE) this.link(slot);
  }

  cancel(slot: number): void {
    const bucket = this.bucket[slot]!;
    if (bucket === NONE) return;
    const table = this.tableOf(this.kernel.requests.listener[slot]!);
    const { next } = this;
    if (table.heads[bucket] === slot) {
      table.heads[bucket] = next[slot]!;
    } else {
      let before = table.heads[bucket]!;
      while (next[before] !== slot) before = next[before]!;
      next[before] = next[slot]!;
    }
    this.bucket[slot] = NONE;
    if (--table.count === 0) table.lookAtNs = NEVER_NS;
  }

  /** A look is due, unless the table was empty in between. */
  onEvent(_kind: number, listener: number): void {
    const { kernel } = this;
    const { nowNs } = kernel.env.loop;
    const table = this.tableOf(listener);
    if (table.lookAtNs !== nowNs) return;
    const buckets = table.heads.length;
    const looks = Math.floor(kernel.timeoutNs[0]! / INTERVAL_NS);
    // A3.3: how many time-outs a request gets is decided once a look.
    kernel.retriesMaxInForce = retriesMaxOf(kernel, kernel.listeners[listener]!);
    let budget = 2 * Math.floor(buckets / looks);
    do {
      this.look(table.heads[table.hand]!, nowNs);
      table.hand = (table.hand + 1) & (buckets - 1);
    } while (--budget > 0);
    kernel.retriesMaxInForce = -1;
    if (table.count > 0) this.schedule(listener, table, nowNs + INTERVAL_NS);
  }

  /** What is due in one bucket. Others may leave it meanwhile: an answer may be there before it is sent. */
  private look(head: number, nowNs: number): void {
    let count = 0;
    for (let slot = head; slot !== NONE; slot = this.next[slot]!) {
      if (this.deadlineNs[slot]! <= nowNs) this.due[count++] = slot;
    }
    for (let i = 0; i < count; i++) {
      const slot = this.due[i]!;
      if (this.bucket[slot] !== NONE && this.deadlineNs[slot]! <= nowNs) this.sink.onEvent(this.kind, slot);
    }
  }

  private link(slot: number): void {
    const { kernel } = this;
    const { requests } = kernel;
    const listener = requests.listener[slot]!;
    const table = this.tableOf(listener);
    const mask = table.heads.length - 1;
    const bucket = hash(requests.endpointOf(slot), requests.peerOf(slot), kernel.secrets[2]) & mask;
    this.bucket[slot] = bucket;
    this.next[slot] = table.heads[bucket]!;
    table.heads[bucket] = slot;
    if (table.count++ === 0) this.schedule(listener, table, kernel.env.loop.nowNs + kernel.timeoutNs[0]!);
  }

  private schedule(listener: number, table: Table, atNs: number): void {
    table.lookAtNs = atNs;
    this.kernel.env.loop.schedule(atNs, this.type, listener);
  }

  private tableOf(listener: number): Table {
    const known = this.tables[listener];
    if (known !== undefined) return known;
    const { listeners, profile } = this.kernel;
    const buckets = profile.synQueue === SynQueue.PowerOfMin ? listeners[listener]!.synQueueLimit : BUCKETS_2_4;
    const table: Table = { heads: new Int32Array(buckets).fill(NONE), hand: 0, count: 0, lookAtNs: NEVER_NS };
    this.tables[listener] = table;
    return table;
  }
}
