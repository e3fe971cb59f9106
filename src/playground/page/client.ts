/**
 * The page's side of the worker: requests with numbers, answers to the newest only. A worker that does not listen, because it is deep in
 * something older, is ended, and another one takes its place; so nothing that a scenario does can hold up the page.
 */
import type { FromWorker, QuestionFile, ToWorker } from '../protocol.ts';
import type { PlayState } from '../state.ts';
import { type Booted, workerOf } from './worker-of.ts';

/** A worker that was busy with something older has so long to turn to the newest. */
const DEAF_MS = 400;
/** Nothing takes longer. */
const ENDLESS_MS = 30_000;

export type OnMessage = (message: FromWorker) => void;

export class EngineClient {
  private readonly source: string;
  private readonly questions: readonly QuestionFile[];
  private readonly onMessage: OnMessage;
  private worker: Worker;
  private id: number;
  private isOpen: boolean;
  private pending: ToWorker | null; // the newest request, not answered yet
  private state: PlayState | null; // of the newest run: another worker has to make it before anything else
  private triesChanges: boolean;
  private wantsFiles: boolean; // and has not got them
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ source, worker }: Booted, questions: readonly QuestionFile[], onMessage: OnMessage) {
    this.source = source;
    this.questions = questions;
    this.onMessage = onMessage;
    this.id = 0;
    this.isOpen = false;
    this.pending = null;
    this.state = null;
    this.triesChanges = true;
    this.wantsFiles = false;
    this.worker = this.open(worker);
  }

  run(state: PlayState): void {
    this.state = state;
    this.request({ kind: 'run', id: ++this.id, state });
  }

  /** While a run is under way this is nothing: its result is what they are asked of. */
  steps(fromNs: number, count: number): void {
    if (this.pending?.kind !== 'run') this.request({ kind: 'steps', id: ++this.id, fromNs, count });
  }

  /** The same. */
  changes(): void {
    if (this.triesChanges && this.pending?.kind !== 'run') this.request({ kind: 'changes', id: ++this.id });
  }

  /** Beside whatever is under way, but for a run: then, when that is over. */
  files(): void {
    this.wantsFiles = true;
    if (this.isOpen && this.pending?.kind !== 'run') this.askForFiles();
  }

  private askForFiles(): void {
    this.worker.postMessage({ kind: 'files', id: this.id } satisfies ToWorker);
  }

  private open(worker: Worker): Worker {
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.receive(data));
    worker.addEventListener('error', ({ message }) => this.onMessage({ kind: 'bug', text: message }));
    worker.postMessage({ kind: 'open', questions: this.questions } satisfies ToWorker);
    return worker;
  }

  private request(message: ToWorker): void {
    const isDeafSoon = this.isOpen && this.pending !== null;
    this.pending = message;
    this.worker.postMessage(message);
    if (isDeafSoon) this.watch(() => this.replace(), DEAF_MS);
    else this.watch(() => this.giveUp(), ENDLESS_MS);
  }

  private watch(act: () => void, ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(act, ms);
  }

  private receive(message: FromWorker): void {
    if (message.kind === 'opened') this.isOpen = true;
    const isOld = 'id' in message && message.id !== this.id && message.kind !== 'files';
    if (isOld) return;
    if (message.kind === 'prepared' || message.kind === 'progress') {
      this.watch(() => this.giveUp(), ENDLESS_MS);
    } else if ('id' in message && message.kind !== 'files') {
      clearTimeout(this.timer);
      // A worker that took the place of another has lost what that one was asked for.
      if (this.wantsFiles && this.pending?.kind === 'run') this.askForFiles();
      this.pending = null;
    }
    if (message.kind === 'files') this.wantsFiles = false;
    this.onMessage(message);
  }

  /** The worker hears nothing: another one makes the newest run. */
  private replace(): void {
    this.worker.terminate();
    this.isOpen = false;
    this.pending = null;
    this.worker = this.open(workerOf(this.source));
    if (this.state !== null) this.run(this.state);
  }

  /** What has taken for ever is not begun again. */
  private giveUp(): void {
    const kind = this.pending?.kind;
    if (kind === 'run') this.state = null;
    if (kind === 'changes') this.triesChanges = false;
    this.replace();
    if (kind !== 'run') return;
    const expected = `an end within ${ENDLESS_MS / 1000} s, which the command line does not ask for`;
    this.onMessage({
      kind: 'problems',
      id: this.id,
      issues: [{ where: 'playground', expected, received: 'a run that goes on' }],
    });
  }
}
