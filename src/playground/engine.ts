/**
 * The worker's side of the playground: states in, results out, with the same simulator as the command line. A run is made in slices;
 * between them the worker listens, and gives up what nobody waits for any more. Runs have a bound on events and memory.
 * Leaves out: the worker itself (page/worker.ts).
 */
import { CapacityError, InputError } from '../engine/errors.ts';
import { findChanges } from '../experiment/changes.ts';
import { isKernelName, kernelNamed, NEWEST_KERNEL, sysctlsOf } from '../listeners/stacks.ts';
import { answerSentences } from '../report/answer.ts';
import { familyOf, meaningOf } from '../report/meanings/meanings.ts';
import { type ResultFile, resultFiles } from '../report/result-files.ts';
import { scenarioHash } from '../scenario/hash.ts';
import { captureFilesOf, parseScenario } from '../scenario/parse.ts';
import { rewriteScenario } from '../scenario/rewrite.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { RunResult } from '../simulation/result.ts';
import { SlicedRun } from '../simulation/simulate.ts';
import { skips } from '../simulation/skips.ts';
import { VERSION } from '../version.ts';
import { dialsOf } from './dials.ts';
import type { Band, Frame, FromWorker, Prepared, QuestionFile, SideResult, ToWorker } from './protocol.ts';
import type { PlayState } from './state.ts';
import { StepRecorder } from './steps.ts';

/** A run of the playground ends after so many events, a few seconds, and at so much memory. */
const EVENTS_MAX = 20_000_000;
const MEMORY_BYTES_MAX = 256e6;
const EVENTS_BETWEEN_BREATHS = 2 ** 16;
const STEPS_MAX = 2000;
const OWN_NAME = 'my-scenario';

/** Stacks offered; any other name that the scenario has is offered too. */
const STACKS = [
  NEWEST_KERNEL,
  'linux-6.12',
  'linux-6.1',
  'linux-5.4',
  'linux-5.3',
  'linux-4.19',
  'linux-4.10',
  'linux-4.9',
  'linux-4.4',
  'linux-4.3',
  'linux-3.10',
  'linux-2.6.32',
  'linux-2.4',
  'linux-2.2',
  'linux-1.2',
  'freebsd-14',
  'freebsd-9',
  'classic',
];

interface Side {
  readonly scenario: Scenario;
  readonly prepared: Prepared;
  result: RunResult | null;
}

/** Thrown to leave work that nobody waits for. */
class Superseded extends Error {}

export class PlayEngine {
  private readonly post: (message: FromWorker) => void;
  private readonly breathe: () => Promise<void>;
  private questions: ReadonlyMap<string, QuestionFile>;
  private newest: number; // request
  private sides: readonly Side[]; // of the state that ran last
  private work: Promise<void>; // what is being done, one thing after the other

  /** @param breathe resolves when messages that came in the meantime have been handed to `onMessage`. */
  constructor(post: (message: FromWorker) => void, breathe: () => Promise<void>) {
    this.post = post;
    this.breathe = breathe;
    this.questions = new Map();
    this.newest = 0;
    this.sides = [];
    this.work = Promise.resolve();
  }

  /** Resolves when it is done, or given up for a newer one. */
  onMessage(message: ToWorker): Promise<void> {
    if ('id' in message) this.newest = Math.max(this.newest, message.id);
    this.work = this.work.then(() => this.tryTo(message));
    return this.work;
  }

