/**
 * Runs of real kernels as a CSV: one row a run, rows with the same `config_id` are repeats of one configuration.
 * Leaves out: playing them (kernel-play.ts), what agrees (kernel-cells.ts).
 * Source of the columns: the README of the measurements; a row says what was set, and what was counted.
 */
import { type CsvRow, CsvTable } from './csv-table.ts';
import { CELLS, type Cell, isComparable } from './kernel-cells.ts';
import { KERNEL_NAMES, releaseOf } from './kernel-names.ts';

/** What was set up, in the units of the file. */
export interface KernelConfig {
  readonly id: string;
  /** Experiment family, and variant. */
  readonly family: string;
  readonly variant: string;
  /** Upstream version: `6.18.44`. */
  readonly version: string;
  readonly backlog: number;
  readonly sysctl: Readonly<Record<string, number>>;
  readonly synRetries: number;
  /** Null: the client's kernel has no such setting. */
  readonly synLinearTimeouts: number | null;
  readonly rttMs: number;
  readonly loss: number;
  readonly serverMode: 'none' | 'asap' | 'rate';
  readonly acceptRate: number;
  readonly acceptDist: 'det' | 'exp';
  /** 1: writes and closes; 2: writes and keeps the connection. */
  readonly respond: number;
  readonly pauseStartMs: number;
  readonly pauseMs: number;
  readonly listeners: number;
  readonly stuck: number;
  readonly deferAcceptS: number;
  readonly clients: number;
  readonly clientRate: number;
  readonly clientDist: 'periodic' | 'poisson';
  readonly clientStartMs: number;
  readonly clientAddresses: number;
  readonly speaks: boolean;
  readonly closes: boolean;
  readonly floodSyns: number;
  readonly floodRate: number;
  readonly floodDist: 'periodic' | 'poisson';
  readonly floodStartMs: number;
  readonly durationS: number;
}

/** One configuration with what its runs counted. */
export interface KernelRuns {
  readonly config: KernelConfig;
  readonly repeats: number;
  /** Cell → what each run counted; runs in which the cell cannot be compared are left out. */
  readonly counts: ReadonlyMap<Cell, readonly number[]>;
}

const INPUTS = [
  'config_id,kernel,exp,variant,note,backlog,somaxconn,max_syn_backlog,syncookies,synack_retries,abort_on_overflow',
  'syn_retries,syn_linear_timeouts,rtt_ms,loss,server_mode,accept_rate,accept_dist,respond,pause_start_ms,pause_ms',
  'listeners,stuck,defer_accept,n_legit,legit_rate,legit_dist,legit_start_ms,legit_nsrc,legit_speaks,legit_close',
  'n_flood,flood_rate,flood_dist,flood_start_ms,dur_s',
].flatMap((line) => line.split(','));

const COUNT_MAX = 1e12;
const INT32_MAX = 0x7fff_ffff;
const CLIENTS_MAX = 1e6;
const SYNS_MAX = 1e7;
const RATE_MAX = 1e7;
const MS_MAX = 1e7;
const DURATION_S_MAX = 1e4;
const REPEATS_MAX = 100;

/** Is it a file of kernel runs? */
export function isKernelRuns(text: string): boolean {
  const header = text.slice(0, 10_000).split('\n', 1)[0] ?? '';
  return /(^|,|\ufeff)"?config_id"?(,|\r?$)/.test(header) && header.includes('s_ListenDrops');
}

/** Configurations in the order of the file. @throws InputError with `file:line:col`. */
export function readKernelRuns(file: string, text: string): KernelRuns[] {
  const table = new CsvTable(file, text, [...INPUTS, ...CELLS]);
  const rowsOf = new Map<string, CsvRow[]>();
  for (const row of table.rows) {
    const id = table.text(row, 'config_id');
    if (!/^[\w@.+-]{1,100}$/.test(id)) table.refuseCell(row, 'config_id', 'a name of a configuration');
    const rows = rowsOf.get(id) ?? [];
    rowsOf.set(id, rows);
    rows.push(row);
    if (rows.length === REPEATS_MAX + 1) table.refuseCell(row, 'config_id', `at most ${REPEATS_MAX} repeats`);
  }
  const runs = [...rowsOf.values()].map((rows) => readRuns(table, rows));
  table.throwIssues();
  return runs;
}

