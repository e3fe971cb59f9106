/**
 * Lanes: pending events of constant delay. Time is monotone, so the events of one delay are born sorted: a lane is a
 * ring, and only the heads of the lanes that hold any compete. Those stand in a list, the first of them last, so a lane
 * whose head moves passes only the lanes whose heads come sooner: few, as a rule, and timers of minutes never.
 *
 *   place     0       1        2         3 = liveCount
 *   lane      ·      63 s     200 ms    500 us
 *   times   NEVER    62.1 s   20.3 s    20.1 s    ← the instant of its head
 *
 * Leaves out: cancelling. Who arms a lane keeps the deadline in its slot, and ignores an event that is not due.
 */
import { CapacityError } from './errors.ts';
import { grown } from './slot-pool.ts';
import { NEVER_NS } from './time.ts';

// Bound here: an imported constant is loaded at every use, one of the module is not.
const NEVER = NEVER_NS;

/** More lanes than this are not opened: passing many heads costs more than a ladder. */
export const LANES_MAX = 64;
/** What `open` gives when there are LANES_MAX. */
export const NO_LANE = -1;

const RING_START = 16;
const RING_MAX = 2 ** 27;
/** Doubles of an event in a ring: its instant, the number of insertions before it, its argument. */
const EVENT_DOUBLES = 3;
const INSERTION = 1;
const ARG = 2;

// Places in the row of a lane.
const ROW_SHIFT = 3;
const HEAD = 0; // place of its first event in the ring
const COUNT = 1; // events
const MASK = 2; // events that the ring has room for, less one
const TYPE = 3; // of its events
const PHASE = 4; // of that type

export class Lanes {
  /** Pending events in all lanes. */
  count: number;
  private readonly clock: Float64Array; // the current instant
  private laneCount: number;
  private liveCount: number; // lanes that hold events
  private readonly times: Float64Array; // place → instant of that lane's head, later ones first; place 0: NEVER
  private readonly order: Int32Array; // place → lane
  private readonly rows: Int32Array; // lane << ROW_SHIFT | place in the row
  private readonly delayNs: Float64Array; // lane → how far ahead its events lie
  private readonly rings: Float64Array[]; // lane → its events, EVENT_DOUBLES each

  /** @param clock holds the current instant, which never goes back. */
  constructor(clock: Float64Array) {
    this.clock = clock;
    this.count = 0;
    this.laneCount = 0;
    this.liveCount = 0;
    this.times = new Float64Array(1 + LANES_MAX).fill(NEVER);
    this.order = new Int32Array(1 + LANES_MAX);
    this.rows = new Int32Array(LANES_MAX << ROW_SHIFT);
    this.delayNs = new Float64Array(LANES_MAX);
    this.rings = [];
  }

  get bytes(): number {
    let bytes = this.times.byteLength + this.order.byteLength + this.rows.byteLength + this.delayNs.byteLength;
    for (const ring of this.rings) bytes += ring.byteLength;
    return bytes;
  }

  /** Instant of the first event, NEVER_NS when there is none. */
  get headAtNs(): number {
    return this.times[this.liveCount]!;
  }

  /** Lane of the first event. Call only when `count` > 0. */
  get headLane(): number {
    return this.order[this.liveCount]!;
  }

  /**
   * @returns the lane for events of `type` and `phase` that lie `delayNs` ahead, the same one for the same delay and
   * type; NO_LANE when there are LANES_MAX others. O(lanes).
   */
  open(delayNs: number, type: number, phase: number): number {
    for (let lane = 0; lane < this.laneCount; lane++) {
      if (this.delayNs[lane] === delayNs && this.typeOf(lane) === type) return lane;
    }
    if (this.laneCount === LANES_MAX) return NO_LANE;
    const lane = this.laneCount++;
    const row = lane << ROW_SHIFT;
    this.rings.push(new Float64Array(RING_START * EVENT_DOUBLES));
    this.rows[row + MASK] = RING_START - 1;
    this.rows[row + TYPE] = type;
    this.rows[row + PHASE] = phase;
    this.delayNs[lane] = delayNs;
    return lane;
  }

