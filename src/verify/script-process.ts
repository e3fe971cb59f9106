/** The one server process of a golden script: runs its list of calls, each after the one before has returned. */
import type { EventSink, Loop } from '../engine/loop.ts';
import { NEVER_NS, Phase } from '../engine/time.ts';
import { Count } from '../listeners/linux-1.2/counters.ts';
import type { Linux12 } from '../listeners/linux-1.2/linux12.ts';
import { BLOCKED, errnoName, READY, type Waker } from '../network/socket-api.ts';
import type { ScriptCall, ScriptInput } from './script-input.ts';
import { TICK_NS } from './workload-scenario.ts';

const PROCESS = 0;
const READ_BYTES = 256;
const NO_DESCRIPTOR = -1;
const Kind = { Next: 0, Resume: 1 } as const;

export interface CallResult {
  i: number;
  t_call: number;
  result: string;
  t_ret?: number;
  sleeps?: number;
  peer?: number;
  child?: string;
  err?: string | null;
}

export class ScriptProcess implements EventSink, Waker {
  readonly results: CallResult[];
  /** Call index → the descriptor that its accept() returned, -1 otherwise or once closed. */
  readonly descriptors: number[];
  isListenerClosed: boolean;
  private readonly loop: Loop;
  private readonly stack: Linux12;
  private readonly calls: readonly ScriptCall[];
  private readonly nextType: number;
  private readonly resumeType: number;
  private index: number;
  private blocked: CallResult | null;
  private sleepsBefore: number;

  constructor(loop: Loop, stack: Linux12, input: ScriptInput) {
    this.results = [];
    this.descriptors = input.calls.map(() => NO_DESCRIPTOR);
    this.isListenerClosed = false;
    this.loop = loop;
    this.stack = stack;
    this.calls = input.calls;
    this.nextType = loop.eventType(this, Kind.Next, Phase.Process);
    this.resumeType = loop.eventType(this, Kind.Resume, Phase.Process);
    this.index = 0;
    this.blocked = null;
    this.sleepsBefore = 0;
  }

  start(): void {
    this.scheduleNext();
  }

  wakeUp(): void {
    this.loop.schedule(this.loop.nowNs, this.resumeType, 0);
  }

  onEvent(kind: number): void {
    if (kind === Kind.Next) {
      this.run();
    } else if (this.blocked !== null) {
      this.finish(this.blocked, this.stack.resume(PROCESS));
      if (this.blocked === null) this.run();
    }
  }

  /** Runs every call that is due, until one sleeps. */
  private run(): void {
    while (this.blocked === null && this.index < this.calls.length) {
      const call = this.calls[this.index]!;
      if (call.t * TICK_NS > this.loop.nowNs) break;
      const entry: CallResult = { i: this.index, t_call: this.tick(), result: 'BLOCKED' };
      this.results.push(entry);
      this.sleepsBefore = this.stack.counters.valueOf(Count.AcceptSleeps);
      this.finish(entry, this.perform(call));
    }
    if (this.blocked === null) this.scheduleNext();
  }

  private scheduleNext(): void {
    const call = this.calls[this.index];
    if (call !== undefined) this.loop.schedule(Math.max(call.t * TICK_NS, this.loop.nowNs), this.nextType, 0);
  }

  private perform(call: ScriptCall): number {
    const arg = call.arg ?? 0;
    switch (call.call) {
      case 'accept':
        return this.stack.accept(PROCESS, false);
      case 'accept_nonblock':
        return this.stack.accept(PROCESS, true);
      case 'poll':
        return this.stack.select(PROCESS, 0);
      case 'select':
        return this.stack.select(PROCESS, arg === 0 ? NEVER_NS : arg * TICK_NS);
      case 'listen':
        return this.stack.listen(arg);
      case 'read':
        return this.stack.read(this.descriptors[arg] ?? NO_DESCRIPTOR, READ_BYTES);
      case 'close_fd': {
        const result = this.stack.close(this.descriptors[arg] ?? NO_DESCRIPTOR);
        if (arg >= 0 && arg < this.descriptors.length) this.descriptors[arg] = NO_DESCRIPTOR;
        return result;
      }
      case 'close_listener':
        this.isListenerClosed = true;
        return this.stack.closeListener();
    }
  }

  /** Notes what a call returned, or that it sleeps. */
  private finish(entry: CallResult, returned: number): void {
    const call = this.calls[entry.i]!;
    const isAccept = call.call === 'accept' || call.call === 'accept_nonblock';
    if (isAccept) entry.sleeps = this.stack.counters.valueOf(Count.AcceptSleeps) - this.sleepsBefore;
    if (returned === BLOCKED) {
      this.blocked = entry;
      return;
    }
    this.blocked = null;
    this.stack.deliverSignals(PROCESS);
    entry.t_ret = this.tick();
    entry.result = resultOf(call, returned);
    if (isAccept) this.noteChild(entry, returned);
    this.index++;
  }

  private noteChild(entry: CallResult, returned: number): void {
    if (returned >= 0) this.descriptors[entry.i] = returned;
    if (entry.result === 'EAGAIN' || entry.result === 'EINTR' || entry.result === 'EINVAL') return;
    const child = this.stack.lastDequeued();
    entry.peer = child.peer;
    if (returned < 0) return;
    entry.child = child.state;
    entry.err = child.err === 0 ? null : errnoName(child.err);
  }

  private tick(): number {
    return Math.round(this.loop.nowNs / TICK_NS);
  }
}

function resultOf(call: ScriptCall, returned: number): string {
  if (returned < 0) return errnoName(returned);
  switch (call.call) {
    case 'read':
      return String(returned);
    case 'poll':
      return returned === READY ? 'ready' : 'not_ready';
    case 'select':
      return returned === READY ? 'ready' : 'timeout';
    default:
      return 'ok';
  }
}
