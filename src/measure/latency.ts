/**
 * A distribution of durations: HDR histogram for quantiles (to 1/2048 of their value), exact sum, minimum and maximum.
 * Leaves out: quantiles of the whole population while some are pending (the caller says what it counts).
 * Source: hdr-histogram-js, with 64-bit buckets (its 8-bit ones wrap silently).
 */
import { build, type JsHistogram } from 'hdr-histogram-js';

/** Longest duration that can be recorded, ns: any run. */
const DURATION_NS_MAX = Number.MAX_SAFE_INTEGER;
/** Buckets as wide as 1/1024 of what they hold, at most; their middles are half of that off. */
const SIGNIFICANT_DIGITS = 3;

export class Latency {
  count: number;
  private readonly histogram: JsHistogram;
  private sumNs: number;
  private shortestNs: number;
  private longestNs: number;

  constructor() {
    this.count = 0;
    this.histogram = build({
      bitBucketSize: 64,
      autoResize: true,
      lowestDiscernibleValue: 1,
      highestTrackableValue: 2,
      numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
      useWebAssembly: false,
    }) as JsHistogram;
    this.sumNs = 0;
    this.shortestNs = Infinity;
    this.longestNs = 0;
  }

  /** Records one duration, integer ns in [0, 2^53). O(1). */
  record(durationNs: number): void {
    this.histogram.recordValue(Math.min(durationNs, DURATION_NS_MAX));
    this.count++;
    this.sumNs += durationNs;
    if (durationNs < this.shortestNs) this.shortestNs = durationNs;
    if (durationNs > this.longestNs) this.longestNs = durationNs;
  }

  /** Mean in ns; null of nothing. */
  meanNs(): number | null {
    return this.count === 0 ? null : this.sumNs / this.count;
  }

  maxNs(): number | null {
    return this.count === 0 ? null : this.longestNs;
  }

  /** @param percent in (0, 100]. @returns ns, at most 1/2048 off, and within what was recorded; null of nothing. */
  quantileNs(percent: number): number | null {
    if (this.count === 0) return null;
    const middleNs = this.histogram.medianEquivalentValue(this.histogram.getValueAtPercentile(percent));
    return Math.max(this.shortestNs, Math.min(middleNs, this.longestNs));
  }
}
