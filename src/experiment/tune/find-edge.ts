/**
 * Where a goal begins to be met: a grid over the whole scale first, which shows whether there is one place where that happens, then
 * bisection between two neighbours of the grid. Values near the edge need the most runs: what stays open is passed by on both sides,
 * and tried again with three times the runs, until the edge is found or all is spent.
 *
 * Error: each of the grid's verdicts is wrong with at most a tenth of alpha over their number, each of the bisections' with the rest
 * over theirs, whatever the runs have in common (Bonferroni). So a value that is found is wrong with at most alpha in all, if the goal
 * is met on one side of the edge and not on the other between the two neighbours.
 * Leaves out: dips between two neighbours of the grid.
 */
import { isOutOfReach, MARGIN, type Reachable } from './reach.ts';
import type { ValueScale } from './value-scale.ts';
import type { Verdict } from './verdict.ts';

/** What the search needs of the trials. */
export interface Judge extends Reachable {
  /** Runs the values until each is decided, has had `cap` runs, or all of the budget is spent. */
  decide(places: readonly number[], cap: number, alpha: number): Promise<void>;
  verdictAt(place: number): Verdict;
  /** Do they give the same, run by run? */
  areAlike(places: readonly number[]): boolean;
  /** Of the budget, that is used up. */
  readonly spentShare: number;
}

/** Neighbours on the scale between which the verdict changes; further apart than 1, where what is between them stayed open. */
export interface Edge {
  readonly fails: number;
  readonly meets: number;
}

/** Values that meet the goal, as far as is known: all from `from` to `to`. */
export interface MeetingRange {
  readonly from: number;
  readonly to: number;
}

export interface Found {
  /** Every place that was decided as meeting, joined with its neighbours where nothing between them fails. */
  readonly ranges: readonly MeetingRange[];
  /** Is it met from one value on, or up to one value, as far as was seen? */
  readonly isMonotone: boolean;
  /** Where the sought value lies: null when nothing meets, or everything from the first (last) value on. */
  readonly edge: Edge | null;
}

export interface SearchOptions {
  readonly runsMax: number;
  readonly alpha: number;
  /** Places that the grid has anyway. */
  readonly known: readonly number[];
  readonly seeks: 'smallest' | 'largest';
}

const GRID_POINTS = 11;
const GRID_SHARE = 0.1;
/** After so many runs values that have given the same are taken for one. */
const ALIKE_RUNS = 12;
const FIRST_CAP = 48;
const CAP_FACTOR = 2;
/** Tests of an edge, beyond those of a bisection that passes by open values on both sides. */
const TESTS_MORE = 20;
/** Ends that are so many times apart are divided by factors, not by differences. */
const LOGARITHMIC_FROM = 20;

/** Places of the grid: both ends, and between them in equal steps or factors. */
export function gridOf(scale: ValueScale, known: readonly number[] = []): number[] {
  const last = scale.count - 1;
  const [low, high] = [scale.valueAt(0), scale.valueAt(last)];
  const floor = Math.max(low, scale.valueAt(1) - low);
  const isLogarithmic = high / floor >= LOGARITHMIC_FROM;
  const places = Array.from({ length: GRID_POINTS }, (_, i) => {
    const share = i / (GRID_POINTS - 1);
    if (!isLogarithmic) return Math.round(last * share);
    const value = floor * Math.exp(share * Math.log(high / floor));
    return Math.round(((value - low) / (high - low)) * last);
  });
  return [...new Set([0, ...places, last, ...known])].filter((p) => p >= 0 && p <= last).toSorted((a, b) => a - b);
}

