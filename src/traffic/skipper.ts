/**
 * Exact skipping. Floods whose SYNs may be counted bring them to the stack through one place, which has one event
 * pending for all of them. While the stack refuses whatever they send, the SYNs up to the next event of anything else
 * change nothing but counters, in whatever order they come: each flood counts its own, at once, and samples in
 * between take their shares.
 * Leaves out: sources that the stack answers, or that answer; everything that changes what a stack refuses.
 */
import type { EventSink, Loop } from '../engine/loop.ts';
import { NEVER_NS } from '../engine/time.ts';
import { Refusal } from '../network/segment.ts';

// Bound here: an imported constant is loaded at every use, one of the module is not.
const NEVER = NEVER_NS;
const { None, Counted, CountedByInstant, Answered } = Refusal;
const PAST = -1;

/** A flood as the skipper sees it. */
export interface Skippable {
  /** Instant at which its next SYN reaches the stack, NEVER_NS when there is none or it has none yet. */
  readonly nextAtNs: number;
  /** What the stack does with its SYNs now (a Refusal). */
  refusal(): number;
  /** Its next SYN reaches the stack now. */
  arrive(): void;
  /** Counts it, instead: the stack refuses it. */
  countOne(): void;
  /** Names the instant of the next SYN. */
  nameNext(): void;
  /** SYNs before `endNs` will be counted, the one that has an instant included. @param byInstant and their instants. */
  openWindow(endNs: number, byInstant: boolean): void;
  /** Counts SYNs before `atNs`, which the stack refuses. */
  countTo(atNs: number): void;
}

export class Skipper implements EventSink {
  private readonly loop: Loop;
  private readonly floods: Skippable[]; // in the order of their phases
  private readonly phases: number[]; // flood → phase of its SYNs among equal times
  private readonly types: number[]; // flood → event type
  private readonly takesPart: boolean[]; // flood → its SYNs are counted in the window
  private byInstant: boolean; // they are counted by instant

  constructor(loop: Loop) {
    this.loop = loop;
    this.floods = [];
    this.phases = [];
    this.types = [];
    this.takesPart = [];
    this.byInstant = false;
  }

  /** Before the run. @param phase of its SYNs among equal times: no two floods have the same. */
  add(flood: Skippable, phase: number): void {
    const place = this.phases.filter((other) => other < phase).length;
    this.floods.splice(place, 0, flood);
    this.phases.splice(place, 0, phase);
    this.takesPart.push(false);
  }

  /** Schedules the first SYN of all. Once, before the run, when every flood has been added. */
  start(): void {
    for (const flood of this.floods) flood.nameNext();
    this.phases.forEach((phase, place) => this.types.push(this.loop.eventType(this, place, phase)));
    this.schedule(this.first());
  }

  /** A SYN of flood `place` reaches the stack; others follow at once, as long as nothing else comes between. */
  onEvent(place: number): void {
    let due = place;
    do {
      this.proceed(due);
      due = this.first();
    } while (this.floods[due]!.nextAtNs !== NEVER && this.loop.tryAdvance(this.floods[due]!.nextAtNs));
    this.schedule(due);
  }

  /**
   * The SYN of flood `place` is due: it opens a window, or it reaches the stack by itself, and then the SYNs behind it
   * may be counted. A window ends no sooner than the next instant: what else is due now may come before or after it.
   */
  private proceed(place: number): void {
    const flood = this.floods[place]!;
    const { loop } = this;
    const refusal = flood.refusal();
    let endNs = this.windowEndNs(place, refusal);
    if (endNs <= loop.nowNs) {
      if (isWithoutOrder(refusal)) {
        flood.countOne();
      } else {
        flood.arrive();
        endNs = this.windowEndNs(place, flood.refusal());
      }
    }
    if (endNs <= loop.nowNs) flood.nameNext();
    else if (this.floods.length === 1) this.count(flood, endNs);
    else this.countTogether(endNs);
  }

  /**
   * Until when, exclusive, nothing but samples is due and SYNs that the stack refuses as it does those of flood `place`;
   * an instant that is past when it does not. The floods whose SYNs these are take part in the window.
   */
  private windowEndNs(place: number, refusal: number): number {
    const { floods, takesPart } = this;
    if (refusal === None) return PAST;
    this.byInstant = refusal === CountedByInstant;
    let endNs = this.loop.quietUntilNs();
    if (floods.length === 1) return endNs;
    for (let other = 0; other < floods.length; other++) {
      const { nextAtNs } = floods[other]!;
      takesPart[other] = other === place;
      if (other === place || nextAtNs >= endNs) continue;
      // Instants cannot be shared: of two floods they may be the same.
      takesPart[other] = !this.byInstant && isWithoutOrder(floods[other]!.refusal());
      if (takesPart[other] !== true) endNs = nextAtNs;
    }
    return endNs;
  }

  private count(flood: Skippable, endNs: number): void {
    const { loop } = this;
    flood.openWindow(endNs, this.byInstant);
    while (loop.sampleAtNs < endNs) {
      // A sample comes after the SYNs of its instant.
      flood.countTo(loop.sampleAtNs + 1);
      loop.sample();
    }
    flood.countTo(endNs);
    flood.nameNext();
  }

  private countTogether(endNs: number): void {
    const { floods, loop, takesPart } = this;
    for (let place = 0; place < floods.length; place++) {
      const flood = floods[place]!;
      // Who took part in a longer window may have no SYN in this one.
      if (flood.nextAtNs !== NEVER && flood.nextAtNs >= endNs) takesPart[place] = false;
      if (takesPart[place] === true) flood.openWindow(endNs, this.byInstant);
    }
    while (loop.sampleAtNs < endNs) {
      this.countAllTo(loop.sampleAtNs + 1);
      loop.sample();
    }
    this.countAllTo(endNs);
    for (let place = 0; place < floods.length; place++) if (takesPart[place] === true) floods[place]!.nameNext();
  }

  private countAllTo(atNs: number): void {
    const { floods, takesPart } = this;
    for (let place = 0; place < floods.length; place++) if (takesPart[place] === true) floods[place]!.countTo(atNs);
  }

  /** @returns the flood whose SYN is due first, of several the one that comes first among equal times. */
  private first(): number {
    const { floods } = this;
    let first = 0;
    for (let place = 1; place < floods.length; place++) {
      if (floods[place]!.nextAtNs < floods[first]!.nextAtNs) first = place;
    }
    return first;
  }

  private schedule(place: number): void {
    const atNs = this.floods[place]?.nextAtNs ?? NEVER;
    if (atNs !== NEVER) this.loop.schedule(atNs, this.types[place]!, place);
  }
}

/** Whether SYNs that meet `refusal` do the same in any order. */
function isWithoutOrder(refusal: number): boolean {
  return refusal === Counted || refusal === Answered;
}
