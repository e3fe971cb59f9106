/**
 * Lanes: pending events of constant delay. Time is monotone, so the events of one delay are born sorted:
 * a lane is a ring, and only the heads of the lanes compete, in a winner tree.
 *
 *   winner[1]                      the lane whose head is first
 *   winner[2]       winner[3]      … of the left, of the right half
 *   [ lane 0 1 ]    [ lane 2 3 ]   leaves: node leafBase + lane
 *
 * Leaves out: cancelling. Who arms a lane keeps the deadline in its slot, and ignores an event that is not due.
 */
import { CapacityError } from './errors.ts';
import { grown } from './slot-pool.ts';
import { NEVER_NS } from './time.ts';

// Bound here: an imported constant is loaded at every use, one of the module is not.
const NEVER = NEVER_NS;

const RING_START = 16;
const RING_MAX = 2 ** 27;
/** Doubles of an event in a ring: its instant, the number of insertions before it, its argument. */
const EVENT_DOUBLES = 3;
const INSERTION = 1;
const ARG = 2;

const NO_LANE = -1;

export class Lanes {
  /** Pending events in all lanes. */
  count: number;
  /** Instant of the first event, NEVER_NS when there is none. */
  headAtNs: number;
  /** Lane of the first event. */
  headLane: number;
  private laneCount: number;
  private readonly rings: Float64Array[]; // lane → its events, EVENT_DOUBLES each
  private head: Int32Array; // lane → place of its first event in the ring
  private counts: Int32Array; // lane → events
  private mask: Int32Array; // lane → events that the ring has room for, less one
  private delayNs: Float64Array; // lane → how far ahead its events lie
  private type: Uint16Array; // lane → event type
  private phase: Uint16Array; // lane → place among equal times
  private winner: Int32Array; // node → lane, NO_LANE for a leaf without one
  private winnerAtNs: Float64Array; // node → instant of that lane's head, NEVER when it is empty
  private leafBase: number;

  constructor() {
    this.count = 0;
    this.headAtNs = NEVER;
    this.headLane = NO_LANE;
    this.laneCount = 0;
    this.rings = [];
    this.head = new Int32Array(1);
    this.counts = new Int32Array(1);
    this.mask = new Int32Array(1);
    this.delayNs = new Float64Array(1);
    this.type = new Uint16Array(1);
    this.phase = new Uint16Array(1);
    this.winner = new Int32Array(2).fill(NO_LANE);
    this.winnerAtNs = new Float64Array(2).fill(NEVER);
    this.leafBase = 1;
  }

  get bytes(): number {
    let bytes = this.winner.byteLength + this.winnerAtNs.byteLength + this.delayNs.length * 24;
    for (const ring of this.rings) bytes += ring.byteLength;
    return bytes;
  }

  /** @returns the lane for events of `type` and `phase` that lie `delayNs` ahead; the same one for the same delay and type. O(lanes). */
  open(delayNs: number, type: number, phase: number): number {
    for (let lane = 0; lane < this.laneCount; lane++) {
      if (this.delayNs[lane] === delayNs && this.type[lane] === type) return lane;
    }
    if (this.laneCount === this.leafBase) this.plant();
    const lane = this.laneCount++;
    this.rings.push(new Float64Array(RING_START * EVENT_DOUBLES));
    this.mask[lane] = RING_START - 1;
    this.delayNs[lane] = delayNs;
    this.type[lane] = type;
    this.phase[lane] = phase;
    this.winner[this.leafBase + lane] = lane;
    this.replay(lane);
    return lane;
  }

  /** Adds an event to `lane` at its delay from `nowNs`, which never goes back. O(1) behind others, else O(log lanes). */
  push(lane: number, nowNs: number, insertion: number, arg: number): void {
    const count = this.counts[lane]!;
    if (count > this.mask[lane]!) this.grow(lane);
    const ring = this.rings[lane]!;
    const at = ((this.head[lane]! + count) & this.mask[lane]!) * EVENT_DOUBLES;
    ring[at] = nowNs + this.delayNs[lane]!;
    ring[at + INSERTION] = insertion;
    ring[at + ARG] = arg;
    this.counts[lane] = count + 1;
    this.count++;
    if (count === 0) this.replay(lane);
  }

