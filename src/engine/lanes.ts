/**
 * Lanes: pending events of constant delay. Time is monotone, so the events of one delay are born sorted:
 * a lane is a ring, and only the heads of the lanes compete, in a winner tree.
 *
 *   winners[1]                     the lane whose head is first
 *   winners[2]      winners[3]     … of the left, of the right half
 *   [ lane 0 1 ]    [ lane 2 3 ]   leaves: node leafBase + lane
 *
 * Leaves out: cancelling. Who arms a lane keeps the deadline in its slot, and ignores an event that is not due.
 */
import { CapacityError } from './errors.ts';
import { grown } from './slot-pool.ts';
import { NEVER_NS } from './time.ts';

const RING_START = 16;
const RING_MAX = 2 ** 27;

/** One lane: a ring of three columns. RingBuffer has one column only, and three of it keep three heads. */
class Lane {
  readonly delayNs: number;
  readonly type: number;
  readonly phase: number;
  /** Of the first event; headAtNs is NEVER_NS when there is none. */
  headAtNs: number;
  headInsertion: number;
  count: number;
  private atNs: Float64Array; // (head + i) & mask → instant
  private insertion: Float64Array; // the same → number of insertions before it
  private arg: Int32Array; // the same → argument
  private mask: number;
  private head: number;

  constructor(delayNs: number, type: number, phase: number) {
    this.delayNs = delayNs;
    this.type = type;
    this.phase = phase;
    this.headAtNs = NEVER_NS;
    this.headInsertion = 0;
    this.count = 0;
    this.atNs = new Float64Array(RING_START);
    this.insertion = new Float64Array(RING_START);
    this.arg = new Int32Array(RING_START);
    this.mask = RING_START - 1;
    this.head = 0;
  }

  get bytes(): number {
    return this.arg.length * 20;
  }

  push(atNs: number, insertion: number, arg: number): void {
    if (this.count > this.mask) this.grow();
    const at = (this.head + this.count) & this.mask;
    this.atNs[at] = atNs;
    this.insertion[at] = insertion;
    this.arg[at] = arg;
    this.count++;
    if (this.count === 1) this.noteHead();
  }

  /** @returns the argument of the first event. Call only when `count` > 0. */
  shift(): number {
    const arg = this.arg[this.head]!;
    this.head = (this.head + 1) & this.mask;
    this.count--;
    this.noteHead();
    return arg;
  }

  private noteHead(): void {
    this.headAtNs = this.count === 0 ? NEVER_NS : this.atNs[this.head]!;
    this.headInsertion = this.insertion[this.head]!;
  }

  private grow(): void {
    const capacity = 2 * (this.mask + 1);
    if (capacity > RING_MAX) throw new CapacityError('pending events', `more than ${RING_MAX} events in one lane`);
    this.atNs = grown(unrolled(this.atNs, this.head), new Float64Array(capacity));
    this.insertion = grown(unrolled(this.insertion, this.head), new Float64Array(capacity));
    this.arg = grown(unrolled(this.arg, this.head), new Int32Array(capacity));
    this.mask = capacity - 1;
    this.head = 0;
  }
}

/** The ring as a straight line, first element first. */
function unrolled<T extends Float64Array | Int32Array>(ring: T, head: number): T {
  const line = ring.slice() as T;
  line.set(ring.subarray(head));
  line.set(ring.subarray(0, head), ring.length - head);
  return line;
}

export class Lanes {
  /** Pending events in all lanes. */
  count: number;
  /** Instant of the first event, NEVER_NS when there is none. */
  headAtNs: number;
  /** Lane of the first event. */
  headLane: number;
  private readonly lanes: Lane[];
  private winners: Int32Array; // node → lane, -1 for a leaf without one
  private leafBase: number;

  constructor() {
    this.count = 0;
    this.headAtNs = NEVER_NS;
    this.headLane = -1;
    this.lanes = [];
    this.winners = new Int32Array(2).fill(-1);
    this.leafBase = 1;
  }

  get bytes(): number {
    let bytes = this.winners.byteLength;
    for (const lane of this.lanes) bytes += lane.bytes;
    return bytes;
  }

  /** @returns the lane for events of `type` and `phase` that lie `delayNs` ahead; the same one for the same delay and type. O(lanes). */
  open(delayNs: number, type: number, phase: number): number {
    const known = this.lanes.findIndex((lane) => lane.delayNs === delayNs && lane.type === type);
    if (known >= 0) return known;
    this.lanes.push(new Lane(delayNs, type, phase));
    this.plant();
    return this.lanes.length - 1;
  }

  /** Adds an event to `lane` at its delay from `nowNs`, which never goes back. O(1) behind others, else O(log lanes). */
  push(lane: number, nowNs: number, insertion: number, arg: number): void {
    const ring = this.lanes[lane]!;
    ring.push(nowNs + ring.delayNs, insertion, arg);
    this.count++;
    if (ring.count === 1) this.replay(lane);
  }

  /** Takes the first event out. Call only when `count` > 0. @returns its argument. O(log lanes). */
  pop(): number {
    const lane = this.headLane;
    const arg = this.lanes[lane]!.shift();
    this.count--;
    this.replay(lane);
    return arg;
  }

  typeOf(lane: number): number {
    return this.lanes[lane]!.type;
  }
  phaseOf(lane: number): number {
    return this.lanes[lane]!.phase;
  }
  headInsertionOf(lane: number): number {
    return this.lanes[lane]!.headInsertion;
  }

  /** The head of `lane` is another one: plays its games again, up to the root. */
  private replay(lane: number): void {
    const { winners } = this;
    let winner = lane;
    for (let node = this.leafBase + lane; node > 1; node >>= 1) {
      winner = this.first(winner, winners[node ^ 1]!);
      winners[node >> 1] = winner;
    }
    this.headLane = winner;
    this.headAtNs = this.lanes[winner]!.headAtNs;
  }

  /** The one of two lanes, -1 being none, whose head is first. */
  private first(a: number, b: number): number {
    if (a < 0) return b;
    if (b < 0) return a;
    const x = this.lanes[a]!;
    const y = this.lanes[b]!;
    if (x.headAtNs !== y.headAtNs) return x.headAtNs < y.headAtNs ? a : b;
    if (x.phase !== y.phase) return x.phase < y.phase ? a : b;
    return x.headInsertion < y.headInsertion ? a : b;
  }

  /** Builds the tree anew, for one lane more. */
  private plant(): void {
    const { lanes } = this;
    while (this.leafBase < lanes.length) this.leafBase *= 2;
    this.winners = new Int32Array(2 * this.leafBase).fill(-1);
    for (let lane = 0; lane < lanes.length; lane++) this.winners[this.leafBase + lane] = lane;
    for (let node = this.leafBase - 1; node >= 1; node--) {
      this.winners[node] = this.first(this.winners[2 * node]!, this.winners[2 * node + 1]!);
    }
    this.headLane = this.winners[1]!;
    this.headAtNs = lanes[this.headLane]!.headAtNs;
  }
}
