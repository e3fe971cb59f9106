/**
 * Replications of a clean load over threads, the start and the end of the threads included: what `run --replications`
 * does. An operation is one replication. The results, and so the outcomes, do not depend on the threads.
 */
import { replicate } from '../../src/experiment/replicate.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { type BenchCase, mixCounter, NOTHING_YET, type Size } from '../harness.ts';

/** @param seconds simulated. */
const TEXT = (seconds: number): string => `
duration: ${seconds}s
server: { stack: classic, accept: { workers: 4, service: exponential(200us) } }
traffic: { users: { kind: clients, arrivals: poisson(2000/s), rtt: 20ms } }`;

/** So much faster goes the clock of the smoke size: its replications seem to be worth a thread. */
const HURRY = 10_000;

function replications(threads: number, count: number, size: Size): BenchCase {
  return {
    name: 'replications/run',
    parameters: { threads, replications: count },
    unit: 'replication',
    operations: count,
    start() {
      const scenario = parseScenario(TEXT(size === 'real' ? 20 : 0.1), 'bench.yaml');
      const captures = new Map<string, Float64Array>();
      const nowMs = (): number => performance.now() * (size === 'real' ? 1 : HURRY);
      return async () => {
        const table = await replicate({
          scenario,
          captures,
          count,
          threads,
          openPool: async (poolThreads, onTick) => {
            const { openPool } = await import('../../src/experiment/pool.ts');
            return openPool({ threads: poolThreads, captures, onTick });
          },
          nowMs,
          onProgress: () => {},
        });
        const counters = [...table].flatMap((result) => result.counters);
        return counters.reduce((hash, { name, value }) => mixCounter(hash, name, value), NOTHING_YET);
      };
    },
  };
}

export function replicationsCases(size: Size): BenchCase[] {
  const count = size === 'real' ? 64 : 4;
  return [1, 2].map((threads) => replications(threads, count, size));
}
