/**
 * What is known late: how much the floods have sent and lost whose SYNs are drawn where they come out of a link
 * (network/passage.ts). Their counters say at one instant what was sent a delay before it, so who wants them for the
 * end of the warm-up, for a sample or for the end of the run reads them a delay later.
 */
import type { Baseline } from '../measure/baseline.ts';
import type { Series } from '../measure/series.ts';
import type { Passage } from '../network/passage.ts';
import type { Source } from '../traffic/source.ts';
import { FloodCounter, type SynFlood } from '../traffic/syn-flood.ts';

interface LateFlood {
  readonly flood: SynFlood;
  readonly passage: Passage;
  isWarm: boolean;
}

export class LateCounts {
  private readonly warmupNs: number;
  private readonly baseline: Baseline;
  private readonly floods: LateFlood[]; // shortest delay first

  constructor(warmupNs: number, baseline: Baseline) {
    this.warmupNs = warmupNs;
    this.baseline = baseline;
    this.floods = [];
  }

  add(flood: SynFlood, passage: Passage): void {
    this.floods.push({ flood, passage, isWarm: this.warmupNs === 0 });
    this.floods.sort((a, b) => a.passage.delayNs - b.passage.delayNs);
  }

  /** How late counter `index` of `source` is. */
  lateNsOf(source: Source, index: number): number {
    const late = this.floods.find(({ flood }) => flood === source);
    return late === undefined || index !== FloodCounter.Sent ? 0 : late.passage.delayNs;
  }

  /** Before a run goes on beyond the warm-up to `atNs`: has it stop where the counters are those of the warm-up's end. */
  endWarmups(atNs: number, runTo: (atNs: number) => void): void {
    for (const late of this.floods) {
      const warmAtNs = this.warmupNs + late.passage.delayNs;
      if (late.isWarm || atNs <= warmAtNs) continue;
      runTo(warmAtNs);
      this.endWarmup(late);
    }
  }

  /** The run ended at `nowNs`: counts what is still on its way, and what was late. @param isWarm the warm-up is over. */
  finish(nowNs: number, isWarm: boolean, series: Series): void {
    for (const { flood, passage } of this.floods) flood.openWindow(nowNs + passage.delayNs + 1, false);
    series.finish((lateNs, atNs) => {
      for (const late of this.floods) if (late.passage.delayNs === lateNs) this.countTo(late, atNs, isWarm);
    });
    for (const late of this.floods) this.countTo(late, nowNs + late.passage.delayNs, isWarm);
  }

  /** Counts what comes out up to and including `atNs`; the warm-up may have ended in between. */
  private countTo(late: LateFlood, atNs: number, isWarm: boolean): void {
    const warmAtNs = this.warmupNs + late.passage.delayNs;
    if (isWarm && !late.isWarm && warmAtNs <= atNs) {
      late.flood.keepTo(warmAtNs + 1);
      this.endWarmup(late);
    }
    late.flood.keepTo(atNs + 1);
  }

  private endWarmup(late: LateFlood): void {
    late.isWarm = true;
    late.passage.forgetFirst();
    this.baseline.take(late.passage.counters);
    this.baseline.retake(late.flood.counters, FloodCounter.Sent);
  }
}
