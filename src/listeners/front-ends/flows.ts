/**
 * Connections that a front end knows, in a bounded table: each with a state and a time-out that depends on it, as
 * netfilter's connection tracking has them.
 * Leaves out: the kernel's windows and sequence checks, hash chains, and that an ESTABLISHED connection of a lossy path
 * may be tracked wrongly.
 * Source: D9; nf_conntrack_proto_tcp.c (time-outs), nf_conntrack_core.c (early drop).
 */
import { assert } from '../../engine/errors.ts';
import type { EventSink, Loop } from '../../engine/loop.ts';
import type { RandomStream } from '../../engine/random.ts';
import { grown, SlotPool } from '../../engine/slot-pool.ts';
import { SlotTimers } from '../../engine/slot-timers.ts';
import { NEVER_NS, NS_PER_S, Phase } from '../../engine/time.ts';
import { Flag } from '../../network/segment.ts';
import { TupleIndex } from '../../network/tuple-index.ts';

/** SynSent: only the client's SYN was seen. SynRecv: the answer, too. Closing: a FIN was seen. Closed: a RST. */
export const FlowState = { SynSent: 0, SynRecv: 1, Established: 2, Closing: 3, Closed: 4 } as const;

const CAPACITY = 64;
const ROW_BYTES = 17;
/** Entries that an early drop looks at. */
const EVICTION_RANGE = 8;

export interface FlowTimeouts {
  readonly synSentNs: number;
  readonly synRecvNs: number;
  readonly establishedNs: number;
}

/** Told of every change of the table. */
export interface FlowHost {
  /** There are `count` entries now. */
  onCount(count: number): void;
  /** `flow` is about to be forgotten. */
  onClose?(flow: number): void;
}

/** nf_conntrack_tcp_timeout_time_wait and _close. */
const CLOSING_NS = 120 * NS_PER_S;
const CLOSED_NS = 10 * NS_PER_S;

export class Flows implements EventSink {
  private readonly loop: Loop;
  private readonly limit: number;
  private readonly timeoutNs: Float64Array; // FlowState → time without a packet after which it is forgotten
  private readonly pool: SlotPool;
  private readonly index: TupleIndex;
  private readonly timers: SlotTimers;
  private readonly host: FlowHost;
  private state: Uint8Array; // flow → FlowState
  private places: Int32Array; // flow → its place in `all`
  private all: Int32Array; // place → flow
  /** First word of a flow that its owner keeps there: the client's sequence number. */
  irs: Uint32Array;
  /** Second word: what is added to acknowledgements of the client. */
  delta: Uint32Array;

  constructor(loop: Loop, limit: number, timeouts: FlowTimeouts, host: FlowHost) {
    const { establishedNs, synRecvNs, synSentNs } = timeouts;
    const capacity = Math.min(CAPACITY, limit);
    this.loop = loop;
    this.limit = limit;
    this.timeoutNs = Float64Array.of(synSentNs, synRecvNs, establishedNs, CLOSING_NS, CLOSED_NS);
    this.pool = new SlotPool(capacity, limit, 'tracked connections', ROW_BYTES, (to) => this.grow(to));
    this.index = new TupleIndex(capacity);
    this.timers = new SlotTimers(loop, this, 0, Phase.Timer, synSentNs, capacity);
    this.host = host;
    this.state = new Uint8Array(capacity);
    this.places = new Int32Array(capacity);
    this.all = new Int32Array(capacity);
    this.irs = new Uint32Array(capacity);
    this.delta = new Uint32Array(capacity);
  }

  get count(): number {
    return this.pool.count;
  }

  get bytes(): number {
    return this.pool.bytes + this.index.bytes + this.timers.bytes;
  }

  get isFull(): boolean {
    return this.pool.count >= this.limit;
  }

  find(endpoint: number, peer: number): number {
    return this.index.find(endpoint, peer);
  }

  /** A flow in `state`; the table is not full. O(1), amortised. */
  open(endpoint: number, peer: number, state: number): number {
    const flow = this.pool.alloc();
    const place = this.pool.count - 1;
    this.index.add(flow, endpoint, peer);
    this.all[place] = flow;
    this.places[flow] = place;
    this.setState(flow, state);
    this.host.onCount(this.pool.count);
    return flow;
  }

  stateOf(flow: number): number {
    return this.state[flow]!;
  }

  /** A packet was seen, after which the flow is in `state`: its time-out begins anew. */
  setState(flow: number, state: number): void {
    const timeoutNs = this.timeoutNs[state]!;
    this.state[flow] = state;
    if (timeoutNs === NEVER_NS) this.timers.clear(flow);
    else this.timers.set(flow, this.loop.nowNs + timeoutNs);
  }

  /** State after a segment with `flags`, of a flow that may have begun. */
  next(flow: number, flags: number, isFromClient: boolean): number {
    const state = this.state[flow]!;
    if ((flags & Flag.Rst) !== 0) return FlowState.Closed;
    if ((flags & Flag.Fin) !== 0) return FlowState.Closing;
    if ((flags & Flag.Syn) !== 0 && !isFromClient && state === FlowState.SynSent) return FlowState.SynRecv;
    if ((flags & Flag.Syn) !== 0 && isFromClient && state >= FlowState.Closing) return FlowState.SynSent;
    if ((flags & Flag.Ack) !== 0 && isFromClient && state === FlowState.SynRecv) return FlowState.Established;
    return state;
  }

  /** Takes the place of a connection that is not established, if one of a few at random is none. @returns whether. */
  tryEarlyDrop(random: RandomStream): boolean {
    for (let i = 0; i < EVICTION_RANGE; i++) {
      const flow = this.all[random.below(this.pool.count)]!;
      if (this.state[flow] === FlowState.Established) continue;
      this.close(flow);
      return true;
    }
    return false;
  }

  /** A time-out. */
  onEvent(_kind: number, flow: number): void {
    this.close(flow);
  }

  close(flow: number): void {
    this.host.onClose?.(flow);
    const place = this.places[flow]!;
    const moved = this.all[this.pool.count - 1]!;
    this.all[place] = moved;
    this.places[moved] = place;
    this.index.delete(flow);
    this.timers.clear(flow);
    this.pool.free(flow);
    this.host.onCount(this.pool.count);
  }

  checkInvariants(): void {
    assert(this.pool.count <= this.limit && this.index.count === this.pool.count, 'the number of flows is wrong');
    for (let place = 0; place < this.pool.count; place++) {
      const flow = this.all[place]!;
      assert(this.pool.isInUse(flow) && this.places[flow] === place, 'a flow is not where it should be');
    }
  }

  private grow(capacity: number): void {
    this.index.grow(capacity);
    this.timers.grow(capacity);
    this.state = grown(this.state, new Uint8Array(capacity));
    this.places = grown(this.places, new Int32Array(capacity));
    this.all = grown(this.all, new Int32Array(capacity));
    this.irs = grown(this.irs, new Uint32Array(capacity));
    this.delta = grown(this.delta, new Uint32Array(capacity));
  }
}
