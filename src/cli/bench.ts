/** `halfopen bench`: the benchmarks, which are compiled beside the package and loaded only here. */
import type { CommonOptions } from './options.ts';
import { Exit } from './messages.ts';

interface BenchModule {
  runBenches(filter: string, options: { json: boolean; out: string | null }): Promise<void>;
}

/** @returns the exit code. */
export async function bench(filter: string, options: CommonOptions & { readonly out?: string }): Promise<number> {
  const url = new URL('../../bench/run.js', import.meta.url).href;
  const benches = (await import(url)) as BenchModule;
  await benches.runBenches(filter, { json: options.json === true, out: options.out ?? null });
  return Exit.Done;
}
