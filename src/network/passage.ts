/**
 * The way of one flood's SYNs over a link whose delay is constant, as it is seen where they come out: what comes out now
 * was sent `delayNs` ago, and what was lost on the way is known when it would have come out. So the flood needs no
 * pending packets, and its SYNs can be counted by the number.
 * Its counters are those of the link, of what it sends and loses; they are `delayNs` late. What is delivered the link
 * itself counts.
 * Leaves out: rate, jitter and queue, which such a link does not have.
 */
import { Counters } from '../engine/counters.ts';
import type { Loop } from '../engine/loop.ts';
import type { RandomStream } from '../engine/random.ts';
import { type Link, LinkCounter, LINK_COUNTERS } from './link.ts';
import type { LinkSpec } from './link-spec.ts';
import type { SynTransit } from './syn-transit.ts';

/** Whether every packet takes the same time over a link of `spec`. With an unlimited rate no queue ever holds one. */
export function hasConstantDelay({ rateBps, jitterNs }: LinkSpec): boolean {
  return rateBps === Infinity && jitterNs === 0;
}

export class Passage {
  /** Late: at an instant they count what was sent and lost up to `delayNs` before it. */
  readonly counters: Counters;
  readonly delayNs: number;
  /** Probability that a SYN is lost, [0, 1]. */
  readonly loss: number;
  /** Draws what is lost of a number. */
  readonly losses: RandomStream;
  /** When the first SYN that was lost was sent; -1: none was. */
  firstLostAtNs: number;
  private readonly link: Link;
  private readonly loop: Loop;
  private readonly transit: SynTransit;
  private readonly source: number;

  /** @param link of constant delay, described by `spec`. @param source whose SYNs these are. */
  constructor(spec: LinkSpec, link: Link, loop: Loop, transit: SynTransit, source: number, losses: RandomStream) {
    this.counters = new Counters(LINK_COUNTERS);
    this.delayNs = spec.delayNs;
    this.loss = spec.loss;
    this.losses = losses;
    this.firstLostAtNs = -1;
    this.link = link;
    this.loop = loop;
    this.transit = transit;
    this.source = source;
  }

  /** Whether SYNs that get lost may be counted by the number: the instant of the first one has to be known. */
  get countsLosses(): boolean {
    return this.loss === 0 || this.firstLostAtNs >= 0;
  }

  /** A SYN is at the end of its way now. @returns whether it comes out. */
  tryCross(): boolean {
    const isLost = this.loss > 0 && this.losses.uniform() < this.loss;
    if (isLost && this.firstLostAtNs < 0) this.firstLostAtNs = this.loop.nowNs - this.delayNs;
    this.cross(1, isLost ? 1 : 0);
    return !isLost;
  }

  /** `count` SYNs are at the end of their way, of which `lost` do not come out. */
  cross(count: number, lost: number): void {
    this.send(count, lost);
    this.link.counters.values[LinkCounter.Delivered]! += count - lost;
  }

  /** The run is over: `count` SYNs have been sent and would come out later, but for the `lost` ones. */
  keep(count: number, lost: number): void {
    this.send(count, lost);
    this.transit.enter(this.source, count - lost);
  }

  /** Forgets the first instant (end of the warm-up, as late as the counters are). */
  forgetFirst(): void {
    this.firstLostAtNs = -1;
  }

  private send(count: number, lost: number): void {
    const { values } = this.counters;
    values[LinkCounter.Sent]! += count;
    values[LinkCounter.Departed]! += count;
    values[LinkCounter.Lost]! += lost;
    if (lost > 0) this.transit.lose(this.source, lost);
  }
}
