/**
 * The points of a sweep: every combination of the values of some paths, or a latin hypercube of them. A point is a number; its settings
 * are made when they are asked for, so a grid takes the memory of its description.
 * Source: M. D. McKay, R. J. Beckman, W. J. Conover, A Comparison of Three Methods for Selecting Values of Input Variables, 1979
 * (latin hypercube).
 */
import { InputError, type Issue } from '../engine/errors.ts';
import { RandomStream } from '../engine/random.ts';
import type { ScenarioBase } from '../scenario/base.ts';
import type { Override } from '../scenario/parse.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type Axis, parseAxis } from './vary.ts';

/** More points than this are refused: they would take a machine of a thousand cores hours, and the list of them 100 MB. */
export const POINTS_MAX = 10_000_000;
/** Of an axis with more values, the ends and as many between them are tried before the sweep begins. */
const TRIED_MAX = 1000;
/** Messages about one axis. */
const ISSUES_MAX = 10;

export class Grid {
  readonly axes: readonly Axis[];
  /** Points. */
  readonly length: number;
  /** Points of a latin hypercube; null: all combinations. */
  readonly sample: number | null;
  private readonly chosen: readonly Int32Array[] | null; // axis → point → value

  /**
   * @param seed of the latin hypercube, whose points are the same for the same seed, paths and `sample`.
   * @throws InputError when there are too many points, or fewer than `sample` asks for.
   */
  constructor(axes: readonly Axis[], sample: number | null = null, seed = '') {
    const combinations = axes.reduce((product, { values }) => product * values.length, 1);
    const sizes = axes.map(({ values }) => values.length).join(' x ');
    const most = sample === null ? POINTS_MAX : Math.min(POINTS_MAX, combinations);
    if (!((sample ?? combinations) <= most)) throw new InputError([sizeIssue(sample, combinations, sizes)]);
    this.axes = axes;
    this.sample = sample;
    this.length = sample ?? combinations;
    this.chosen = sample === null ? null : axes.map((axis) => latinValues(axis, sample, seed));
  }

  /** The values of `point`, one of each axis. O(axes). */
  valuesOf(point: number): string[] {
    return this.indicesOf(point).map((index, axis) => this.axes[axis]?.values[index] ?? '');
  }

  /** The same as settings on top of the base. */
  settingsOf(point: number): Override[] {
    return this.valuesOf(point).map((value, axis) => ({ path: this.axes[axis]?.path ?? '', value }));
  }

  /** The last axis is the one that changes from point to point. */
  private indicesOf(point: number): number[] {
    if (this.chosen !== null) return this.chosen.map((values) => values[point] ?? 0);
    const indices: number[] = [];
    let rest = point;
    for (const { values } of this.axes.toReversed()) {
      indices.unshift(rest % values.length);
      rest = Math.floor(rest / values.length);
    }
    return indices;
  }
}

function sizeIssue(sample: number | null, combinations: number, sizes: string): Issue {
  const all = combinations < Number.MAX_SAFE_INTEGER ? String(combinations) : 'countless';
  if (sample !== null && combinations < sample)
    return {
      where: '--sample',
      expected: `at most the ${all} points of the grid (${sizes})`,
      received: String(sample),
    };
  return {
    where: sample === null ? '--vary' : '--sample',
    expected: `at most ${POINTS_MAX} points (--sample N takes N of them)`,
    received: sample === null ? `${all}: ${sizes} values` : String(sample),
  };
}

/** Of N strata of equal probability each point has one of its own, in random order: point → value. */
function latinValues({ path, values }: Axis, points: number, seed: string): Int32Array {
  const random = new RandomStream(`${seed}/sweep/${path}`);
  const strata = Int32Array.from({ length: points }, (_, i) => i);
  for (let i = points - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [strata[i], strata[j]] = [strata[j] ?? 0, strata[i] ?? 0];
  }
  return strata.map((stratum) => Math.floor(((stratum + random.uniform()) / points) * values.length));
}

/** @param varied texts of --vary, `PATH=VALUES`. @throws InputError with every problem of theirs, and of what they do to `base`. */
export function axesOf(base: ScenarioBase, varied: readonly string[]): Axis[] {
  const axes: Axis[] = [];
  const issues: Issue[] = [];
  if (varied.length === 0) issues.push({ where: '--vary', expected: 'at least one PATH=VALUES', received: 'nothing' });
  for (const text of varied) {
    const { issues: ofText, ...axis } = parseAxis(text);
    issues.push(...ofText);
    if (axis.path === '') continue;
    const where = `--vary ${axis.path}`;
    if (axes.some(({ path }) => path === axis.path))
      issues.push({ where, expected: 'each path once', received: 'the same path again' });
    const issue = base.pathIssue(axis.path, where);
    if (issue !== null) issues.push(issue);
    axes.push(axis);
  }
  if (issues.length === 0) issues.push(...axes.flatMap((_, i) => issuesOfValues(base, axes, i)));
  if (issues.length > 0) throw new InputError(issues);
  return axes;
}

/** What no combination mends: problems that a value has with the first values of the other axes, and with the last ones. */
function issuesOfValues(base: ScenarioBase, axes: readonly Axis[], of: number): Issue[] {
  const issues: Issue[] = [];
  // A bad value of another axis is told of there.
  const others = axes.filter((_, i) => i !== of).map(({ path }) => `--vary ${path}`);
  const issuesOf = (settings: readonly Override[]): Issue[] =>
    base.issuesWith(settings, '--vary').filter(({ where }) => !others.includes(where));
  for (const [withFirst, withLast] of variantsAlong(axes, of)) {
    const own = issuesOf(withFirst);
    if (own.length > 0 && issuesOf(withLast).length > 0) issues.push(...own);
    if (issues.length >= ISSUES_MAX) break;
  }
  return issues.slice(0, ISSUES_MAX);
}

/** For every value of an axis (of many, a thousand): itself with the first values of the others, and with their last ones. */
function variantsAlong(axes: readonly Axis[], of: number): (readonly [Override[], Override[]])[] {
  const values = axes[of]?.values ?? [];
  const step = Math.max(1, (values.length - 1) / TRIED_MAX);
  const count = Math.min(values.length, TRIED_MAX + 1);
  return Array.from({ length: count }, (_, i) => {
    const value = values[Math.min(values.length - 1, Math.round(i * step))] ?? '';
    const withEnd = (end: 0 | -1): Override[] =>
      axes.map((axis, j) => ({ path: axis.path, value: j === of ? value : (axis.values.at(end) ?? '') }));
    return [withEnd(0), withEnd(-1)] as const;
  });
}

/** The scenarios that an axis makes of the base with the first values of the others, as far as they are scenarios. */
export function scenariosAlong(base: ScenarioBase, axes: readonly Axis[], of: number): Scenario[] {
  return variantsAlong(axes, of).flatMap(([settings]) =>
    base.issuesWith(settings).length === 0 ? [base.with(settings)] : [],
  );
}
