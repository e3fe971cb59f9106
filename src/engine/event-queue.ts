/**
 * All pending events: lanes for constant delays, a ladder for the rest, one order over both:
 * (time, phase, insertion).
 * Leaves out: what an event means, and the clock (loop.ts).
 */
import { CapacityError } from './errors.ts';
import { argOfWord, typeOfWord, wordOf } from './event-chunks.ts';
import { LadderQueue } from './ladder-queue.ts';
import { Lanes, LANES_MAX, NO_LANE } from './lanes.ts';
import { grown } from './slot-pool.ts';

/** Number of event types a run may have. */
const EVENT_TYPES_MAX = 2 ** 15;
/** Room for so many to begin with. */
const EVENT_TYPES = 128;
/** Lanes from this number on have their events in the ladder. Bound here: an imported constant is loaded at every use. */
const FIRST_IN_LADDER = LANES_MAX;

/** A constant delay for which there was no lane left. */
interface LadderLane {
  readonly delayNs: number;
  readonly type: number;
}

export class EventQueue {
  /** The current instant, set by who pops: in an array, since a double that is passed on is boxed. */
  readonly clock: Float64Array;
  /** Of the event that `pop` took last. */
  type: number;
  arg: number;
  private phases: Uint16Array; // event type → phase
  private readonly ladder: LadderQueue;
  private readonly lanes: Lanes;
  private readonly ladderLanes: LadderLane[]; // lane - FIRST_IN_LADDER → its events
  private typeCount: number;
  private insertionCount: number;

  /** @param insertionCount insertions so far, exact to 2^53; not 0 in tests only. */
  constructor(insertionCount = 0) {
    this.type = 0;
    this.arg = 0;
    this.phases = new Uint16Array(EVENT_TYPES);
    this.ladder = new LadderQueue(this.phases);
    this.clock = new Float64Array(1);
    this.lanes = new Lanes(this.clock);
    this.ladderLanes = [];
    this.typeCount = 0;
    this.insertionCount = insertionCount;
  }

  /** Events that are pending; cancelled ones do not count. */
  get count(): number {
    return this.ladder.count + this.lanes.count;
  }

  get bytes(): number {
    return this.phases.byteLength + this.ladder.bytes + this.lanes.bytes;
  }

  /** Instant of the first event, NEVER_NS when there is none. */
  get headAtNs(): number {
    const laneAtNs = this.lanes.headAtNs;
    const ladderAtNs = this.ladder.headAtNs;
    return laneAtNs < ladderAtNs ? laneAtNs : ladderAtNs;
  }

  /** @returns a new event type, whose events stand at `phase` (0 … 65535) among equal times. @throws CapacityError beyond 2^15. */
  addType(phase: number): number {
    if (this.typeCount === EVENT_TYPES_MAX)
      throw new CapacityError('event types', `more than ${EVENT_TYPES_MAX} event types`);
    if (this.typeCount === this.phases.length) {
      this.phases = grown(this.phases, new Uint16Array(2 * this.phases.length));
      this.ladder.usePhases(this.phases);
    }
    this.phases[this.typeCount] = phase;
    return this.typeCount++;
  }

  /** @returns the lane of events of `type` that lie `delayNs` ahead. */
  openLane(delayNs: number, type: number): number {
    const lane = this.lanes.open(delayNs, type, this.phases[type]!);
    if (lane !== NO_LANE) return lane;
    const known = this.ladderLanes.findIndex((one) => one.delayNs === delayNs && one.type === type);
    return FIRST_IN_LADDER + (known >= 0 ? known : this.ladderLanes.push({ delayNs, type }) - 1);
  }

  /** Adds an event at `atNs`, not before the one popped last. @returns its id, good until it is popped. Amortised O(1). */
  insert(atNs: number, type: number, arg: number): number {
    const insertion = this.insertionCount++;
    this.ladder.insert(atNs, insertion, wordOf(type, arg));
    return insertion;
  }

  /** Adds an event to `lane`, its delay from the clock, which never goes back. Amortised O(log lanes). */
  insertIntoLane(lane: number, arg: number): void {
    if (lane < FIRST_IN_LADDER) {
      this.lanes.push(lane, this.insertionCount++, arg);
      return;
    }
    const { delayNs, type } = this.ladderLanes[lane - FIRST_IN_LADDER]!;
    this.insert(this.clock[0]! + delayNs, type, arg);
  }

  /** Takes back the event of `id`, which must be pending. @throws InvariantError when it was cancelled before. Amortised O(1). */
  cancel(id: number): void {
    this.ladder.cancel(id);
  }

  /** Takes the first event out; see `type` and `arg`. Call only when there is one. */
  pop(): void {
    if (this.isLaneFirst()) {
      this.type = this.lanes.typeOf(this.lanes.headLane);
      this.arg = this.lanes.pop();
      return;
    }
    const word = this.ladder.headWord;
    this.type = typeOfWord(word);
    this.arg = argOfWord(word);
    this.ladder.pop();
  }

  private isLaneFirst(): boolean {
    const { lanes, ladder } = this;
    if (lanes.headAtNs !== ladder.headAtNs) return lanes.headAtNs < ladder.headAtNs;
    const lane = lanes.headLane;
    const lanePhase = lanes.phaseOf(lane);
    const ladderPhase = ladder.headPhase;
    return lanePhase !== ladderPhase ? lanePhase < ladderPhase : lanes.headInsertionOf(lane) < ladder.headInsertion;
  }
}
