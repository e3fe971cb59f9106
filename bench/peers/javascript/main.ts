/**
 * The peers in JavaScript, one process a measurement: sets up, checks, warms up, times, checks, prints a line of JSON.
 * Usage: node main.js halfopen|flatqueue|tinyqueue WORK N OPERATIONS
 */
import { inlineMore } from '../../../src/cli/inlining.ts';
import { hexOf } from '../recurrence.ts';
import { Flood } from './flood.ts';
import { Hold, LANE_DELAYS_NS, LaneHold } from './hold.ts';
import { FlatQueueSet, HalfopenSet, type PendingSet, TinyQueueSet } from './pending-sets.ts';
import type { TimedWork } from './timed-work.ts';

const CHECKED = 20_000;
/** So many calls that are not timed: the compiler meets a function, and not one endless loop. */
const WARM_UP_CALLS = 10;

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
  const warmUp = Math.floor(ops / 2);
  const share = Math.floor(warmUp / WARM_UP_CALLS);
  for (let call = 1; call < WARM_UP_CALLS; call++) timed.run(share);
  timed.run(warmUp - (WARM_UP_CALLS - 1) * share);
  const began = process.hrtime.bigint();
  timed.run(ops);
  const ns = Number(process.hrtime.bigint() - began);
  timed.runHashed(CHECKED);
  process.stdout.write(`${JSON.stringify({ work, n: Number(n), ops, ns, hash: hexOf(timed.outcome()) })}\n`);
}