/** Narrows every edge that the grid shows. @returns them, the one that is sought first. @throws what a trial throws. */
export async function findEdges(scale: ValueScale, judge: Judge, options: SearchOptions): Promise<Edge[]> {
  const { alpha, known, runsMax, seeks } = options;
  const grid = gridOf(scale, known);
  const gridAlpha = (GRID_SHARE * alpha) / grid.length;
  await decideGrid(grid, judge, options, gridAlpha);
  const tried = new Set(grid);
  const edges = edgesOf(grid, judge);
  // Those of a curve that turns all count; the one that is sought is found first.
  const ordered = seeks === 'smallest' ? edges : edges.toReversed();
  const found: Edge[] = [];
  for (const edge of ordered) {
    found.push(await narrow(edge, judge, tried, runsMax, ((1 - GRID_SHARE) * alpha) / ordered.length));
  }
  // Somebody asks about these. Where nothing is decided, they are not either.
  if (grid.some((place) => judge.verdictAt(place) !== 'open'))
    await judge.decide(known, Math.min(runsMax, FIRST_CAP * CAP_FACTOR), gridAlpha);
  return found;
}

/**
 * A few runs of all, a few more of those that stay open and differ; of the ends, which tell on which side the goal is met, as many as it
 * takes and may take. Where all give the same, one end tells first whether there is anything to find.
 */
async function decideGrid(
  grid: readonly number[],
  judge: Judge,
  { runsMax, seeks }: SearchOptions,
  alpha: number,
): Promise<void> {
  await judge.decide(grid, Math.min(runsMax, ALIKE_RUNS), alpha);
  const stretches = stretchesOf(grid, judge);
  await judge.decide(stretches.flatMap(endsOf), Math.min(runsMax, FIRST_CAP), alpha);
  const isOpen = (place: number): boolean => judge.verdictAt(place) === 'open';
  const told = stretches.filter((stretch) => !endsOf(stretch).some(isOpen));
  await judge.decide(told.flat(), Math.min(runsMax, FIRST_CAP), alpha);
  const ends = endsOf(grid);
  const sought = seeks === 'smallest' ? ends.slice(0, 1) : ends.slice(-1);
  if (judge.areAlike(grid)) {
    await decideEnds(sought, judge, runsMax, alpha);
    // Open: so is the other one. It meets: there is nothing better.
    if (sought.every((place) => judge.verdictAt(place) !== 'fails')) return;
  }
  await decideEnds(ends, judge, runsMax, alpha);
}

async function decideEnds(ends: readonly number[], judge: Judge, runsMax: number, alpha: number): Promise<void> {
  for (let cap = FIRST_CAP * CAP_FACTOR; judge.spentShare < 1; cap *= CAP_FACTOR) {
    const open = ends.filter((place) => judge.verdictAt(place) === 'open' && !isOutOfReach(judge, place));
    if (open.length === 0) return;
    await judge.decide(open, Math.min(runsMax, cap), alpha);
    if (cap >= runsMax) return;
  }
}

/** Neighbours of the grid that are open and have given the same so far: their ends tell of all. */
function stretchesOf(grid: readonly number[], judge: Judge): number[][] {
  const stretches: number[][] = [];
  let before: number | null = null; // the neighbour, if it is open
  for (const place of grid) {
    const isOpen = judge.verdictAt(place) === 'open';
    if (isOpen && before !== null && judge.areAlike([before, place])) stretches.at(-1)?.push(place);
    else if (isOpen) stretches.push([place]);
    before = isOpen ? place : null;
  }
  return stretches;
}

function endsOf(places: readonly number[]): number[] {
  return places.filter((_, i) => i === 0 || i === places.length - 1);
}

/** Neighbours of the grid that are decided, and differently. */
function edgesOf(grid: readonly number[], judge: Judge): Edge[] {
  const decided = grid.filter((place) => judge.verdictAt(place) !== 'open');
  return decided.slice(1).flatMap((place, i): Edge[] => {
    const before = decided[i]!;
    if (judge.verdictAt(before) === judge.verdictAt(place)) return [];
    return judge.verdictAt(place) === 'meets' ? [{ fails: before, meets: place }] : [{ fails: place, meets: before }];
  });
}

/** An edge while it is narrowed: tests of values between its ends, each with an equal share of alpha. */
class Narrowing {
  fails: number;
  meets: number;
  private readonly judge: Judge;
  private readonly tried: Set<number>;
  private readonly charged: Set<number>;
  private readonly tests: number;
  private readonly alpha: number;

