/** How long requests are held under a flood that never ends: there is no formula for it, but an independent simulation. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../../src/engine/random.ts';
import { Count } from '../../../src/listeners/linux/counters.ts';
import { SYN_QUEUE } from '../../../src/listeners/listener.ts';
import { SynFate } from '../../../src/listeners/syn-ledger.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { Simulation } from '../../../src/simulation/simulation.ts';
import { holdsByWindow } from '../../support/adaptive-hold.ts';
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
/** What happened in a while. */
interface Totals {
  readonly sent: number;
  readonly admitted: number;
  readonly synAcks: number;
  /** Requests, each times the seconds that it was held. */
  readonly heldS: number;
}

const FILE = 'test/golden/adaptive-hold.json';
const { rows } = JSON.parse(readFileSync(FILE, 'utf8')) as { rows: Row[] };

const WITHIN = 0.04;
const BLOCK_WITHIN = 0.02;
/** A request lives 63 s at most, and the fill from nothing is remembered for several lives. */
const WARMUP_S = 500;
const WINDOW_S = 100;
/**
 * 256 slots under 100 SYNs/s have two rhythms, and stay in each for an hour or so: requests are held for 9.2 s, or for 12 s.
 * Which of them a run of some thousand seconds shows is chance, and the mean of ten such runs lies anywhere between. The row
 * is one long run in the first, so it is compared with what happens in the first.
 */
const RHYTHMS_S = [9.23, 11.95] as const;
const BETWEEN_S = 10.5;
const hasTwoRhythms = ({ g, slots }: Pick<Row, 'g' | 'slots'>): boolean => slots === 256 && g === 100;

const test = suite('linux: adaptive hold');

/** Window of WINDOW_S after the warm-up → what happened in it. */
function measure({ slots, g }: Pick<Row, 'g' | 'slots'>, windows: number, replication: number): Totals[] {
  const arrivals = g === '3200 CBR' ? 'periodic(3200/s)' : `poisson(${g}/s)`;
  const sysctl = `net.ipv4.tcp_syncookies: 0, net.core.somaxconn: ${slots}, net.ipv4.tcp_max_syn_backlog: ${4 * slots}`;
  const text = `
duration: ${WARMUP_S + windows * WINDOW_S}s
server: { stack: linux-4.10, listen: { backlog: ${slots} }, accept: { mode: never }, sysctl: { ${sysctl} } }
traffic: { flood: { kind: syn-flood, arrivals: ${arrivals} } }
`;
  const simulation = new Simulation({ scenario: parseScenario(text, 'hold.yaml'), replication, captures: new Map() });
  const { listener, loop, sources } = simulation;
  const totalsAt = (atS: number): Totals => {
    simulation.advanceTo(atS * 1e9);
    return {
      sent: sources[0]?.counters.valueOf(0) ?? 0,
      admitted: listener.ledger.of(0).valueOf(SynFate.Admitted),
      synAcks: listener.counters.valueOf(Count.SynAcks),
      heldS: listener.gauges.meanOf(SYN_QUEUE, loop.nowNs) * atS,
    };
  };
  const marks = Array.from({ length: windows + 1 }, (_, i) => totalsAt(WARMUP_S + i * WINDOW_S));
  return marks.slice(1).map((now, i) => difference(now, marks[i] as Totals));
}

function difference(now: Totals, before: Totals): Totals {
  const of = (key: keyof Totals): number => now[key] - before[key];
  return { sent: of('sent'), admitted: of('admitted'), synAcks: of('synAcks'), heldS: of('heldS') };
}

/** By Little's law. */
function holdOf({ admitted, heldS }: Totals): number {
  return heldS / admitted;
}

function figuresOf(windows: readonly Totals[]): Omit<Row, 'g' | 'slots'> {
  const sum = (key: keyof Totals): number => windows.reduce((total, window) => total + window[key], 0);
  const [sent, admitted, heldS] = [sum('sent'), sum('admitted'), sum('heldS')];
  return {
    block: 1 - admitted / sent,
    mean_hold: heldS / admitted,
    occ: heldS / (windows.length * WINDOW_S),
    synack_per_acc: sum('synAcks') / admitted,
  };
}

for (const row of rows.filter(({ slots }) => slots <= counts.holdSlots)) {
  test(`${row.slots} slots, ${row.g} SYNs/s: the mean of ${counts.holdSeeds} seeds`, () => {
    // A rarer flood is watched for longer.
    const windows = Math.max(3, Math.ceil((counts.holdAdmitted * row.mean_hold) / row.occ / WINDOW_S));
    const runs = Array.from({ length: counts.holdSeeds }, (_, replication) => measure(row, windows, replication))
      .map((run) => (hasTwoRhythms(row) ? run.filter((window) => holdOf(window) < BETWEEN_S) : run))
      .filter((run) => run.length > 0)
      .map(figuresOf);
    const mean = (key: keyof (typeof runs)[number]): number =>
      runs.reduce((total, run) => total + run[key], 0) / runs.length;
    for (const key of ['mean_hold', 'occ', 'synack_per_acc'] as const) {
      assert.ok(Math.abs(mean(key) / row[key] - 1) <= WITHIN, `${key} ${mean(key)} for ${row[key]}`);
    }
    assert.ok(Math.abs(mean('block') - row.block) <= BLOCK_WITHIN, `block ${mean('block')} for ${row.block}`);
  });
}

test('256 slots, 100 SYNs/s: two rhythms, and the same two in a simulation of three sentences', () => {
  // Seeds that are in each of the two for a while.
  const listener = measure({ slots: 256, g: 100 }, 100, 1).map(holdOf);
  const oracle = holdsByWindow(256, 100, 8000, WINDOW_S, new RandomStream('9')).slice(WARMUP_S / WINDOW_S);
  for (const [name, holds] of Object.entries({ listener, oracle })) {
    const shares = RHYTHMS_S.map((rhythmS, i) => {
      const near = holds.filter((hold) => hold < BETWEEN_S === (i === 0)).toSorted((a, b) => a - b);
      const median = near[near.length >> 1] ?? NaN;
      assert.ok(Math.abs(median / rhythmS - 1) < 0.01, `${name}: ${median} for ${rhythmS}`);
      return near.length / holds.length;
    });
    assert.ok(Math.min(...shares) > 0.05, `${name}: ${shares.join(' ')}`);
  }
});
test.run();
