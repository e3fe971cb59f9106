/**
 * A distribution of durations: a histogram for quantiles (to 1/2048 of their value), exact sum, minimum and maximum.
 * Its buckets and quantiles are those of an HDR histogram of three digits (Gil Tene, HdrHistogram): every integer below
 * 2048 has a bucket of its own, and each doubling from there on has 1024 of equal width.
 *
 *   value     0 … 2047 | 2048 … 4095 | 4096 … 8191 | …
 *   width        1     |      2      |      4      | …
 *
 * Buckets lie in pages, which are made when they are first needed: the durations of a run are of a few doublings.
 * Leaves out: quantiles of the whole population while some are pending (the caller says what it counts).
 */
/** Longest duration that can be recorded, ns: any run. */
const DURATION_NS_MAX = Number.MAX_SAFE_INTEGER;
/** Buckets of each doubling, and how many doublings share the first width. */
const BUCKETS = 1024;
const BUCKETS_SHIFT = 10;
const EXACT_END = 2 * BUCKETS;
/** Buckets of a page, and pages of all durations. */
const PAGE_SHIFT = 8;
const PAGE = 1 << PAGE_SHIFT;
const PAGE_MASK = PAGE - 1;
const PAGES = 176;
/** Stands where nothing was recorded yet, and stays empty. */
const EMPTY_PAGE = new Float64Array(PAGE);
/** Copied at once: a run makes two distributions for each source, and short runs are made by the thousand. */
const EMPTY_PAGES: readonly Float64Array[] = Array.from({ length: PAGES }, () => EMPTY_PAGE);
/** Buckets of a bin, and below which bucket each is a bin of its own. */
const BIN_BUCKETS = BUCKETS / 32;
const BINS_EXACT = 2 * BIN_BUCKETS;
/** Integers below this are a machine's, and fast. */
const INT_END = 2 ** 31;
const STEP_SHIFT = 20;
const STEP = 1 << STEP_SHIFT;
/** What a product of two doubles may be above the true one, relatively. */
const PRODUCT_ERROR = Number.EPSILON;

const SUM = 0;
const SHORTEST = 1;
const LONGEST = 2;

export class Latency {
  count: number;
  private readonly pages: Float64Array[]; // bucket >>> PAGE_SHIFT → bucket & PAGE_MASK → durations
  private readonly sums: Float64Array; // SUM, SHORTEST, LONGEST, ns: in an array, since a double in a field is a box

  constructor() {
    this.count = 0;
    this.pages = EMPTY_PAGES.slice();
    this.sums = Float64Array.of(0, Infinity, 0);
  }

  /** Records one duration, integer ns in [0, 2^53). O(1). */
  record(durationNs: number): void {
    const { sums } = this;
    const bucket = bucketOf(durationNs);
    let page = this.pages[bucket >>> PAGE_SHIFT]!;
    if (page === EMPTY_PAGE) page = this.addPage(bucket);
    page[bucket & PAGE_MASK]!++;
    this.count++;
    sums[SUM]! += durationNs;
    if (durationNs < sums[SHORTEST]!) sums[SHORTEST] = durationNs;
    if (durationNs > sums[LONGEST]!) sums[LONGEST] = durationNs;
  }

  /** Mean in ns; null of nothing. */
  meanNs(): number | null {
    return this.count === 0 ? null : this.sums[SUM]! / this.count;
  }

  maxNs(): number | null {
    return this.count === 0 ? null : this.sums[LONGEST]!;
  }

  /** @param percent in (0, 100]. @returns ns, at most 1/2048 off, and within what was recorded; null of nothing. */
  quantileNs(percent: number): number | null {
    if (this.count === 0) return null;
    // The product may be an ulp above a whole number, which is then the rank.
    const product = (percent / 100) * this.count;
    const rank = Math.max(1, Math.ceil(product - product * PRODUCT_ERROR));
    // Nothing lies below the shortest, and of milliseconds that is ten thousands of buckets.
    let bucket = bucketOf(this.sums[SHORTEST]!);
    for (let seen = this.countOf(bucket); seen < rank; seen += this.countOf(bucket)) bucket++;
    return Math.max(this.sums[SHORTEST]!, Math.min(middleOf(bucket), this.sums[LONGEST]!));
  }

  /** What was recorded in bins of 1/32 of a doubling, the empty ones left out: exact counts between exact bounds, ns. */
  bins(): { fromNs: number; untilNs: number; count: number }[] {
    const bins: { fromNs: number; untilNs: number; count: number }[] = [];
    let seen = 0;
    for (let bucket = this.count === 0 ? 0 : bucketOf(this.sums[SHORTEST]!); seen < this.count; bucket++) {
      const count = this.countOf(bucket);
      if (count === 0) continue;
      seen += count;
      const first = bucket < BINS_EXACT ? bucket : bucket - (bucket % BIN_BUCKETS);
      const fromNs = startOf(first);
      const last = bins.at(-1);
      if (last?.fromNs === fromNs) last.count += count;
      else bins.push({ fromNs, untilNs: startOf(first + (bucket < BINS_EXACT ? 1 : BIN_BUCKETS)), count });
    }
    return bins;
  }

  private countOf(bucket: number): number {
    return this.pages[bucket >>> PAGE_SHIFT]![bucket & PAGE_MASK]!;
  }

  /** The page of `bucket`, which is empty so far. */
  private addPage(bucket: number): Float64Array {
    const page = new Float64Array(PAGE);
    this.pages[bucket >>> PAGE_SHIFT] = page;
    return page;
  }
}

/** The bucket of an integer >= 0. */
function bucketOf(value: number): number {
  let whole = value < DURATION_NS_MAX ? value : DURATION_NS_MAX;
  let shift = 0;
  for (; whole >= INT_END; shift += STEP_SHIFT) whole = Math.floor(whole / STEP);
  if (whole < EXACT_END) return whole;
  // Its first eleven bits say which bucket, the others where in it.
  const excess = 32 - 11 - Math.clz32(whole);
  return ((shift + excess) << BUCKETS_SHIFT) + (whole >>> excess);
}

/** The first duration of a bucket, ns. */
function startOf(bucket: number): number {
  let width = 1;
  let first = bucket;
  for (; first >= EXACT_END; first -= BUCKETS) width *= 2;
  return first * width;
}

/** The middle of a bucket: halves are rounded down. */
function middleOf(bucket: number): number {
  if (bucket < EXACT_END) return bucket;
  let width = 1;
  let first = bucket;
  for (; first >= EXACT_END; first -= BUCKETS) width *= 2;
  return first * width + width / 2;
}