  /** Adds an event to `lane` at its delay from now. O(1) behind others, else O(lanes). */
  push(lane: number, insertion: number, arg: number): void {
    const { rows } = this;
    const row = lane << ROW_SHIFT;
    const count = rows[row + COUNT]!;
    if (count > rows[row + MASK]!) this.grow(lane);
    const ring = this.rings[lane]!;
    const at = ((rows[row + HEAD]! + count) & rows[row + MASK]!) * EVENT_DOUBLES;
    const atNs = this.clock[0]! + this.delayNs[lane]!;
    ring[at] = atNs;
    ring[at + INSERTION] = insertion;
    ring[at + ARG] = arg;
    rows[row + COUNT] = count + 1;
    this.count++;
    if (count === 0) this.place(++this.liveCount, atNs, lane);
  }

  /** Takes the first event out. Call only when `count` > 0. @returns its argument. O(lanes). */
  pop(): number {
    const { rows } = this;
    const lane = this.order[this.liveCount]!;
    const row = lane << ROW_SHIFT;
    const ring = this.rings[lane]!;
    const head = rows[row + HEAD]!;
    const arg = ring[head * EVENT_DOUBLES + ARG]!;
    const next = (head + 1) & rows[row + MASK]!;
    const left = rows[row + COUNT]! - 1;
    rows[row + HEAD] = next;
    rows[row + COUNT] = left;
    this.count--;
    if (left === 0) this.liveCount--;
    else this.place(this.liveCount, ring[next * EVENT_DOUBLES]!, lane);
    return arg | 0;
  }

  typeOf(lane: number): number {
    return this.rows[(lane << ROW_SHIFT) + TYPE]!;
  }
  phaseOf(lane: number): number {
    return this.rows[(lane << ROW_SHIFT) + PHASE]!;
  }
  headInsertionOf(lane: number): number {
    return this.rings[lane]![this.rows[(lane << ROW_SHIFT) + HEAD]! * EVENT_DOUBLES + INSERTION]!;
  }

  /** Lets the lanes before `place` whose heads come sooner pass, and puts `lane`, whose head comes at `atNs`, behind them. */
  private place(place: number, atNs: number, lane: number): void {
    const { times, order } = this;
    for (;;) {
      const otherAtNs = times[place - 1]!;
      if (otherAtNs > atNs || (otherAtNs === atNs && this.isTieBefore(lane, order[place - 1]!))) break;
      times[place] = otherAtNs;
      order[place] = order[place - 1]!;
      place--;
    }
    times[place] = atNs;
    order[place] = lane;
  }

  /** True when the head of lane `a` comes before that of lane `b`, both of one instant. */
  private isTieBefore(a: number, b: number): boolean {
    const aPhase = this.phaseOf(a);
    const bPhase = this.phaseOf(b);
    return aPhase !== bPhase ? aPhase < bPhase : this.headInsertionOf(a) < this.headInsertionOf(b);
  }

  /** Doubles the ring of `lane`, unrolled: its first event comes first. */
  private grow(lane: number): void {
    const ring = this.rings[lane]!;
    const row = lane << ROW_SHIFT;
    const events = this.rows[row + MASK]! + 1;
    if (2 * events > RING_MAX) throw new CapacityError('pending events', `more than ${RING_MAX} events in one lane`);
    const first = this.rows[row + HEAD]! * EVENT_DOUBLES;
    const longer = grown(ring.subarray(first), new Float64Array(2 * ring.length));
    longer.set(ring.subarray(0, first), ring.length - first);
    this.rings[lane] = longer;
    this.rows[row + HEAD] = 0;
    this.rows[row + MASK] = 2 * events - 1;
  }
}
