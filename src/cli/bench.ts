/** `halfopen bench`: the benchmarks, which are compiled beside the package and loaded only here. */
import { assertWritable } from '../report/files.ts';
import { readText } from './input-files.ts';
import { terminalWidth } from './messages.ts';
import { type CommonOptions, countOf } from './options.ts';

export interface BenchOptions extends CommonOptions {
  readonly out: string;
  readonly against?: string;
  readonly rounds: string;
  readonly inProcess?: boolean;
  readonly smoke?: boolean;
}

/** What every benchmark command is told. */
export interface BenchStyle {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** `smoke`: everything runs, for a moment. */
  readonly size: 'real' | 'smoke';
}

export interface BenchRequest extends BenchStyle {
  /** Parts of a title; every one must be in it. */
  readonly filter: readonly string[];
  /** Folder of the CSV file. */
  readonly out: string;
  /** Results to compare with. */
  readonly against: { readonly file: string; readonly text: string } | null;
  /** Processes for each case; 0: this one for all. */
  readonly rounds: number;
}

/** The door of the compiled benchmarks. Each function prints, and returns the exit code. */
export interface BenchModule {
  runBenches(request: BenchRequest): Promise<number>;
  runMemory(style: BenchStyle): Promise<number>;
  runSteadyState(filter: readonly string[], style: BenchStyle): Promise<number>;
}

const ROUNDS_MAX = 100;
const RESULTS_BYTES_MAX = 16e6;

async function load(): Promise<BenchModule> {
  return (await import(new URL('../../bench/run.js', import.meta.url).href)) as BenchModule;
}

function styleOf(options: CommonOptions & { readonly smoke?: boolean }): BenchStyle {
  return {
    json: options.json === true,
    quiet: options.quiet === true,
    width: terminalWidth(),
    size: options.smoke === true ? 'smoke' : 'real',
  };
}

/** @returns the exit code. */
export async function bench(filter: readonly string[], options: BenchOptions): Promise<number> {
  const rounds = countOf('--rounds', options.rounds, ROUNDS_MAX);
  const { against, out } = options;
  // What can be wrong is found out before minutes of work, not after them.
  const earlier = against === undefined ? null : { file: nameOf(against), text: readText(against, RESULTS_BYTES_MAX) };
  assertWritable(out);
  const benches = await load();
  const request = { filter, out, against: earlier, rounds: options.inProcess === true ? 0 : rounds };
  return benches.runBenches({ ...styleOf(options), ...request });
}

/** `halfopen bench memory`. @returns the exit code. */
export async function benchMemory(options: BenchOptions): Promise<number> {
  return (await load()).runMemory(styleOf(options));
}

/** `halfopen bench gc`. @returns the exit code. */
export async function benchSteadyState(filter: readonly string[], options: BenchOptions): Promise<number> {
  return (await load()).runSteadyState(filter, styleOf(options));
}

function nameOf(path: string): string {
  return path === '-' ? 'standard input' : path;
}