  constructor({ fails, meets }: Edge, judge: Judge, tried: Set<number>, alpha: number) {
    this.fails = fails;
    this.meets = meets;
    this.judge = judge;
    this.tried = tried;
    this.charged = new Set();
    this.tests = 2 * Math.ceil(Math.log(Math.abs(meets - fails) + 1) / Math.LN2) + TESTS_MORE;
    this.alpha = alpha / this.tests;
  }

  get isDone(): boolean {
    return Math.abs(this.meets - this.fails) <= 1;
  }

  /** Tests values between the ends. @returns whether an end has moved. */
  async test(places: readonly number[], cap: number): Promise<boolean> {
    const { charged, judge } = this;
    // Whoever needs more tests than there are shares of alpha stays open.
    const allowed = places.filter((place) => charged.has(place) || charged.size < this.tests);
    for (const place of allowed) {
      charged.add(place);
      this.tried.add(place);
    }
    await judge.decide(allowed, cap, this.alpha);
    const before = [this.fails, this.meets];
    for (const place of allowed) {
      const verdict = judge.verdictAt(place);
      if (verdict === 'open' || !this.isInside(place)) continue;
      if (verdict === 'meets') this.meets = place;
      else this.fails = place;
    }
    return before[0] !== this.fails || before[1] !== this.meets;
  }

  /** Bisects as far as `cap` runs of a value decide: what stays open is passed by on both sides. */
  async bisect(cap: number): Promise<void> {
    while (!this.isDone && this.judge.spentShare < 1) {
      const place = nextPlace(this.fails, this.meets, cap, this.judge, this.tried);
      if (place === null || (!this.charged.has(place) && this.charged.size >= this.tests)) return;
      await this.test([place], cap);
    }
  }

  /**
   * What has given the same as the end that meets, so far, is given as many runs as that took, the nearest to the edge first: the value
   * that can be pasted comes before the last doubts about the edge.
   */
  async secure(): Promise<void> {
    const { judge } = this;
    for (let place = this.nearestAlike(); place !== null && judge.spentShare < 1; place = this.nearestAlike()) {
      const cap = Math.max(FIRST_CAP, CAP_FACTOR * judge.runsAt(place));
      await this.test([place], Math.min(cap, judge.runsAt(this.meets)));
    }
  }

  private nearestAlike(): number | null {
    const { charged, fails, judge, meets } = this;
    const alike = [...this.tried].filter(
      (place) =>
        this.isInside(place) &&
        judge.verdictAt(place) === 'open' &&
        judge.runsAt(place) < judge.runsAt(meets) &&
        (charged.has(place) || charged.size < this.tests) &&
        judge.areAlike([place, meets]),
    );
    return alike.toSorted((a, b) => Math.abs(a - fails) - Math.abs(b - fails))[0] ?? null;
  }

  /**
   * What is worth `runs` runs: on either side the value nearest to the edge that is far enough from it, as the runs so far have it, to be
   * decided by so many. Empty: the ends are nearer than that.
   */
  worthwhile(runs: number): number[] {
    const { fails, judge, meets } = this;
    const direction = Math.sign(meets - fails);
    const points = [...this.tried]
      .filter((place) => place === fails || place === meets || this.isInside(place))
      .toSorted((a, b) => (a - b) * direction)
      .map((place) => ({ place, excess: judge.excessAt(place) }));
    // What is tried last stands nearest to the edge: it varies as values there do.
    const nearest = points.reduce((a, b) => (Math.abs(b.excess) < Math.abs(a.excess) ? b : a));
    const margin = (MARGIN * judge.deviationAt(nearest.place)) / Math.sqrt(runs);
    const crossing = (level: number): number => crossingOf(points, level);
    const before = fails + direction * Math.floor(Math.abs(crossing(margin) - fails));
    const after = fails + direction * Math.ceil(Math.abs(crossing(-margin) - fails));
    return [...new Set([before, after])].filter((place) => this.isInside(place));
  }

