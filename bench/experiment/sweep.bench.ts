/**
 * A sweep of small points over threads: what `sweep` does, the start of the threads, the rows of points.csv and their checks included. An
 * operation is one point: 10 replications of a tenth of a second. What it gives does not depend on the threads.
 */
import { Grid } from '../../src/experiment/grid.ts';
import { metricsOf } from '../../src/experiment/point.ts';
import { makePoints, type PackedPoints } from '../../src/experiment/point-chunk.ts';
import { sweep } from '../../src/experiment/sweep.ts';
import { parseAxis } from '../../src/experiment/vary.ts';
import { SweepRows } from '../../src/report/sweep-rows.ts';
import { ScenarioBase } from '../../src/scenario/base.ts';
import { type BenchCase, mix, NOTHING_YET, type Size } from '../harness.ts';

const TEXT = `
duration: 100ms
server: { stack: linux-6.18, accept: { service: exponential(200us) } }
traffic: { users: { kind: clients, arrivals: poisson(500/s), rtt: 20ms } }`;

const REPLICATIONS = 10;
/** What of a point is hashed. */
const HASHED = ['users.served', 'listener.dropped_syns'];

function sweepCase(threads: number, size: Size): BenchCase {
  const isReal = size === 'real';
  const varied = [
    `server.listen.backlog=1..${isReal ? 50 : 5}:1`,
    `traffic.users.arrivals=poisson(401..${isReal ? 420 : 401}:1/s)`,
  ];
  const grid = new Grid(varied.map(parseAxis));
  return {
    name: 'sweep/points',
    parameters: { threads, points: grid.length },
    unit: 'point',
    operations: grid.length,
    start() {
      const base = { text: TEXT, fileName: 'bench.yaml', overrides: [], options: {} };
      const captures = new Map<string, Float64Array>();
      const metrics = metricsOf(new ScenarioBase(base).scenario, captures);
      const rows = new SweepRows(['backlog', 'arrivals'], metrics);
      return async () => {
        const { openPool } = await import('../../src/experiment/pool.ts');
        const pool = openPool({ threads, captures });
        if (pool === null) throw new Error('this system gives no threads');
        const served: number[] = [];
        let bytes = 0;
        await sweep({
          base,
          grid,
          plan: { replications: REPLICATIONS, until: [] },
          pool,
          lanes: threads,
          isDone: () => false,
          onOutcomes: (outcomes) => {
            for (const one of outcomes) {
              bytes += rows.line(grid.valuesOf(one.point), one).length;
              const counts = one.metrics.filter(({ path }) => HASHED.includes(path));
              served[one.point] = counts.reduce((hash, { mean }) => mix(hash, (mean ?? 0) * REPLICATIONS), NOTHING_YET);
            }
          },
          nowMs: () => performance.now(),
        });
        await pool.close();
        return served.reduce((hash, one) => mix(hash, one), bytes > 0 ? NOTHING_YET : 0);
      };
    },
  };
}

/** What the coordinator does for a point, when computing takes no time: settings, message, row. Workers share this one. */
function coordinatorCase(size: Size): BenchCase {
  const grid = new Grid([parseAxis(`server.listen.backlog=1..${size === 'real' ? 20_000 : 50}:1`)]);
  return {
    name: 'sweep/coordinator',
    parameters: { points: grid.length },
    unit: 'point',
    operations: grid.length,
    start() {
      const base = { text: TEXT, fileName: 'bench.yaml', overrides: [], options: {} };
      const metrics = metricsOf(new ScenarioBase(base).scenario, new Map());
      const rows = new SweepRows(['backlog'], metrics);
      const plan = { replications: 2, until: [] };
      const answer = makePoints({ base, plan, points: [grid.settingsOf(0)] }, new Map());
      const [first] = answer.points;
      return async () => {
        let bytes = 0;
        await sweep({
          base,
          grid,
          plan,
          // As a message brings it: text.
          pool: {
            runPoints: async ({ points }) => {
              const all = { ...answer, points: points.map(() => first) };
              return JSON.parse(JSON.stringify(all)) as PackedPoints;
            },
            close: async () => {},
          },
          lanes: 64,
          isDone: () => false,
          onOutcomes: (outcomes) => {
            for (const one of outcomes) bytes += rows.line(grid.valuesOf(one.point), one).length;
          },
          nowMs: () => performance.now(),
        });
        return bytes > grid.length ? grid.length : 0;
      };
    },
  };
}

export function sweepCases(size: Size): BenchCase[] {
  return [...[1, 2].map((threads) => sweepCase(threads, size)), coordinatorCase(size)];
}
