/**
 * The page's side of the worker: requests with numbers, answers to the newest only. A worker that does not listen, because it is deep in
 * something older, is ended, and another one takes its place; so nothing that a scenario does can hold up the page.
 */
import type { FromWorker, QuestionFile, ToWorker } from '../protocol.ts';
import type { PlayState } from '../state.ts';

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
  private running: ToWorker | null; // the newest run: another worker has to make it before anything else
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param source the program of the worker. */
  constructor(source: string, questions: readonly QuestionFile[], onMessage: OnMessage) {
    this.source = source;
    this.questions = questions;
    this.onMessage = onMessage;
    this.id = 0;
    this.isOpen = false;
    this.pending = null;
    this.running = null;
    this.worker = this.start();
  }

  run(state: PlayState): void {
    this.running = this.request({ kind: 'run', id: ++this.id, state });
  }

  steps(fromNs: number, count: number): void {
    this.request({ kind: 'steps', id: ++this.id, fromNs, count });
  }

  changes(): void {
    this.request({ kind: 'changes', id: ++this.id });
  }

  files(): void {
    this.request({ kind: 'files', id: ++this.id });
  }

  private start(): Worker {
    const url = URL.createObjectURL(new Blob([this.source], { type: 'text/javascript' }));
    const worker = new Worker(url);
    URL.revokeObjectURL(url);
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.receive(data));
    worker.addEventListener('error', ({ message }) => this.onMessage({ kind: 'bug', text: message }));
    worker.postMessage({ kind: 'open', questions: this.questions } satisfies ToWorker);
    return worker;
  }

  private request(message: ToWorker): ToWorker {
    const wasBusy = this.pending !== null;
    this.pending = message;
    this.worker.postMessage(message);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.replace(), this.isOpen && wasBusy ? DEAF_MS : ENDLESS_MS);
    return message;
  }

  private receive(message: FromWorker): void {
    if (message.kind === 'opened') this.isOpen = true;
    const isOld = 'id' in message && message.id !== this.id;
    if (isOld) return;
    if (message.kind === 'prepared' || message.kind === 'progress') {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.replace(), ENDLESS_MS);
    } else if ('id' in message) {
      clearTimeout(this.timer);
      this.pending = null;
    }
    this.onMessage(message);
  }

  /** The worker hears nothing: another one makes the newest run. */
  private replace(): void {
    this.worker.terminate();
    this.isOpen = false;
    const { pending, running } = this;
    this.worker = this.start();
    this.pending = null;
    // What took for ever is not begun again.
    if (running !== null && pending !== null && pending.kind !== 'changes') this.running = this.request(running);
  }
}
