/**
 * Bundles the command, as it is shipped: a dozen files where the compiler writes two hundred, since each takes longer to find
 * than to run, and names of other files become constants of the same one, which V8 folds. Every command loads what it needs.
 * The library stays as it is compiled, but for the laws of its statistics, and so does the command until this runs: files are written over dist/src/cli.
 * Leaves out: packages that find files of their own (piscina), and those of the benchmarks.
 * Usage: node dist/test/support/bundle.js [FOLDER]
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown, type RolldownOutput } from 'rolldown';
import { licencesOf } from './licences.ts';

const COMMAND = 'dist/src/cli';
/** Their licences are among those of the command, which has them too. */
const LAWS = 'src/experiment/statistics/laws.ts';
/**
 * What is loaded together lies together. First the few files that every command loads, and `--version` too. Pages of HTML
 * lie apart, with the charts that they draw: large, and for who wants one alone.
 */
const GROUPS = [
  { name: 'base', test: /src\/(?:engine\/errors|report\/files|version|cli\/v8-flags)\.ts$/ },
  {
    name: 'simulation',
    test: /src\/(?:engine|network|listeners|traffic|server|measure|simulation|experiment\/(?:replicate|run-|thread-))|\/seedrandom\//,
  },
  {
    name: 'scenario',
    test: /src\/(?:scenario|report\/(?!page\/)|experiment\/(?:changes|replications)|cli\/(?:check|input-files|messages|options|progress|run|simulate-all)\.ts)|\/node_modules\/(?:zod|yaml|csv-stringify|picocolors)\//,
  },
];

/** Writes the bundle into `folder`. @returns what is in it. */
export async function bundle(folder: string): Promise<RolldownOutput> {
  const build = await rolldown({
    input: { main: 'src/cli/main.ts', 'pool-thread': 'src/experiment/pool-thread.ts' },
    platform: 'node',
    external: ['piscina', 'bullmq', 'ioredis', '@duckdb/node-api'],
    preserveEntrySignatures: 'allow-extension',
    // What is in one file with its importer is imported when it is asked for, and has been loaded.
    checks: { ineffectiveDynamicImport: false },
  });
  const output = await build.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'bundle-[name].js',
    codeSplitting: { includeDependenciesRecursively: false, groups: GROUPS },
    sourcemap: true,
    // Names stay, for profiles and messages.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    comments: { legal: false, annotation: false, jsdoc: false },
  });
  await build.close();
  const modules = output.output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  writeFileSync(join(folder, 'THIRD-PARTY.txt'), licencesOf(modules));
  return output;
}

/**
 * The laws of the statistics as one file: to find the packages behind them takes longer than all else that the library loads.
 * @param file to write. @returns what is in it.
 */
export async function bundleLaws(file: string): Promise<RolldownOutput> {
  const build = await rolldown({ input: LAWS, platform: 'node' });
  const output = await build.write({
    file,
    format: 'esm',
    codeSplitting: false,
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    comments: { legal: false, annotation: false, jsdoc: false },
  });
  await build.close();
  return output;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await Promise.all([bundle(process.argv[2] ?? COMMAND), bundleLaws(`dist/${LAWS.replace(/ts$/, 'js')}`)]);
