/**
 * A sweep: the points of a grid, given in chunks to threads or machines, each told of as soon as it is there. What a point gives
 * depends on its settings alone, so neither their number nor their order changes a result, and a sweep that was cut short goes on
 * with the points that are missing.
 * Leaves out: where points are written (cli/points-file.ts), threads (pool.ts), other machines (cluster.ts).
 */
import type { BaseText } from '../scenario/base.ts';
import type { Grid } from './grid.ts';
import {
  failedPoint,
  type LostChunk,
  type PackedPoints,
  type PointChunk,
  type PointOutcome,
  type PointPool,
  unpackPoints,
} from './point-chunk.ts';
import type { PointPlan } from './point.ts';

export interface SweepOptions {
  readonly base: BaseText;
  readonly grid: Grid;
  readonly plan: PointPlan;
  readonly pool: PointPool;
  /** Chunks that are under way at a time: as many as there are threads. */
  readonly lanes: number;
  /** A chunk is to take so long. Default 100 ms: less is not worth a message. */
  readonly chunkMs?: number;
  /** Points of an earlier sweep that was cut short are left out. */
  readonly isDone: (point: number) => boolean;
  /** Outcomes of points as they come, a chunk at a time. */
  readonly onOutcomes: (outcomes: readonly NumberedOutcome[]) => void;
  /** A clock. It decides how many points go together, not what they give. */
  readonly nowMs: () => number;
}

export interface NumberedOutcome extends PointOutcome {
  readonly point: number;
}

const CHUNK_MS = 100;
/** Their results are in one message. */
const CHUNK_POINTS_MAX = 256;

/** Computes all points that are missing. @throws what a point throws that is a bug of ours, when all chunks under way have ended. */
export async function sweep(options: SweepOptions): Promise<void> {
  const { chunkMs = CHUNK_MS, grid, isDone, lanes, nowMs, onOutcomes } = options;
  let next = 0;
  let pointMs = chunkMs; // as far as it is known
  const failures: unknown[] = [];
  /** The next points that are missing. */
  const take = (): number[] => {
    const count = Math.ceil(Math.min(chunkMs / pointMs, (grid.length - next) / lanes, CHUNK_POINTS_MAX));
    const points: number[] = [];
    for (; next < grid.length && points.length < count; next++) if (!isDone(next)) points.push(next);
    return points;
  };
  const lane = async (): Promise<void> => {
    for (let points = take(); points.length > 0 && failures.length === 0; points = take()) {
      const fromMs = nowMs();
      let ms = 0;
      try {
        onOutcomes(await outcomesOf(options, points, (own) => (ms = own)));
      } catch (error) {
        failures.push(error);
        return;
      }
      pointMs = Math.max(1e-3, (ms || nowMs() - fromMs) / points.length);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failures.length > 0) throw failures[0];
}

/** A chunk over which everybody dies is given out point by point: the others are no worse for the one that kills. */
async function outcomesOf(
  options: SweepOptions,
  points: readonly number[],
  onMs: (ms: number) => void = () => {},
): Promise<NumberedOutcome[]> {
  const { base, grid, plan, pool } = options;
  const chunk: PointChunk = { base, plan, points: points.map((point) => grid.settingsOf(point)) };
  const answer: PackedPoints | LostChunk = await pool.runPoints(chunk);
  const [first = 0, ...others] = points;
  if (!('lost' in answer)) onMs(answer.ms ?? 0);
  if (!('lost' in answer)) return unpackPoints(answer).map((outcome, i) => ({ point: points[i] ?? first, ...outcome }));
  if (others.length === 0) return [{ point: first, ...failedPoint(answer.lost) }];
  const outcomes: NumberedOutcome[] = [];
  for (const point of points) outcomes.push(...(await outcomesOf(options, [point])));
  return outcomes;
}
