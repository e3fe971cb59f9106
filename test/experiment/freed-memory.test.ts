import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { skipped } from '../support/skip.ts';

const WARMUP = 20;
const ROUNDS = 60;
/** Runs of 50 connections. */
const RUNS = 50;
const SCENARIO = `
duration: 100ms
server: { stack: linux-6.18, accept: { service: exponential(200us) } }
traffic: { users: { kind: clients, arrivals: poisson(500/s), rtt: 20ms } }
`;

/** Page faults of one run after the other in a thread, in a process of its own. */
function faultsOfRun(program: string): number {
  const url = (path: string): string => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);
  const script = `
    import { openPool } from ${url('src/experiment/pool.js')};
    import { parseScenario } from ${url('src/scenario/parse.js')};
    const scenario = parseScenario(${JSON.stringify(SCENARIO)});
    const pool = openPool({ threads: 1, captures: new Map(), program: new URL(${url(program)}) });
    const run = async (rounds) => {
      for (let i = 0; i < rounds; i++) await pool.run([{ scenario, from: ${RUNS} * i, count: ${RUNS} }]);
      return process.resourceUsage().minorPageFault;
    };
    const before = await run(${WARMUP});
    console.log((await run(${ROUNDS})) - before);
    await pool.close();`;
  const options = { encoding: 'utf8' } as const;
  const { status, stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], options);
  assert.is(status, 0, stderr);
  return Number(stdout) / (ROUNDS * RUNS);
}

/** Why there is nothing to see here; null: there is. */
function reasonToSkip(): string | null {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  if (report.header?.glibcVersionRuntime === undefined) return 'no glibc';
  return Number.parseInt(process.versions.node, 10) > 22 ? 'on Node 24 it makes no difference' : null;
}

const why = reasonToSkip();
const test = suite('freed-memory');

if (why !== null) skipped('memory of one run serves the next', why);
else
  test('memory of one run serves the next', () => {
    const kept = faultsOfRun('src/experiment/pool-thread.js');
    const given = faultsOfRun('test/support/forgetful-thread.js');
    assert.ok(kept < given / 2, `${kept} faults a run, ${given} without`);
  });

test.run();
