/** How long requests are held under a flood that never ends: there is no formula for it, but an independent simulation. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { simulate } from '../../../src/simulation/simulate.ts';
import { counts } from '../../support/counts.ts';

interface Row {
  readonly slots: number;
  /** SYNs a second. */
  readonly g: number | '3200 CBR';
  readonly block: number;
  readonly mean_hold: number;
  readonly occ: number;
  readonly synack_per_acc: number;
}
type Measured = Pick<Row, 'block' | 'mean_hold' | 'occ' | 'synack_per_acc'>;

const FILE = 'test/golden/adaptive-hold.json';
const { rows } = JSON.parse(readFileSync(FILE, 'utf8')) as { rows: Row[] };

const WITHIN = 0.04;
const BLOCK_WITHIN = 0.02;
/** A request lives 63 s at most, and the fill from nothing is remembered for several lives. */
const WARMUP_S = 500;
const test = suite('linux: adaptive hold');

function measure({ slots, g, mean_hold, occ }: Row, replication: number): Measured {
  // A rarer flood is watched for longer.
  const measuredS = Math.max(300, Math.ceil((counts.holdAdmitted * mean_hold) / occ));
  const arrivals = g === '3200 CBR' ? 'periodic(3200/s)' : `poisson(${g}/s)`;
  const sysctl = `net.ipv4.tcp_syncookies: 0, net.core.somaxconn: ${slots}, net.ipv4.tcp_max_syn_backlog: ${4 * slots}`;
  const text = `
duration: ${WARMUP_S + measuredS}s
warmup: ${WARMUP_S}s
server: { stack: linux-4.10, listen: { backlog: ${slots} }, accept: { mode: never }, sysctl: { ${sysctl} } }
traffic: { flood: { kind: syn-flood, arrivals: ${arrivals} } }
`;
  const { metrics } = simulate({ scenario: parseScenario(text, 'hold.yaml'), files: new Map(), replication });
  const of = (path: string): number => metrics.find((metric) => metric.path === path)?.value ?? NaN;
  const admitted = of('flood.admitted');
  const held = of('listener.syn_queue.mean');
  return {
    block: of('flood.refused') / of('flood.sent'),
    mean_hold: (held * measuredS) / admitted, // Little
    occ: held,
    synack_per_acc: of('listener.synacks') / admitted,
  };
}

/**
 * Of seeds, and not their mean: a full queue of some hundred slots may stay for hours in a rhythm of its own, in which
 * requests live for 10.3 s instead of 9.2 s (256 slots, 100 SYNs/s: one or two seeds of ten). A row is one run.
 */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}

for (const row of rows.filter(({ slots }) => slots <= counts.holdSlots)) {
  test(`${row.slots} slots, ${row.g} SYNs/s`, () => {
    const runs = Array.from({ length: counts.holdSeeds }, (_, replication) => measure(row, replication));
    const middle = (key: keyof Measured): number => medianOf(runs.map((run) => run[key]));
    for (const key of ['mean_hold', 'occ', 'synack_per_acc'] as const) {
      assert.ok(Math.abs(middle(key) / row[key] - 1) <= WITHIN, `${key} ${middle(key)} for ${row[key]}`);
    }
    assert.ok(Math.abs(middle('block') - row.block) <= BLOCK_WITHIN, `block ${middle('block')} for ${row.block}`);
  });
}
test.run();
