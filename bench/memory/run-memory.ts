/** `halfopen bench memory`: bytes of a half-open slot, and the resident memory of floods of different length. */
import type { BenchModule } from '../../src/cli/bench.ts';
import { Exit } from '../../src/cli/messages.ts';
import { formatForPeople } from '../../src/report/format-number.ts';
import { plainJson } from '../../src/report/json.ts';
import { table, wrap } from '../../src/report/layout.ts';
import type { Size } from '../harness.ts';
import { formatHeader, headerOf } from '../header.ts';
import { runJob } from '../jobs.ts';
import { STACK_NAMES, type StackName } from '../listeners/stacks.ts';
import { StatusLine } from '../status-line.ts';
import type { FloodMemory } from './flood-memory.ts';
import { type SlotBytes, slotBytesOf } from './slot-bytes.ts';

const HALF_OPEN: Readonly<Record<Size, number>> = { real: 2 ** 20, smoke: 2 ** 12 };
/** SYNs of the floods, ascending: the first is what the others are compared with. */
const FLOODS: Readonly<Record<Size, readonly number[]>> = { real: [1e7, 1e9], smoke: [1e4, 1e5] };
/** Those that refuse what they have no room for: their SYNs are counted, and a thousand million take seconds. */
const FLOODED: readonly StackName[] = ['linux-1.2', 'linux-6.18', 'classic'];
/** When V8 clears up is chance, so of so many processes the one in the middle counts. */
const ROUNDS: Readonly<Record<Size, number>> = { real: 5, smoke: 1 };
const PARTS_SHOWN = 12;
const BYTES_PER_MB = 1e6;

export interface FloodRun extends FloodMemory {
  readonly stack: StackName;
  /** More than the shortest flood of the same stack took. */
  readonly moreBytes: number;
}

export const runMemory: BenchModule['runMemory'] = async ({ json, quiet, size, width }) => {
  const header = headerOf();
  const print = (text: string): void => {
    if (!json && !quiet) process.stdout.write(`${text}\n`);
  };
  print(`${formatHeader(header, width)}\n`);
  const slots = STACK_NAMES.map((stack) => slotBytesOf(stack, HALF_OPEN[size]));
  print(slotTable(slots, width));
  const runs = await measureFloods(size, quiet || json);
  print(`\n${floodTable(runs)}`);
  if (json) process.stdout.write(documentOf(header, slots, runs));
  return Exit.Done;
};

/** Rounds of all lengths, one after the other. */
async function measureFloods(size: Size, quiet: boolean): Promise<FloodRun[]> {
  const rounds = ROUNDS[size];
  const status = new StatusLine(FLOODED.length * FLOODS[size].length * rounds, quiet);
  const runs: FloodRun[] = [];
  for (const stack of FLOODED) {
    const measured: FloodMemory[] = [];
    for (let round = 1; round <= rounds; round++) {
      for (const syns of FLOODS[size]) {
        status.begin(`${stack}, a flood of ${formatForPeople(syns)} SYNs, ${round} of ${rounds}`);
        measured.push(await runJob('floodMemory', { stack, syns }));
        status.end();
      }
    }
    const medians = FLOODS[size].map((syns) => middleOf(measured.filter((run) => run.syns === syns)));
    const shortestBytes = medians[0]?.residentBytesMax ?? 0;
    for (const run of medians) runs.push({ ...run, stack, moreBytes: run.residentBytesMax - shortestBytes });
  }
  return runs;
}

/** @param runs an odd number. */
function middleOf(runs: readonly FloodMemory[]): FloodMemory {
  return runs.toSorted((a, b) => a.residentBytesMax - b.residentBytesMax)[runs.length >> 1]!;
}

/** @param width columns of the terminal. */
export function slotTable(slots: readonly SlotBytes[], width: number): string {
  const head = ['bytes of a half-open connection', 'at', 'slot', 'pending timer', 'accounted'];
  const rows = slots.map((s) => [
    s.stack,
    formatForPeople(s.halfOpen),
    s.slotBytes.toFixed(1),
    s.pendingBytes.toFixed(1),
    s.accountedBytes.toFixed(1),
  ]);
  const parts = slots.map(({ parts: all, stack }) => {
    const shown = all.slice(0, PARTS_SHOWN).map(({ path, bytes }) => `${path} ${bytes.toFixed(1)}`);
    const rest = all.slice(PARTS_SHOWN);
    const restBytes = rest.reduce((sum, { bytes }) => sum + bytes, 0);
    const more = rest.length === 0 ? [] : [`${rest.length} more ${restBytes.toFixed(1)}`];
    return wrap(`${stack}: ${[...shown, ...more].join(', ')}`, width, 2);
  });
  return [table([head, ...rows]), ...parts].join('\n');
}

export function floodTable(runs: readonly FloodRun[]): string {
  const head = ['resident memory of floods', 'SYNs', 'seconds', 'peak', 'more than the shortest'];
  const mb = (bytes: number): string => `${(bytes / BYTES_PER_MB).toFixed(1)} MB`;
  const rows = runs.map(({ moreBytes, residentBytesMax, seconds, stack, syns }) => [
    stack,
    formatForPeople(syns),
    seconds.toFixed(1),
    mb(residentBytesMax),
    mb(moreBytes),
  ]);
  return table([head, ...rows]);
}

function documentOf(header: object, slots: readonly SlotBytes[], runs: readonly FloodRun[]): string {
  return plainJson('bench', {
    header,
    slots: slots.map((s) => ({
      stack: s.stack,
      half_open: s.halfOpen,
      slot_bytes: s.slotBytes,
      pending_bytes: s.pendingBytes,
      accounted_bytes: s.accountedBytes,
      parts: s.parts,
    })),
    floods: runs.map(({ moreBytes, residentBytesMax, seconds, stack, syns }) => ({
      stack,
      syns,
      seconds,
      resident_bytes_max: residentBytesMax,
      more_bytes: moreBytes,
    })),
  });
}
