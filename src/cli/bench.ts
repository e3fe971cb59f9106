/** `halfopen bench`: the benchmarks, which are compiled beside the package and loaded only here. */
import { InputError } from '../engine/errors.ts';
import type { CommonOptions } from './options.ts';
import { Exit } from './messages.ts';

interface BenchModule {
  runBenches(filter: string, options: { json: boolean; out: string | null }): Promise<number>;
}

/** @returns the exit code. */
export async function bench(filter: string, options: CommonOptions & { readonly out?: string }): Promise<number> {
  const url = new URL('../../bench/run.js', import.meta.url).href;
  const benches = (await import(url)) as BenchModule;
  const count = await benches.runBenches(filter, { json: options.json === true, out: options.out ?? null });
  if (count === 0)
    throw new InputError([{ where: 'FILTER', expected: 'part of the name of a benchmark', received: filter }]);
  return Exit.Done;
}
