/** Outputs of `run` that tell of every packet: --pcap and --trace, written as the run goes, and there when it is over. */
import { writeSync } from 'node:fs';
import { InputError } from '../engine/errors.ts';
import { FileStream, reasonOf } from '../report/files.ts';
import { PacketRecorder } from '../report/pcapng/packet-recorder.ts';
import { ChromeTrace } from '../report/traces/chrome-trace.ts';
import { TextTrace, type TraceFilter } from '../report/traces/text-trace.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { together } from '../simulation/observers.ts';
import type { SimulationObserver } from '../simulation/recorder.ts';
import type { RunResult } from '../simulation/result.ts';
import { type Captures, runScenario } from '../simulation/simulate.ts';
import { type PacketOptions, TERMINAL } from './packet-options.ts';
import { Progress } from './progress.ts';

const STDOUT = 1;
const SLOT_MAX = 2 ** 25;

/** What is written while the run goes. */
interface Output {
  readonly observer: SimulationObserver;
  /** Null: the terminal. */
  readonly file: FileStream | null;
  readonly path: string;
  /** Writes what is left. */
  finish(): void;
}

/** One run, and its outputs. @returns the result, and the files that were written. @throws InputError. */
export async function runObserved(
  scenario: Scenario,
  captures: Captures,
  comment: string,
  options: PacketOptions,
  isQuiet: boolean,
): Promise<{ readonly result: RunResult; readonly files: readonly string[] }> {
  const progress = new Progress(isQuiet);
  const outputs: Output[] = [];
  try {
    const { pcap, trace } = options;
    const filter = filterOf(options.traceFilter, scenario);
    if (trace !== undefined) outputs.push(traceOutput(trace, filter, options.traceFilter, isQuiet, outputs));
    if (pcap !== undefined) outputs.push(pcapOutput(pcap, comment));
    const onProgress = await progress.prepare();
    const observer = together(outputs.map((output) => output.observer));
    const result = runScenario({ scenario, captures, observer, onProgress });
    for (const output of outputs) output.finish();
    for (const { file } of outputs) file?.commit();
    return { result, files: outputs.filter(({ file }) => file !== null).map(({ path }) => path) };
  } finally {
    progress.stop();
    for (const { file } of outputs) file?.discard();
  }
}

function pcapOutput(path: string, comment: string): Output {
  const file = new FileStream(path);
  const observer = new PacketRecorder((bytes) => file.write(bytes), comment);
  return { observer, file, path, finish: () => observer.end() };
}

/** @param filterText as it was written. @param others are given up when nobody reads the terminal any more. */
function traceOutput(
  path: string,
  filter: TraceFilter,
  filterText: string | undefined,
  isQuiet: boolean,
  others: readonly Output[],
): Output {
  const file = path === TERMINAL ? null : new FileStream(path);
  const encoder = new TextEncoder();
  let isEmpty = true;
  const write = (text: string): void => {
    isEmpty = false;
    if (file === null) writeToTerminal(text, others);
    else file.write(encoder.encode(text));
  };
  if (path.endsWith('.json')) {
    const observer = new ChromeTrace(write);
    return { observer, file, path, finish: () => observer.end() };
  }
  const finish = (): void => {
    if (!isEmpty || filterText === undefined || isQuiet) return;
    process.stderr.write(`--trace-filter ${filterText}: nothing that happened is about it\n`);
  };
  return { observer: new TextTrace(write, filter), file, path, finish };
}

/** At once, since a run leaves no time for what is written later. A reader that has seen enough (head) ends the run. */
function writeToTerminal(text: string, others: readonly Output[]): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(STDOUT, bytes, at);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'EAGAIN') continue;
      if (code === 'EPIPE') {
        for (const { file } of others) file?.discard();
        process.exit(0);
      }
      const issue = { where: 'standard output', expected: 'a place that can be written', received: reasonOf(error) };
      throw new InputError([issue], { cause: error });
    }
  }
}

/** `client=users`, `client=users#3`, `slot=4`. @throws InputError. */
function filterOf(text: string | undefined, { traffic }: Scenario): TraceFilter {
  if (text === undefined) return { client: null, slot: null };
  const refuse = (expected: string): InputError =>
    new InputError([{ where: '--trace-filter', expected, received: text }]);
  const [, key = '', value = ''] = /^(client|slot)=(.+)$/.exec(text) ?? [];
  if (key === 'slot') {
    const slot = Number(value);
    if (!/^\d+$/.test(value) || slot >= SLOT_MAX) throw refuse('slot=N with a whole number');
    return { client: null, slot };
  }
  if (key !== 'client') throw refuse('client=NAME, client=NAME#NUMBER or slot=NUMBER');
  const [, name = '', number = ''] = /^(.*?)(#\d+)?$/.exec(value) ?? [];
  const names = traffic.map((entry) => entry.name);
  if (!names.includes(name))
    throw refuse(`one of the scenario's traffic entries (${names.join(', ')})${didYouMean(name, names)}`);
  return { client: `${name}${number}`, slot: null };
}
