/**
 * A distribution of durations: HDR histogram for quantiles (three significant digits), exact sum and maximum.
 * Leaves out: quantiles of the whole population while some are pending (the caller says what it counts).
 * Source: hdr-histogram-js, with 64-bit buckets (its 8-bit ones wrap silently).
 */
import { build, type Histogram } from 'hdr-histogram-js';

/** Longest duration that can be recorded, ns: any run. */
const DURATION_NS_MAX = Number.MAX_SAFE_INTEGER;
const SIGNIFICANT_DIGITS = 3;

export class Latency {
  count: number;
  private readonly histogram: Histogram;
  private sumNs: number;
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
    });
    this.sumNs = 0;
    this.longestNs = 0;
  }

  /** Records one duration, integer ns in [0, 2^53). O(1). */
  record(durationNs: number): void {
    this.histogram.recordValue(Math.min(durationNs, DURATION_NS_MAX));
    this.count++;
    this.sumNs += durationNs;
    if (durationNs > this.longestNs) this.longestNs = durationNs;
  }

  /** Mean in ns; null of nothing. */
  meanNs(): number | null {
    return this.count === 0 ? null : this.sumNs / this.count;
  }

  maxNs(): number | null {
    return this.count === 0 ? null : this.longestNs;
  }

  /** @param percent in (0, 100]. @returns ns, to three significant digits and never above the maximum; null of nothing. */
  quantileNs(percent: number): number | null {
    if (this.count === 0) return null;
    const upper = this.histogram.getValueAtPercentile(percent);
    return Math.min(Number(upper.toPrecision(SIGNIFICANT_DIGITS)), this.longestNs);
  }
}
