/**
 * The room's command: the same work done by halfopen and by others, in C++, ns-3, SimPy and JavaScript, side by side.
 * Builds what is installed, says what is missing, runs all in rounds, prints a table a work, writes CSV.
 * Usage: npm run bench:peers -- [FILTER] [--rounds N] [--smoke] [--readme [--from FILE.csv]]
 *   FILTER      the work of that name (`hold n=1000`), or all whose names contain it (`hold`)
 *   --rounds N  5 unless it says otherwise
 *   --smoke     small works: whether all do the same, not how fast
 *   --readme    rewrites the section of README.md, from this run or from the file of an earlier one
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { readText } from '../../src/cli/input-files.ts';
import { Exit, reportError, terminalWidth } from '../../src/cli/messages.ts';
import { countOf } from '../../src/cli/options.ts';
import { InputError } from '../../src/engine/errors.ts';
import { writeResultFiles } from '../../src/report/files.ts';
import type { Size } from '../harness.ts';
import { formatHeader, headerOf } from '../header.ts';
import { StatusLine } from '../status-line.ts';
import { ROOT } from './build.ts';
import { figuresFile, readFigures } from './figures-csv.ts';
import { findPeers, type Peer } from './peers.ts';
import { readmeSection, withSection } from './readme-section.ts';
import { compare, type Figure } from './rounds.ts';
import { terminalTable } from './terminal-table.ts';
import { titleOf, type Work, works } from './works.ts';

const ROUNDS = 5;
const ROUNDS_MAX = 100;
const FIGURES_BYTES_MAX = 1e6;
const README = join(ROOT, 'README.md');
const OUT = join(ROOT, 'results/bench');

interface Options {
  readonly filter: string;
  readonly rounds: number;
  readonly size: Size;
  readonly readme: boolean;
  readonly from: string | null;
}

function refuse(where: string, expected: string, received: string): InputError {
  return new InputError([{ where, expected, received }]);
}

/** @throws InputError on what cannot be meant. */
function optionsOf(args: string[]): Options {
  const { values, positionals } = parsed(args);
  const filter = positionals.join(' ');
  if (values.readme === true && (values.smoke === true || filter !== ''))
    throw refuse('--readme', 'every work at its real size', filter === '' ? '--smoke' : filter);
  if (values.from !== undefined && values.readme !== true) throw refuse('--from', '--readme beside it', 'none');
  return {
    filter,
    rounds: countOf('--rounds', values.rounds ?? String(ROUNDS), ROUNDS_MAX),
    size: values.smoke === true ? 'smoke' : 'real',
    readme: values.readme === true,
    from: values.from ?? null,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        smoke: { type: 'boolean' },
        readme: { type: 'boolean' },
        from: { type: 'string' },
      },
    });
  } catch {
    throw refuse('bench:peers', '[FILTER] [--rounds N] [--smoke] [--readme [--from FILE.csv]]', args.join(' '));
  }
}

function worksOf({ filter, size }: Options): readonly Work[] {
  const all = works(size);
  const named = all.filter((work) => titleOf(work) === filter);
  const chosen = named.length > 0 ? named : all.filter((work) => titleOf(work).includes(filter));
  if (chosen.length === 0) throw refuse('FILTER', 'part of the name of a work', filter);
  return chosen;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Prints a table for each work as soon as it is there. */
function measureAll({ rounds, size }: Options, chosen: readonly Work[], peers: readonly Peer[]): Figure[] {
  const ableFor = (work: Work): readonly Peer[] => peers.filter((peer) => peer.does(work));
  const processes = chosen.reduce((sum, work) => sum + ableFor(work).length * rounds, 0);
  const status = new StatusLine(processes, false);
  return chosen.flatMap((work) => {
    const figures = compare(work, ableFor(work), rounds, status);
    if (figures.length > 0) print(terminalTable(figures, size === 'real'));
    return figures;
  });
}

function writeReadme(file: string, csv: string): void {
  const { header, figures } = readFigures(file, csv);
  writeFileSync(README, withSection(readFileSync(README, 'utf8'), readmeSection(header, figures)));
  print('wrote README.md');
}

/** @returns the exit code: 1 when a peer did something else. */
function main(options: Options): number {
  if (options.from !== null) {
    writeReadme(options.from, readText(options.from, FIGURES_BYTES_MAX));
    return Exit.Done;
  }
  const chosen = worksOf(options);
  // Better now than after minutes.
  if (options.readme) withSection(readFileSync(README, 'utf8'), '');
  const header = headerOf();
  print(formatHeader(header, terminalWidth()));
  const { peers, missing } = findPeers();
  for (const { peer, why } of missing) print(`without ${peer}: ${why}`);
  print('');
  const figures = measureAll(options, chosen, peers);
  const file = figuresFile(header, figures);
  if (options.size === 'real') {
    const paths = writeResultFiles(OUT, [file]);
    print(`wrote ${paths.map((path) => relative(process.cwd(), path)).join(', ')}`);
  }
  if (options.readme) writeReadme(file.name, file.text);
  const others = figures.filter(({ isSame, isCompared }) => isCompared && !isSame);
  for (const { work, peer } of others) print(`${peer} does not do what halfopen does: ${titleOf(work)}`);
  return others.length > 0 ? Exit.No : Exit.Done;
}

try {
  process.exitCode = main(optionsOf(process.argv.slice(2)));
} catch (error) {
  process.exitCode = reportError(error, false, new Map());
}