  private async tryTo(message: ToWorker): Promise<void> {
    const id = 'id' in message ? message.id : 0;
    try {
      await this.perform(message);
    } catch (error) {
      if (error instanceof Superseded) return;
      if (error instanceof InputError) this.post({ kind: 'problems', id, issues: error.issues });
      else if (error instanceof CapacityError) this.post({ kind: 'problems', id, issues: [limitIssue(error.message)] });
      // What a browser has no memory for.
      else if (error instanceof RangeError) this.post({ kind: 'problems', id, issues: [limitIssue(error.message)] });
      else this.post({ kind: 'bug', text: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }

  private perform(message: ToWorker): Promise<void> | void {
    switch (message.kind) {
      case 'open':
        return this.open(message.questions);
      case 'run':
        return this.run(message.id, message.state);
      case 'steps':
        return this.step(message.id, message.fromNs, Math.min(message.count, STEPS_MAX));
      case 'changes':
        return this.tryChanges(message.id, this.sides);
      case 'files':
        return this.post({ kind: 'files', id: message.id, sides: this.sides.map(filesOf) });
    }
  }

  private open(questions: readonly QuestionFile[]): void {
    this.questions = new Map(questions.map((question) => [question.name, question]));
    this.post({ kind: 'opened', stacks: STACKS, version: VERSION });
  }

  // --- run

  private async run(id: number, state: PlayState): Promise<void> {
    await this.pause(id);
    const sides = this.prepare(state);
    this.sides = sides;
    this.post({
      kind: 'prepared',
      id,
      frame: this.frameOf(state, sides[0]!),
      sides: sides.map(({ prepared }) => prepared),
    });
    for (const [i, side] of sides.entries()) {
      side.result = await this.simulate(id, side.scenario, (fraction) => {
        this.post({ kind: 'progress', id, fraction: (i + fraction) / sides.length });
      });
    }
    this.post({ kind: 'result', id, sides: sides.map(sideResult) });
  }

  private prepare(state: PlayState): Side[] {
    const [text, fileName] = this.textOf(state);
    const first = this.prepareSide(text, fileName, state, state.stack);
    const { other } = state;
    if (other === null) return [first];
    const settings = state.settings.filter(({ path, value }) => takes(other, path, value));
    return [first, this.prepareSide(text, fileName, { ...state, settings }, other)];
  }

  private prepareSide(text: string, fileName: string, state: PlayState, stack: string | null): Side {
    const rewritten = rewriteScenario(text, fileName, { stack, settings: state.settings, seed: state.seed });
    const parsed = parseScenario(rewritten.text, fileName);
    const [capture] = captureFilesOf(parsed);
    if (capture !== undefined) {
      const expected = 'arrivals without a file: a capture is for the command line';
      throw new InputError([{ where: fileName, expected, received: capture }]);
    }
    const { limits, server } = parsed;
    const bounded = {
      events: Math.min(limits.events, EVENTS_MAX),
      memoryBytes: Math.min(limits.memoryBytes, MEMORY_BYTES_MAX),
    };
    const notes = [...rewritten.notes, ...kernelNotes(server.stackName)];
    const prepared = { stackName: server.stackName, text: rewritten.text, notes };
    return { scenario: { ...parsed, limits: bounded }, prepared, result: null };
  }

  private textOf({ question, text }: PlayState): readonly [text: string, fileName: string] {
    if (question === null) return [text ?? '', `${OWN_NAME}.yaml`];
    const file = this.questions.get(question);
    if (file !== undefined) return [file.text, `${question}.yaml`];
    throw new InputError([{ where: 'question', expected: 'one of those that there are', received: question }]);
  }

  private frameOf(state: PlayState, { scenario }: Side): Frame {
    const [text, fileName] = this.textOf(state);
    const { server, traffic } = scenario;
    return {
      name: scenario.name,
      title: scenario.title,
      answer: state.question === null ? null : (this.questions.get(state.question)?.answer ?? null),
      seed: scenario.seed,
      durationNs: scenario.durationNs,
      stackName: server.stackName,
      ownStackName: parseScenario(text, fileName).server.stackName,
      clients: traffic.filter(({ kind }) => kind === 'clients').map(({ name }) => name),
      floods: traffic.filter(({ kind }) => kind !== 'clients').map(({ name }) => name),
      bands: bandsOf(scenario),
      dials: dialsOf(scenario),
      isSkipped: traffic.some((entry) => skips(scenario, entry)),
    };
  }

  private async simulate(id: number, scenario: Scenario, onProgress: (fraction: number) => void): Promise<RunResult> {
    const run = new SlicedRun({ scenario, captures: new Map() });
    let breathedAt = 0;
    while (!run.isOver) {
      run.advance();
      if (run.eventCount - breathedAt < EVENTS_BETWEEN_BREATHS) continue;
      breathedAt = run.eventCount;
      onProgress(run.fraction);
      await this.pause(id);
    }
    return run.result();
  }

  /** Which setting would change the outcome: a dozen runs. */
  private async tryChanges(id: number, sides: readonly Side[]): Promise<void> {
    const answers: string[] = [];
    for (const { result, scenario } of sides) {
      await this.pause(id);
      if (result === null) return;
      const changes = findChanges(scenario, new Map(), result);
      answers.push(answerSentences(result, changes, 1));
    }
    this.post({ kind: 'answers', id, answers });
  }

  private async step(id: number, fromNs: number, count: number): Promise<void> {
    const all = [];
    for (const { scenario } of this.sides) {
      const recorder = new StepRecorder(scenario, fromNs, count, EVENTS_MAX);
      while (!recorder.advance()) await this.pause(id);
      all.push(recorder.result());
    }
    this.post({ kind: 'steps', id, sides: all });
  }

  /** Listens. @throws Superseded when something newer has been asked for. */
  private async pause(id: number): Promise<void> {
    await this.breathe();
    if (id !== this.newest) throw new Superseded();
  }
}

/** Is a setting of the first stack one of `stack` too? */
function takes(stack: string, path: string, value: string): boolean {
  if (path.startsWith('server.classic.')) return stack === 'classic';
  if (!path.startsWith('server.sysctl.')) return true;
  const sysctl = sysctlsOf(stack).find(({ name }) => path === `server.sysctl.${name}`);
  return sysctl !== undefined && Number(value) >= sysctl.min && Number(value) <= sysctl.max;
}

function limitIssue(received: string): { where: string; expected: string; received: string } {
  return {
    where: 'playground',
    expected: 'a run that a browser can hold; the command line has no such bound',
    received,
  };
}

function kernelNotes(stackName: string): string[] {
  if (!isKernelName(stackName)) return [];
  const named = kernelNamed(stackName, true);
  return 'warning' in named && typeof named.warning === 'string' ? [named.warning] : [];
}

function bandsOf({ durationNs, server, traffic }: Scenario): Band[] {
  const pauses = server.accept.pauses
    .filter(({ everyNs }) => !Number.isFinite(everyNs))
    .map(({ atNs, forNs }): Band => ({ kind: 'pause', fromNs: atNs, toNs: Math.min(durationNs, atNs + forNs) }));
  const attacks = traffic
    .filter(({ kind }) => kind !== 'clients')
    .map(({ startNs, untilNs }): Band => ({ kind: 'attack', fromNs: startNs, toNs: Math.min(durationNs, untilNs) }));
  return [...attacks, ...pauses].filter(({ fromNs, toNs }) => toNs > fromNs);
}

function sideResult({ result }: Side): SideResult {
  if (result === null) throw new RangeError('a side without a result');
  const { conservation, counters, drops, durationNs, eventCount, metrics, series, skippedSyns, stackName, stop } =
    result;
  const stopped =
    stop === null ? null : `stopped at ${stop.limit}: in the browser a run ends there, on the command line it goes on`;
  const answer = answerSentences(result, null, 1);
  const cookieSyns = conservation.terms.find(({ name }) => name === 'cookie')?.count ?? 0;
  const family = familyOf(stackName);
  const withMeanings = counters.map(({ name, value }) => {
    return { name, value, meaning: value === 0 ? '' : (meaningOf(name, family)?.text ?? '') };
  });
  return {
    stackName,
    answer,
    metrics,
    drops,
    counters: withMeanings,
    series,
    durationNs,
    cookieSyns,
    eventCount,
    skippedSyns,
    stopped,
  };
}

function filesOf({ prepared, result, scenario }: Side): ResultFile[] {
  if (result === null) return [];
  const context = {
    scenarioHash: scenarioHash(parseScenario(prepared.text, `${scenario.name}.yaml`)),
    settings: [],
    skip: scenario.skip,
  };
  return [{ name: `${scenario.name}.yaml`, text: prepared.text }, ...resultFiles([result], context)];
}
