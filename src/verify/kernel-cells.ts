/**
 * What is compared between kernel runs and simulated ones, and how close it has to be. A cell is one configuration
 * times one counter. It agrees if the simulated mean lies between the least and the greatest of the repeats, widened.
 * Source of the tolerances and of what is left out: the README of the measurements.
 */
import type { KernelConfig } from './kernel-runs.ts';

export const CELLS = [
  'cli_connected',
  'cli_connected_first_try',
  'cli_responded',
  'srv_accepted',
  's_ListenOverflows',
  's_ListenDrops',
  's_TCPReqQFullDrop',
  's_TCPReqQFullDoCookies',
  's_SyncookiesSent',
  's_SyncookiesRecv',
  's_TCPSynRetrans',
  'c_TCPSynRetrans',
] as const;
export type Cell = (typeof CELLS)[number];

/** Rules that a cell rests on, for the message. */
export const CELL_RULES: Readonly<Record<Cell, string>> = {
  cli_connected: 'R4, R7',
  cli_connected_first_try: 'R4',
  cli_responded: 'R5, R7',
  srv_accepted: 'R1, R5',
  s_ListenOverflows: 'R4.2, R5',
  s_ListenDrops: 'R4, R5',
  s_TCPReqQFullDrop: 'R2, R4.1',
  s_TCPReqQFullDoCookies: 'R2, R4.1',
  s_SyncookiesSent: 'R4.4',
  s_SyncookiesRecv: 'R5',
  s_TCPSynRetrans: 'R6, R9',
  c_TCPSynRetrans: 'R7, R9',
};

/** Repeats and simulation may differ by so many counts, whatever is counted. */
const COUNTS = 2;
const SHARE = 0.03;
/** Families of random arrivals, losses and hashes; and the flood whose outcome hangs on the phase of the wheel. */
const WIDE: ReadonlyMap<string, number> = new Map([
  ['E4', 0.15],
  ['E4p', 0.15],
  ['E8', 0.15],
  ['E16', 0.15],
  ['K7', 0.25],
]);
/** Overload that feeds back through the clients' retries. */
const OVERLOAD: ReadonlySet<string> = new Set(['E6', 'E6b']);
const OVERLOAD_SERVED = 0.08;
const OVERLOAD_RETRIES = 0.3;

/** Least and greatest simulated mean that agrees with what the repeats counted. */
export function rangeOf(cell: Cell, family: string, counts: readonly number[]): readonly [least: number, most: number] {
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  const share = shareOf(cell, family);
  return [least - Math.max(COUNTS, share * least), most + Math.max(COUNTS, share * most)];
}

function shareOf(cell: Cell, family: string): number {
  if (!OVERLOAD.has(family)) return WIDE.get(family) ?? SHARE;
  return cell === 'cli_responded' || cell === 'srv_accepted' ? OVERLOAD_SERVED : OVERLOAD_RETRIES;
}

/** Counters that closing clients moved before they were read, where cookies came back that nobody had sent. */
const CONTAMINATED: ReadonlySet<Cell> = new Set(['s_SyncookiesRecv', 's_ListenOverflows', 's_ListenDrops']);

/** @param note of the run. @param run what it counted. @returns whether `cell` of the run says anything of the kernel. */
export function isComparable(
  cell: Cell,
  { family, speaks }: Pick<KernelConfig, 'family' | 'speaks'>,
  note: string,
  run: Readonly<Record<string, number>>,
): boolean {
  if (note.includes('lab_artifact') && isNamedBy(note, cell)) return false;
  const cookiesFromNowhere = (run['s_SyncookiesRecv'] ?? 0) > (run['s_SyncookiesSent'] ?? 0);
  return !(OVERLOAD.has(family) && !speaks && cookiesFromNowhere && CONTAMINATED.has(cell));
}

function isNamedBy(note: string, cell: Cell): boolean {
  return note.includes(cell) || (note.includes('cookie counts') && /cookies/i.test(cell));
}
