/**
 * The peers in JavaScript, one process a measurement: sets up, checks, warms up, checks, times, prints a line of JSON.
 * Usage: node main.js halfopen|flatqueue|tinyqueue WORK N OPERATIONS
 */
import { inlineMore } from '../../../src/cli/v8-flags.ts';
import { hexOf } from '../recurrence.ts';
import { Flood } from './flood.ts';
import { Hold, LANE_DELAYS_NS, LaneHold } from './hold.ts';
import { FlatQueueSet, HalfopenSet, type PendingSet, TinyQueueSet } from './pending-sets.ts';
import type { TimedWork } from './timed-work.ts';

const CHECKED = 20_000;
/**
 * V8 compiles what it has met, and compiles it anew for some millions of operations more: before it is timed the work
 * goes on for so much processor time, 1.5 s for a million operations. The hash is taken before.
 */
const COMPILING_US_PER_OPERATION = 1.5;
const COMPILING_STEPS = 10;

const SETS: Readonly<Record<string, (n: number) => PendingSet>> = {
  halfopen: () => new HalfopenSet(LANE_DELAYS_NS),
  flatqueue: (n) => new FlatQueueSet(LANE_DELAYS_NS, n),
  tinyqueue: () => new TinyQueueSet(LANE_DELAYS_NS),
};

function workOf(peer: string, work: string, n: number): TimedWork | null {
  const isFlood = work === 'flood-full' || work === 'flood-open';
  if (isFlood) return peer === 'halfopen' ? new Flood(n, work === 'flood-full') : null;
  const set = SETS[peer];
  if (set === undefined) return null;
  switch (work) {
    case 'hold':
    case 'ties':
      return new Hold(set(n), n, work === 'ties');
    case 'lanes':
      return new LaneHold(set(n), n);
    default:
      return null;
  }
}

// As the command line does.
inlineMore();
const [peer = '', work = '', n = '', operations = ''] = process.argv.slice(2);
const timed = workOf(peer, work, Number(n));
if (timed === null) {
  process.stderr.write(`expected a peer and a work that it can do, received ${peer} ${work}\n`);
  process.exitCode = 2;
} else {
  const ops = Number(operations);
  timed.runHashed(CHECKED);
  timed.run(Math.floor(ops / 2));
  timed.runHashed(CHECKED);
  const hash = hexOf(timed.outcome());
  const before = process.cpuUsage();
  let spentUs = 0;
  while (spentUs < ops * COMPILING_US_PER_OPERATION) {
    timed.run(Math.floor(ops / COMPILING_STEPS));
    const { system, user } = process.cpuUsage(before);
    spentUs = system + user;
  }
  const began = process.hrtime.bigint();
  timed.run(ops);
  const ns = Number(process.hrtime.bigint() - began);
  process.stdout.write(`${JSON.stringify({ work, n: Number(n), ops, ns, hash })}\n`);
}