  /** Takes the first event out. Call only when `count` > 0. @returns its argument. O(log lanes). */
  pop(): number {
    const lane = this.headLane;
    const head = this.head[lane]!;
    const arg = this.rings[lane]![head * EVENT_DOUBLES + ARG]!;
    this.head[lane] = (head + 1) & this.mask[lane]!;
    this.counts[lane]!--;
    this.count--;
    this.replay(lane);
    return arg | 0;
  }

  typeOf(lane: number): number {
    return this.type[lane]!;
  }
  phaseOf(lane: number): number {
    return this.phase[lane]!;
  }
  headInsertionOf(lane: number): number {
    return this.rings[lane]![this.head[lane]! * EVENT_DOUBLES + INSERTION]!;
  }

  /** The head of `lane` is another one: plays its games again, up to the root. */
  private replay(lane: number): void {
    const { winner, winnerAtNs } = this;
    let first = lane;
    let atNs = this.counts[lane] === 0 ? NEVER : this.rings[lane]![this.head[lane]! * EVENT_DOUBLES]!;
    let node = this.leafBase + lane;
    winnerAtNs[node] = atNs;
    while (node > 1) {
      const otherAtNs = winnerAtNs[node ^ 1]!;
      if (otherAtNs < atNs || (otherAtNs === atNs && this.isTieBefore(winner[node ^ 1]!, first))) {
        first = winner[node ^ 1]!;
        atNs = otherAtNs;
      }
      node >>= 1;
      winner[node] = first;
      winnerAtNs[node] = atNs;
    }
    this.headLane = first;
    this.headAtNs = atNs;
  }

  /** True when the head of lane `a` comes before that of lane `b`, both of one instant; empty lanes have no order. */
  private isTieBefore(a: number, b: number): boolean {
    if (a < 0 || this.counts[a] === 0) return false;
    if (this.phase[a] !== this.phase[b]) return this.phase[a]! < this.phase[b]!;
    return this.headInsertionOf(a) < this.headInsertionOf(b);
  }

  /** Doubles the ring of `lane`, unrolled: its first event comes first. */
  private grow(lane: number): void {
    const ring = this.rings[lane]!;
    const events = this.mask[lane]! + 1;
    if (2 * events > RING_MAX) throw new CapacityError('pending events', `more than ${RING_MAX} events in one lane`);
    const longer = new Float64Array(2 * ring.length);
    const first = this.head[lane]! * EVENT_DOUBLES;
    longer.set(ring.subarray(first));
    longer.set(ring.subarray(0, first), ring.length - first);
    this.rings[lane] = longer;
    this.head[lane] = 0;
    this.mask[lane] = 2 * events - 1;
  }

  /** Doubles the tree, and builds it anew. */
  private plant(): void {
    const lanes = 2 * this.leafBase;
    this.head = grown(this.head, new Int32Array(lanes));
    this.counts = grown(this.counts, new Int32Array(lanes));
    this.mask = grown(this.mask, new Int32Array(lanes));
    this.delayNs = grown(this.delayNs, new Float64Array(lanes));
    this.type = grown(this.type, new Uint16Array(lanes));
    this.phase = grown(this.phase, new Uint16Array(lanes));
    this.leafBase = lanes;
    this.winner = new Int32Array(2 * lanes).fill(NO_LANE);
    this.winnerAtNs = new Float64Array(2 * lanes).fill(NEVER);
    for (let lane = 0; lane < this.laneCount; lane++) {
      this.winner[lanes + lane] = lane;
      this.replay(lane);
    }
  }
}
