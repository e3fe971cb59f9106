#!/usr/bin/env node
/**
 * The command line. Loads a command's code only when it is called: bare `--version` needs none of it.
 * Exit 0 done, 1 the answer is no, 2 the user's mistake, 70 a bug of ours.
 */
import { Command, CommanderError, Option } from 'commander';
import { formatIssue } from '../engine/errors.ts';
import { reasonOf } from '../report/files.ts';
import { VERSION } from '../version.ts';
import type { BenchOptions } from './bench.ts';
import {
  COMPARE_HELP,
  GENERAL_HELP,
  PLAY_HELP,
  PROBE_HELP,
  QUERY_HELP,
  REPORT_HELP,
  RUN_HELP,
  SWEEP_HELP,
  TUNE_HELP,
  WORKER_HELP,
} from './help-texts.ts';
import { inlineMore } from './v8-flags.ts';
import type { CompareOptions } from './compare.ts';
import type { CommonOptions, ScenarioOptions } from './options.ts';
import type { PlayOptions } from './play.ts';
import type { ProbeOptions } from './probe.ts';
import type { ReportOptions } from './report.ts';
import type { RunOptions } from './run.ts';
import type { StacksOptions } from './stacks.ts';
import type { QueryOptions } from './query.ts';
import type { SweepCommandOptions } from './sweep.ts';
import type { TuneOptions } from './tune.ts';
import type { VerifyOptions } from './verify.ts';
import type { WorkerCommandOptions } from './worker.ts';

const MISTAKE = 2;
const BROKEN_PIPE = 'EPIPE';

/** Texts of the files that messages quote. */
const sources = new Map<string, string>();

// A reader that has seen enough (head, less) closes the pipe: that is no error. A full disk is one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === BROKEN_PIPE) process.exit(0);
  const issue = { where: 'standard output', expected: 'a place that can be written', received: reasonOf(error) };
  process.stderr.write(`${formatIssue(issue)}\n`);
  process.exit(MISTAKE);
});
process.stderr.on('error', () => {});

/** Runs one command, and ends with its exit code. */
async function act(json: boolean, command: () => Promise<number> | number): Promise<void> {
  try {
    inlineMore();
    process.exitCode = await command();
  } catch (error) {
    const { reportError } = await import('./messages.ts');
    process.exitCode = reportError(error, json, sources);
  }
}

const wantsJson = process.argv.includes('--json');

function withCommon(command: Command): Command {
  return command
    .option('--json', 'one JSON document on stdout, nothing else')
    .option('--quiet', 'no summary and no progress')
    .addOption(new Option('--no-color', 'no colours (NO_COLOR is honoured too)'));
}