  private isInside(place: number): boolean {
    return (place - this.fails) * (place - this.meets) < 0;
  }
}

/** First by bisection with few runs, then with ever more at the values beside the edge that so many can decide. */
async function narrow(edge: Edge, judge: Judge, tried: Set<number>, runsMax: number, alpha: number): Promise<Edge> {
  const narrowing = new Narrowing(edge, judge, tried, alpha);
  await narrowing.bisect(Math.min(runsMax, FIRST_CAP));
  await narrowing.secure();
  let cap = Math.min(runsMax, FIRST_CAP);
  while (!narrowing.isDone && judge.spentShare < 1) {
    const places = narrowing
      .worthwhile(cap)
      .filter((place) => judge.runsAt(place) < cap && !isOutOfReach(judge, place));
    if (places.length > 0 && (await narrowing.test(places, cap))) continue;
    if (cap >= runsMax) break;
    cap = Math.min(runsMax, cap * CAP_FACTOR);
  }
  return { fails: narrowing.fails, meets: narrowing.meets };
}

/** Where the line through `points`, which are in order, goes below `level` for the last time. */
function crossingOf(points: readonly { readonly place: number; readonly excess: number }[], level: number): number {
  const last = Math.max(
    0,
    points.findLastIndex(({ excess }) => excess >= level),
  );
  const [from, to] = [points[last]!, points[last + 1]];
  if (to === undefined || from.excess < level) return from.place;
  return from.place + ((to.place - from.place) * (from.excess - level)) / (from.excess - to.excess);
}

/** The place to try between the ends: in the middle, or in the middle of what lies beside those that stayed open with `cap` runs. */
function nextPlace(fails: number, meets: number, cap: number, judge: Judge, tried: ReadonlySet<number>): number | null {
  const [low, high] = [Math.min(fails, meets), Math.max(fails, meets)];
  const inside = [...tried].filter((place) => place > low && place < high && judge.verdictAt(place) === 'open');
  const stuck = inside.filter((place) => judge.runsAt(place) >= cap);
  const waiting = inside.filter((place) => judge.runsAt(place) < cap);
  const middle = (low + high) / 2;
  if (stuck.length === 0) {
    // Runs that were made are not made again: the nearest of those that wait, or the middle.
    const near = waiting.toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    return near[0] ?? Math.floor(middle);
  }
  const [first, last] = [Math.min(...stuck), Math.max(...stuck)];
  // What gives the same as its end takes as many runs, and so does what lies between them.
  if (first - low > 1 && !judge.areAlike([low, first])) return between(low, first, waiting);
  return high - last > 1 && !judge.areAlike([last, high]) ? between(last, high, waiting) : null;
}

function between(low: number, high: number, waiting: readonly number[]): number {
  return waiting.find((place) => place > low && place < high) ?? Math.floor((low + high) / 2);
}

/** What is known once the edges are. @param places that were tried, ascending. */
export function describeCurve(
  places: readonly number[],
  judge: Judge,
  edges: readonly Edge[],
  seeks: SearchOptions['seeks'],
): Found {
  const ranges: MeetingRange[] = [];
  let last: Verdict = 'fails';
  let changes = 0;
  let isFirst = true;
  for (const place of places) {
    const verdict = judge.verdictAt(place);
    if (verdict === 'open') continue;
    if (!isFirst && verdict !== last) changes++;
    if (verdict === 'meets') {
      const range = ranges.at(-1);
      if (range !== undefined && last === 'meets') ranges[ranges.length - 1] = { ...range, to: place };
      else ranges.push({ from: place, to: place });
    }
    last = verdict;
    isFirst = false;
  }
  const isWanted = ({ fails, meets }: Edge): boolean => (seeks === 'smallest' ? fails < meets : fails > meets);
  const outer = seeks === 'smallest' ? ranges[0]?.from : ranges.at(-1)?.to;
  return { ranges, isMonotone: changes <= 1, edge: edges.find((one) => isWanted(one) && one.meets === outer) ?? null };
}
