/**
 * Arrivals that are counted, window by window: a window is made of the parts of its process, and who looks at
 * instants in between takes shares of them. Each arrival may be lost, independently: the lost ones of a part have one
 * draw, and those of a share are a hypergeometric number of them.
 */
import type { RandomStream } from '../../engine/random.ts';
import { NEVER_NS } from '../../engine/time.ts';
import type { ArrivalProcess } from './arrival-process.ts';

// Bound here: an imported constant is loaded at every use, one of the module is not.
const NEVER = NEVER_NS;

/** Where losses are drawn. */
export interface LossStreams {
  /** How many of a part are lost. */
  readonly losses: RandomStream;
  /** How they divide over its shares. */
  readonly splits: RandomStream;
}

export class ArrivalWindow {
  /** Of the last `countTo`: arrivals, those of them that were lost, and different instants where they are asked for. */
  count: number;
  lost: number;
  instants: number;
  private readonly process: ArrivalProcess;
  private readonly loss: number;
  private readonly streams: LossStreams;
  private endNs: number;
  private byInstant: boolean;
  private namedNs: number; // instant of the arrival that was named before the window, NEVER once it is counted
  private isNamedLost: boolean;
  // What is left of the open part.
  private partEndNs: number;
  private left: number;
  private lostLeft: number;
  private instantsLeft: number;

  /** @param loss probability that an arrival is lost, [0, 1]. */
  constructor(process: ArrivalProcess, loss: number, streams: LossStreams) {
    this.count = 0;
    this.lost = 0;
    this.instants = 0;
    this.process = process;
    this.loss = loss;
    this.streams = streams;
    this.endNs = 0;
    this.byInstant = false;
    this.namedNs = NEVER;
    this.isNamedLost = false;
    this.partEndNs = NEVER;
    this.left = 0;
    this.lostLeft = 0;
    this.instantsLeft = 0;
  }

  /**
   * The arrivals before `endNs` will be counted that were neither named nor counted before, and one that was named.
   * @param namedNs its instant; NEVER_NS when there is none, or it is not to be counted.
   * @param byInstant asks for `instants`: then the arrival named last is counted, or has this very instant.
   */
  open(endNs: number, namedNs: number, byInstant: boolean): void {
    this.endNs = endNs;
    this.byInstant = byInstant;
    this.namedNs = namedNs;
    this.isNamedLost = namedNs < endNs && this.loss > 0 && this.streams.losses.bernoulli(this.loss);
    this.openPart();
  }

  /** Counts the arrivals before `atNs` <= the window's end that were not counted yet. A window is over when all are. */
  countTo(atNs: number): void {
    const isNamed = this.namedNs < atNs;
    this.count = isNamed ? 1 : 0;
    this.instants = this.count;
    this.lost = isNamed && this.isNamedLost ? 1 : 0;
    if (isNamed) this.namedNs = NEVER;
    while (atNs >= this.partEndNs) {
      this.count += this.left;
      this.lost += this.lostLeft;
      this.instants += this.instantsLeft;
      if (this.partEndNs >= this.endNs) {
        this.partEndNs = NEVER;
        this.left = 0;
        return;
      }
      this.openPart();
    }
    if (this.left > 0) this.takeTo(atNs);
  }

  private openPart(): void {
    const { process, loss } = this;
    this.left = process.openPart(this.endNs, this.byInstant);
    this.instantsLeft = process.instants;
    this.partEndNs = process.partEndNs;
    if (loss > 0) this.lostLeft = this.streams.losses.binomial(this.left, loss);
  }

  /** A share of the open part. */
  private takeTo(atNs: number): void {
    const { process, streams } = this;
    const taken = process.takeTo(atNs);
    this.count += taken;
    this.instants += process.instants;
    this.instantsLeft -= process.instants;
    if (this.lostLeft > 0) {
      const lost = streams.splits.hypergeometric(this.left, this.lostLeft, taken);
      this.lost += lost;
      this.lostLeft -= lost;
    }
    this.left -= taken;
  }
}