function readRuns(table: CsvTable, rows: readonly CsvRow[]): KernelRuns {
  const [first] = rows;
  if (first === undefined) throw new RangeError('a configuration without rows');
  const config = readConfig(table, first);
  for (const row of rows) {
    for (const column of INPUTS) {
      if (column !== 'note' && table.text(row, column) !== table.text(first, column))
        table.refuseCell(row, column, `${column} as in line ${first.line}, of the same configuration`);
    }
  }
  const runs = rows.map((row) => ({ note: table.text(row, 'note'), counted: readCounts(table, row) }));
  const counts = new Map<Cell, number[]>();
  for (const cell of CELLS) {
    const compared = runs.filter(
      ({ counted, note }) => counted[cell] >= 0 && isComparable(cell, config, note, counted),
    );
    counts.set(
      cell,
      compared.map(({ counted }) => counted[cell]),
    );
  }
  return { config, repeats: rows.length, counts };
}

function readCounts(table: CsvTable, row: CsvRow): Record<Cell, number> {
  return Object.fromEntries(CELLS.map((cell) => [cell, table.number(row, cell, -1, COUNT_MAX)])) as Record<
    Cell,
    number
  >;
}

function readConfig(table: CsvTable, row: CsvRow): KernelConfig {
  const count = (column: string, max: number, min = 0): number => {
    const value = table.number(row, column, min, max);
    if (!Number.isInteger(value)) table.refuseCell(row, column, `${column}: a whole number`);
    return value;
  };
  const number = (column: string, max: number): number => table.number(row, column, 0, max);
  const linear = table.text(row, 'syn_linear_timeouts');
  return {
    id: table.text(row, 'config_id'),
    family: table.text(row, 'exp'),
    variant: table.text(row, 'variant'),
    version: readVersion(table, row),
    backlog: count('backlog', INT32_MAX, -INT32_MAX - 1),
    sysctl: {
      'net.core.somaxconn': count('somaxconn', INT32_MAX),
      'net.ipv4.tcp_max_syn_backlog': count('max_syn_backlog', INT32_MAX),
      'net.ipv4.tcp_syncookies': count('syncookies', 2),
      'net.ipv4.tcp_synack_retries': count('synack_retries', 255),
      'net.ipv4.tcp_abort_on_overflow': count('abort_on_overflow', 1),
    },
    synRetries: count('syn_retries', 127, 1),
    synLinearTimeouts: linear === '' ? null : count('syn_linear_timeouts', 127),
    rttMs: number('rtt_ms', MS_MAX),
    loss: number('loss', 1),
    serverMode: table.word(row, 'server_mode', ['none', 'asap', 'rate']),
    acceptRate: number('accept_rate', RATE_MAX),
    acceptDist: table.word(row, 'accept_dist', ['det', 'exp']),
    respond: count('respond', 2),
    pauseStartMs: number('pause_start_ms', MS_MAX),
    pauseMs: number('pause_ms', MS_MAX),
    listeners: count('listeners', 64, 1),
    stuck: count('stuck', 63, -1),
    deferAcceptS: count('defer_accept', 10_000),
    clients: count('n_legit', CLIENTS_MAX),
    clientRate: number('legit_rate', RATE_MAX),
    clientDist: table.word(row, 'legit_dist', ['periodic', 'poisson']),
    clientStartMs: number('legit_start_ms', MS_MAX),
    clientAddresses: count('legit_nsrc', CLIENTS_MAX, 1),
    speaks: count('legit_speaks', 1) === 1,
    closes: count('legit_close', 1) === 1,
    floodSyns: count('n_flood', SYNS_MAX),
    floodRate: number('flood_rate', RATE_MAX),
    floodDist: table.word(row, 'flood_dist', ['periodic', 'poisson']),
    floodStartMs: number('flood_start_ms', MS_MAX),
    durationS: table.number(row, 'dur_s', 0.001, DURATION_S_MAX),
  };
}

function readVersion(table: CsvTable, row: CsvRow): string {
  const release = releaseOf(table.text(row, 'kernel'));
  if (release === null) table.refuseCell(row, 'kernel', KERNEL_NAMES);
  return release ?? '0.0';
}