/** Of an option that may be repeated. */
function gather(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

function withScenario(command: Command): Command {
  return withCommon(command)
    .option('--set <PATH=VALUE>', 'change one value of the scenario (may be repeated)', gather)
    .option('--seed <SEED>', 'seed of the random streams, in place of the scenario’s')
    .option('--assume', 'take a vendor kernel (server.stack) as the upstream release of its number');
}

const program = new Command('halfopen')
  .description(
    'A simulator of TCP listeners: what a backlog holds, what a kernel drops, which setting would change it.',
  )
  .version(wantsJson ? (await import('../report/json.ts')).plainJson('version', {}).trimEnd() : VERSION)
  .exitOverride()
  // With --json a wrong command line is a document on stdout too, written below.
  .configureOutput(wantsJson ? { outputError: () => {}, writeErr: () => {} } : {})
  .showHelpAfterError('(halfopen --help shows what there is)')
  .addHelpText('after', GENERAL_HELP);

withScenario(program.command('run'))
  .description('run a scenario (- is standard input), print who was served and why not, write CSV')
  .argument('<SCENARIO>', 'scenario file')
  .option('--replications <N>', 'runs with independent random streams; means with 95 % confidence')
  .option('--threads <N>', 'threads for replications, all cores by default; the results are the same')
  .option('--out <DIR>', 'folder of the CSV files')
  .option(
    '--report',
    'also write report.html: the run as one page with pictures, for whoever decides and whoever checks',
  )
  .option('--pcap <FILE>', 'also write every packet as a capture (pcapng), with comments on drops')
  .option('--trace <FILE>', 'also write what happened, call by call: text (- is the terminal), or JSON for Perfetto')
  .option('--trace-filter <WHAT>', 'of the text: client=NAME, client=NAME#NUMBER or slot=NUMBER')
  .addHelpText('after', RUN_HELP)
  .action((path: string, options: RunOptions) =>
    act(options.json === true, async () => (await import('./run.ts')).run(path, options, sources)),
  );

withCommon(program.command('report'))
  .description('write report.html: results as one page, with pictures, that needs no network and no script')
  .argument('<DIR|FILE>', 'folder of a run, sweep, tune or compare, or a scenario, which is run')
  .option('--scenario <FILE>', 'scenario of the folder, where it cannot be found')
  .option('--show <METRICS>', 'of a sweep: metrics to draw, separated by commas')
  .addHelpText('after', REPORT_HELP)
  .action((path: string, options: ReportOptions) =>
    act(options.json === true, async () => (await import('./report.ts')).report(path, options, sources)),
  );

withScenario(program.command('sweep'))
  .description('run every point of a grid of settings, with means and 95 % confidence; goes on where it was cut short')
  .argument('<SCENARIO>', 'scenario file, or -')
  .option(
    '--vary <PATH=VALUES>',
    'values of one path: a,b,c or lo..hi:step or lo..hixfactor (may be repeated: every combination)',
    gather,
  )
  .option('--sample <N>', 'N points of the grid, a latin hypercube, instead of every combination')
  .option('--replications <N>', 'runs of every point: 10 by default; with --until at most so many, 1000 by default')
  .option('--until <METRIC:SHARE>', 'run a point until the half-width is this share of the mean', gather)
  .option('--show <METRICS>', 'columns of the table that is printed, separated by commas')
  .option('--threads <N>', 'threads, all cores by default; the results are the same')
  .option('--out <DIR>', 'folder of sweep.csv; the same command with the same folder goes on')
  .option('--restart', 'begin anew, whatever is there')
  .option('--retry-problems', 'compute the points again whose rows have a problem')
  .option('--report', 'also write report.html: maps, lines with intervals, and the points as one page')
  .option('--redis <URL>', 'have the points computed by halfopen worker on any machines that reach this Redis server')
  .addHelpText('after', SWEEP_HELP)
  .action((path: string, options: SweepCommandOptions) =>
    act(options.json === true, async () => (await import('./sweep.ts')).sweepCommand(path, options, sources)),
  );

withCommon(program.command('worker'))
  .description('compute points of sweeps that run over a Redis server (halfopen sweep --redis), until told to end')
  .requiredOption('--redis <URL>', 'redis://HOST:PORT, or rediss://')
  .option('--threads <N>', 'threads, all cores by default')
  .option('--idle <TIME>', 'end after so long without work', 'never')
  .addHelpText('after', WORKER_HELP)
  .action((options: WorkerCommandOptions) =>
    act(options.json === true, async () => (await import('./worker.ts')).workerCommand(options)),
  );

withCommon(program.command('query'))
  .description('ask results in SQL: each kind of CSV file is one table, with the folder of a row in the column result')
  .argument('<SQL>', 'a query, in quotes; tables: summary, counters, timeseries, connections, compare, sweep, tune')
  .option('--in <DIR>', 'folder of the results', 'results')
  .option('--csv', 'CSV on stdout, all rows')
  .addHelpText('after', QUERY_HELP)
  .action((sql: string, options: QueryOptions) =>
    act(options.json === true, async () => (await import('./query.ts')).query(sql, options)),
  );

withScenario(program.command('compare'))
  .description('run the same workload, with the same random numbers, on several stacks, and say how they differ')
  .argument('<SCENARIO>', 'scenario file, or -')
  .requiredOption('--stacks <A,B,…>', 'stacks, the first is what the others are compared with (halfopen stacks)')
  .option('--replications <N>', 'runs of each; differences in pairs, with 95 % confidence')
  .option('--threads <N>', 'threads for replications, all cores by default; the results are the same')
  .option('--out <DIR>', 'folder of compare.csv')
  .option('--report', 'also write report.html: the stacks beside each other over time, as one page')
  .addHelpText('after', COMPARE_HELP)
  .action((path: string, options: CompareOptions) =>
    act(options.json === true, async () => (await import('./compare.ts')).compare(path, options, sources)),
  );

withScenario(program.command('tune'))
  .description(
    'find the smallest value of a setting that meets a goal, or the cheapest of several settings; lines to paste',
  )
  .argument('<SCENARIO>', 'scenario file, or -')
  .option('--goal <GOAL>', 'conditions on metrics, joined by and: "users.unserved <= 0.1%"')
  .option('--find <PATH=LO..HI>', 'setting and range; server.listen.backlog without it')
  .option('--cost <COST>', 'with --vary: what is to be least, "1000*users.unserved + 0.01*server.listen.backlog"')
  .option(
    '--vary <PATH=VALUES>',
    'settings to choose from, as for sweep (may be repeated: every combination); without --cost the same as --find',
    gather,
  )
  .option(
    '--difference <COST>',
    'costs that differ by less count as equal; without it, 5 % of the cheapest, or 0.1 % of the median',
  )
  .option('--largest', 'the largest value that meets the goal')
  .option('--confidence <P>', 'that the answer is right; 99% without it')
  .option('--quorum <P>', 'share of runs in which "== 0" has to hold, where there is chance; 95% without it')
  .option('--runs <N>', 'runs of one value, at most')
  .option('--budget <EVENTS>', 'simulated events in all, about; 2e8 without it, a minute of one core')
  .option('--threads <N>', 'threads for runs, all cores by default; the answer is the same')
  .option('--out <DIR>', 'folder of tune.csv')
  .option('--report', 'also write report.html: the curve and what to paste, as one page')
  .addHelpText('after', TUNE_HELP)
  .action((path: string, options: TuneOptions) =>
    act(options.json === true, async () => (await import('./tune.ts')).tune(path, options, sources)),
  );

withCommon(program.command('verify'))
  .description('run golden cases and trace oracles against the simulator; exit 1 if anything disagrees')
  .argument('<FILE...>', 'files of expectations')
  .option('--export <DIR>', 'also write every golden workload as a scenario')
  .addHelpText('after', '\nExample:\n  halfopen verify test/golden/linux-1.2.json')
  .action((paths: string[], options: VerifyOptions) =>
    act(options.json === true, async () => (await import('./verify.ts')).verify(paths, options)),
  );

withScenario(program.command('check'))
  .description('validate a scenario and its captures without running it')
  .argument('<SCENARIO>', 'scenario file, or -')
  .addHelpText('after', '\nExample:\n  halfopen check my-server.yaml')
  .action((path: string, options: ScenarioOptions) =>
    act(options.json === true, async () => (await import('./check.ts')).check(path, options, sources)),
  );

withCommon(program.command('init'))
  .description('write a commented scenario to start from')
  .argument('<NAME>', 'name of the new scenario')
  .addHelpText('after', '\nExample:\n  halfopen init my-server')
  .action((name: string, options: CommonOptions) =>
    act(options.json === true, async () => (await import('./init.ts')).init(name, options)),
  );

withCommon(program.command('probe'))
  .description('a listener of this Linux machine as a scenario, and what is wrong with it already; reads only')
  .option('--port <N>', 'the listener on this port; without it, the one whose queue is fullest')
  .option('--for <TIME>', 'how long to watch the counters', '10s')
  .option('--from-dir <DIR>', 'outputs saved on another machine, in place of this one')
  .option('--commands', 'print the commands whose outputs to save for --from-dir')
  .option('--write <FILE>', 'the scenario; probe-PORT.yaml without it')
  .addHelpText('after', PROBE_HELP)
  .action((options: ProbeOptions) =>
    act(options.json === true, async () => (await import('./probe.ts')).probe(options)),
  );

withCommon(program.command('explain'))
  .description('what a counter, a metric, a setting or a rule means, what moves it, and the scenario that shows it')
  .argument('<NAME>', 'as in the results: ListenOverflows, net.core.somaxconn, accept_queue, R31')
  .addHelpText('after', '\nExamples:\n  halfopen explain ListenOverflows\n  halfopen explain somaxconn')
  .action((name: string, options: CommonOptions) =>
    act(options.json === true, async () => (await import('./explain.ts')).explain(name, options)),
  );

const completions = program.command('completion');
completions
  .description('print a script that completes commands and options in a shell')
  .argument('<SHELL>', 'bash, zsh or fish')
  .addHelpText('after', '\nExample:\n  eval "$(halfopen completion bash)"')
  .action((shell: string) =>
    act(wantsJson, async () => (await import('./completion.ts')).completion(shell, program.commands)),
  );

withCommon(program.command('questions'))
  .description('list what users ask about backlogs, with the answers and the scenarios that give them')
  .addHelpText('after', '\nExamples:\n  halfopen questions\n  halfopen run questions/recv-q-is-backlog-plus-one')
  .action((options: CommonOptions) =>
    act(options.json === true, async () => (await import('./questions.ts')).questions(options)),
  );

withCommon(program.command('play'))
  .description('serve the playground: a listener with dials in your browser, on this machine alone')
  .option('--port <N>', 'port on 127.0.0.1, a free one by default')
  .addHelpText('after', PLAY_HELP)
  .action((options: PlayOptions) => act(options.json === true, async () => (await import('./play.ts')).play(options)));

withCommon(program.command('schema'))
  .description('print the JSON Schema of a scenario file')
  .addHelpText('after', '\nExample:\n  halfopen schema > scenario.schema.json')
  .action((options: CommonOptions) =>
    act(options.json === true, async () => (await import('./schema.ts')).schema(options)),
  );

withCommon(program.command('stacks'))
  .description('list the stacks, what differs from which kernel on, and how that is known')
  .argument('[NAME...]', 'kernels to resolve: linux-6.18, linux-5.10.234')
  .option('--assume', 'take a vendor kernel as the upstream release of its number')
  .addHelpText('after', '\nExamples:\n  halfopen stacks\n  halfopen stacks linux-5.10.234 linux-6.12')
  .action((names: string[], options: StacksOptions) =>
    act(options.json === true, async () => (await import('./stacks.ts')).stacks(names, options)),
  );

withCommon(program.command('version'))
  .description('print the version')
  .addHelpText('after', '\nExample:\n  halfopen version --json')
  .action(async () => {
    await program.parseAsync(['--version'], { from: 'user' });
  });

const benches = withCommon(program.command('bench'))
  .description('run the benchmarks, each in a process of its own; print a table, write CSV')
  .argument('[FILTER...]', 'parts of names and parameters: those that have all of them')
  .option('--out <DIR>', 'folder of the CSV file', 'results/bench')
  .option('--against <FILE>', 'compare with an earlier CSV or JSON of halfopen bench, p50 by p50')
  .option('--rounds <N>', 'processes for each benchmark; the one in the middle counts', '1')
  .option('--in-process', 'no processes: faster, but each benchmark disturbs the next')
  .option('--smoke', 'small sizes, for a moment: shows that all run and do what they did')
  .addHelpText(
    'after',
    `
Examples:
  halfopen bench listener/flood classic
  halfopen bench event-queue/hold n=1000000 --rounds 5
  halfopen bench --against results/bench/2025-01-31-12-00-00.csv
  halfopen bench memory
  halfopen bench gc listener/accept`,
  )
  .action((filter: string[], options: BenchOptions) =>
    act(options.json === true, async () => (await import('./bench.ts')).bench(filter, options)),
  );

benches
  .command('memory')
  .description('bytes of a half-open slot of every stack, and resident memory of long floods')
  .addHelpText(
    'after',
    '\nTakes the options --json, --quiet and --smoke of bench.\n\nExample:\n  halfopen bench memory --json',
  )
  .action((_: object, command: Command) => {
    const options = command.optsWithGlobals<BenchOptions>();
    return act(options.json === true, async () => (await import('./bench.ts')).benchMemory(options));
  });

benches
  .command('gc')
  .description('garbage collected, code thrown away and heap bytes allocated by warm benchmarks, and by whom')
  .argument('[FILTER...]', 'parts of names and parameters')
  .addHelpText(
    'after',
    '\nTakes the options --json, --quiet and --smoke of bench.\n\nExample:\n  halfopen bench gc listener/flood',
  )
  .action((filter: string[], _: object, command: Command) => {
    const options = command.optsWithGlobals<BenchOptions>();
    return act(options.json === true, async () => (await import('./bench.ts')).benchSteadyState(filter, options));
  });

/** `help rnu` as `rnu`, which is refused with the command that was meant: help of what is not there is a mistake. */
function withoutVainHelp(args: readonly string[]): string[] {
  const [first, of = '--help'] = args;
  const isKnown = of.startsWith('-') || of === 'help' || program.commands.some((command) => command.name() === of);
  return first === 'help' && !isKnown ? args.slice(1) : [...args];
}

try {
  await program.parseAsync(withoutVainHelp(process.argv.slice(2)), { from: 'user' });
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and version are no mistakes.
  process.exitCode = error.exitCode === 0 ? 0 : MISTAKE;
  if (wantsJson && error.exitCode !== 0) {
    const { errorsJson } = await import('../report/json.ts');
    const received = error.message.replace(/^error: /, '').replace(/\s+/g, ' ');
    process.stdout.write(errorsJson([{ where: 'command line', expected: 'halfopen COMMAND [OPTIONS]', received }]));
  }
}
