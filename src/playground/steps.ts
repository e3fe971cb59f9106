/**
 * A run step by step, from an instant on: each segment that reaches the stack, each system call, each timer that changes something, with
 * who waits after it. A window of so many steps is kept, so memory is bounded; every packet is simulated, none counted by the number.
 * Leaves out: pictures (page/).
 */
import type { Counters } from '../engine/counters.ts';
import type { Listener } from '../listeners/listener.ts';
import { ACCEPT_QUEUE, SYN_QUEUE } from '../listeners/listener.ts';
import type { QueueBounds } from '../listeners/waiting.ts';
import { Flag, type SegmentPool } from '../network/segment.ts';
import { BLOCKED, Errno } from '../network/socket-api.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { HostCall } from '../simulation/observed-doors.ts';
import type { Fate } from '../simulation/observed-ways.ts';
import type { SimulationObserver } from '../simulation/recorder.ts';
import { Simulation } from '../simulation/simulation.ts';
import { callsOf, Outcome, StepKind } from './call-names.ts';
import type { Called, Step, Steps, Waiter } from './step.ts';
import {
  dropped,
  type Ending,
  ENDINGS,
  FAST_OPEN,
  kindOfCall,
  nameOfCall,
  nameOfFlags,
  wordsOf,
} from './step-words.ts';

/** So many of each queue are told of; more are a number. */
const DRAWN_MAX = 128;
/** Queues longer than this are not looked into. */
const LEVEL_MAX = 4096;
const CHUNK = 512; // events between two looks at the steps

/** Counters that say nothing to whoever looks at one step. */
const SILENT = /^(?:Tcp(?:In|Out)Segs|TcpCurrEstab|segments_in|segments_out|lookups|syn_?acks.*|.*_visits)$/;

export class StepRecorder implements SimulationObserver {
  private readonly scenario: Scenario;
  private readonly simulation: Simulation;
  private readonly stepsMax: number;
  private readonly fromNs: number;
  private readonly eventsMax: number;
  private readonly steps: Step[];
  private readonly bounds: QueueBounds;
  private readonly counters: Counters;
  private readonly before: Float64Array; // counters as the last step left them
  private fates: Fate[]; // since the last step
  private calls: { name: string; depth: number; result: number | null }[]; // since the last step
  private depth: number;
  private levels: readonly [number, number];
  private readonly arrived: Map<string, number>; // who is half-open → when first seen, by number
  private seen: number;
  private sent: string[]; // answers since the last step
  private woken: number;
  private isRecording: boolean;
  private resumed: Map<number, number>; // process → the call that it sleeps in

  /** @param eventsMax it ends after so many events. */
  constructor(scenario: Scenario, fromNs: number, stepsMax: number, eventsMax: number) {
    this.scenario = scenario;
    this.fromNs = Math.min(fromNs, scenario.durationNs);
    this.stepsMax = stepsMax;
    this.eventsMax = eventsMax;
    this.steps = [];
    this.isRecording = false;
    this.arrived = new Map();
    this.resumed = new Map();
    this.seen = 0;
    this.sent = [];
    this.fates = [];
    this.calls = [];
    this.depth = 0;
    this.woken = 0;
    this.levels = [0, 0];
    this.simulation = new Simulation({ scenario, replication: 0, captures: new Map(), observer: this });
    this.bounds = this.simulation.listener.bounds();
    this.counters = this.simulation.listener.counters;
    this.before = Float64Array.from(this.counters.values);
  }

  /** Goes on for a moment. @returns true when there is nothing more to do. @throws CapacityError when a limit is passed. */
  advance(): boolean {
    const { loop } = this.simulation;
    const { durationNs } = this.scenario;
    if (loop.eventCount > this.eventsMax) return true;
    if (loop.nowNs < this.fromNs) {
      loop.runUntil(this.fromNs, loop.eventCount + CHUNK);
      return false;
    }
    if (!this.isRecording) this.begin();
    for (let i = 0; i < CHUNK; i++) {
      if (this.steps.length >= this.stepsMax) return true;
      if (loop.runUntil(durationNs, loop.eventCount + 1)) return true;
      this.noteTimer();
    }
    return false;
  }

  result(): Steps {
    const { scenario, simulation, steps } = this;
    return {
      stackName: scenario.server.stackName,
      isShared: scenario.server.stack.kind === 'linux-1.2',
      bounds: this.bounds,
      sources: scenario.traffic.map(({ kind, name }) => ({ name, isClients: kind === 'clients' })),
      steps,
      isCut: simulation.loop.nowNs < scenario.durationNs,
    };
  }

  // --- SimulationObserver

  onSegmentDone(segments: SegmentPool, segment: number): void {
    if (!this.isRecording) return;
    const flags = segments.flagsOf(segment);
    const [source, peer] = [segments.sourceOf(segment), segments.peerOf(segment)];
    const { isLoss, outcome, words } = segments.isSyn(segment) ? this.synOutcome() : this.segmentOutcome(flags);
    const kind = segments.isSyn(segment) ? StepKind.Syn : (flags & Flag.Rst) !== 0 ? StepKind.Reset : StepKind.Ack;
    this.add(
      kind,
      `${nameOfFlags(flags, segments.lengthOf(segment))} of ${this.who(source, peer)}`,
      outcome,
      words,
      isLoss,
      source,
      peer,
    );
  }

  onReturn(process: number, call: number, result: number): void {
    // The call that a process sleeps in is remembered: `Resume` goes on in it.
    const entered = call === HostCall.Resume ? (this.resumed.get(process) ?? HostCall.Accept) : call;
    if (result === BLOCKED) this.resumed.set(process, entered);
    if (!this.isRecording) return;
    const { listener } = this.simulation;
    const isConnection = entered === HostCall.Accept && result >= 0;
    const [source, peer] = isConnection ? [listener.sourceOf(result), listener.peerOf(result)] : [-1, -1];
    const outcome = result === BLOCKED ? Outcome.Sleeps : isConnection ? Outcome.Done : Outcome.Other;
    const words = isConnection
      ? `returns ${this.who(source, peer)}${listener.isDead(result) ? ', which is dead already' : ''}`
      : wordsOf(entered, result);
    const isVain = result < 0 && result !== BLOCKED && result !== -Errno.EAGAIN;
    this.add(kindOfCall(call, entered), nameOfCall(call, entered, process), outcome, words, isVain, source, peer);
  }

  /** What the stack decided belongs to the step it is in; what is dropped elsewhere is a step of its own. */
  onFate(segments: SegmentPool, segment: number, fate: Fate): void {
    if (!this.isRecording) return;
    if (fate.by === 'stack') {
      this.fates.push(fate);
      return;
    }
    const [source, peer] = [segments.sourceOf(segment), segments.peerOf(segment)];
    const what = `${nameOfFlags(segments.flagsOf(segment), segments.lengthOf(segment))} of ${this.who(source, peer)}`;
    this.add(StepKind.Lost, what, Outcome.Other, `dropped: ${fate.text}`, true, source, peer);
  }

  onEnter(name: string): void {
    if (this.isRecording) this.calls.push({ name, depth: this.depth++, result: null });
  }

  onLeave(result: number): void {
    if (!this.isRecording || this.depth === 0) return;
    this.depth--;
    const left = this.calls.findLast(({ depth, result: known }) => depth === this.depth && known === null);
    if (left !== undefined) left.result = result;
  }

  onWakeUp(): void {
    this.woken++;
  }

  onAnswer(segments: SegmentPool, segment: number): void {
    if (!this.isRecording) return;
    const flags = segments.flagsOf(segment);
    this.sent.push(
      `${nameOfFlags(flags, segments.lengthOf(segment))} to ${this.who(segments.sourceOf(segment), segments.peerOf(segment))}`,
    );
  }

  // ---

  private begin(): void {
    this.isRecording = true;
    this.before.set(this.counters.values);
    this.levels = this.levelsNow();
    this.forget();
  }

  /** Something that came through no door: a timer of the stack. */
  private noteTimer(): void {
    const [syn, accept] = this.levelsNow();
    const hasMoved = syn !== this.levels[0] || accept !== this.levels[1];
    if (!hasMoved && this.sent.length === 0) return;
    const isRepeat = this.sent.some((one) => one.startsWith('SYN-ACK'));
    const gone = this.levels[0] - syn;
    const words =
      gone > 0 ? `${gone === 1 ? 'a half-open connection is' : `${gone} half-open connections are`} given up` : '';
    // What an application sends and a connection resends is none of the listener's timers.
    if (!hasMoved && !isRepeat) {
      this.sent = [];
      return;
    }
    this.add(
      StepKind.Timer,
      isRepeat ? 'a SYN-ACK is sent again' : 'a timer fires',
      Outcome.Done,
      words,
      gone > 0,
      -1,
      -1,
    );
  }

  private synOutcome(): Ending {
    const fate = this.fates.at(-1);
    if (fate === undefined) return { outcome: Outcome.Other, words: '', isLoss: false };
    if (fate.isDrop) return dropped(fate);
    // Where no queue is shared, a SYN joins the accept queue only by TCP Fast Open.
    const isShared = this.scenario.server.stack.kind === 'linux-1.2';
    if (!isShared && this.levelsNow()[1] > this.levels[1]) return FAST_OPEN;
    return ENDINGS[fate.fate] ?? { outcome: Outcome.Other, words: fate.fate, isLoss: false };
  }

  private segmentOutcome(flags: number): Ending {
    const fate = this.fates.find(({ isDrop }) => isDrop);
    if (fate !== undefined) return dropped(fate);
    const [syn, accept] = this.levelsNow();
    if (accept > this.levels[1]) {
      return syn < this.levels[0]
        ? { outcome: Outcome.Done, words: 'completes the handshake, can be accepted', isLoss: false }
        : { outcome: Outcome.Cookie, words: 'brings a cookie back, can be accepted', isLoss: false };
    }
    const isReset = (flags & Flag.Rst) !== 0;
    if (isReset && (syn < this.levels[0] || accept < this.levels[1])) {
      const outcome = syn < this.levels[0] ? Outcome.Done : Outcome.Other;
      return { outcome, words: 'its connection is forgotten', isLoss: false };
    }
    if (this.sent.some((one) => one.startsWith('RST'))) return { outcome: Outcome.Refused, words: '', isLoss: true };
    return { outcome: Outcome.Other, words: '', isLoss: false };
  }

  private add(
    kind: StepKind,
    what: string,
    outcome: Outcome,
    words: string,
    isLoss: boolean,
    source: number,
    peer: number,
  ): void {
    if (this.steps.length >= this.stepsMax) return;
    const { listener, loop } = this.simulation;
    const [synQueue, acceptQueue] = this.levelsNow();
    const more = [...new Set(this.sent)].slice(0, 3).map((one) => `sends ${one}`);
    if (this.woken > 0) more.unshift(this.woken === 1 ? 'wakes a worker' : `wakes ${this.woken} workers`);
    this.steps.push({
      atNs: loop.nowNs,
      kind,
      what,
      outcome: [words, ...more].filter((part) => part !== '').join('; '),
      isLoss,
      source,
      peer,
      calls: this.called(kind, outcome),
      foundAt: this.calls.findLast(({ name }) => name === 'tcp_find_established')?.result ?? null,
      counters: this.moved(),
      synQueue,
      acceptQueue,
      memberQueues: this.memberLevels(),
      waiters: this.waiters(listener),
    });
    this.before.set(this.counters.values);
    this.levels = [synQueue, acceptQueue];
    this.forget();
  }

  /** As the stack told it, or as it is known of its kernel. */
  private called(kind: StepKind, outcome: Outcome): Called[] {
    if (this.calls.length > 0) return this.calls;
    return callsOf(this.scenario.server.stack, kind, outcome).map((call) => ({ ...call, result: null }));
  }

  private forget(): void {
    this.sent = [];
    this.fates = [];
    this.calls = [];
    this.woken = 0;
  }

  private moved(): string[] {
    const { names, values } = this.counters;
    return names.flatMap((name, i) => {
      const change = values[i]! - this.before[i]!;
      return change === 0 || SILENT.test(name) ? [] : [`${name} ${change > 0 ? '+' : '−'}${Math.abs(change)}`];
    });
  }

  /** Half-open ones by when they were first seen, except where the stack has an order of its own. */
  private waiters(listener: Listener): Waiter[] {
    const [syn, accept] = this.levelsNow();
    if (syn + accept > LEVEL_MAX) return [];
    const all: Waiter[] = [];
    listener.eachWaiting((queue, source, peer, isDead, member = 0) => {
      all.push({ queue, source, peer, isDead, member });
    });
    if (this.scenario.server.stack.kind === 'linux-1.2') return all.slice(0, DRAWN_MAX);
    const halfOpen = all.filter(({ queue }) => queue === SYN_QUEUE);
    const present = new Map<string, number>();
    for (const { peer, source } of halfOpen) {
      const key = `${source} ${peer}`;
      present.set(key, this.arrived.get(key) ?? this.seen++);
    }
    this.arrived.clear();
    for (const [key, order] of present) this.arrived.set(key, order);
    const orderOf = ({ peer, source }: Waiter): number => present.get(`${source} ${peer}`) ?? 0;
    halfOpen.sort((a, b) => orderOf(a) - orderOf(b));
    const complete = all.filter(({ queue }) => queue === ACCEPT_QUEUE);
    return [...halfOpen.slice(0, DRAWN_MAX), ...this.drawn(complete)];
  }

  /** As many of each listener of a group. */
  private drawn(complete: readonly Waiter[]): Waiter[] {
    const { members } = this.bounds;
    if (members.length === 0) return complete.slice(0, DRAWN_MAX);
    const share = Math.ceil(DRAWN_MAX / members.length);
    return members.flatMap((_, i) => complete.filter(({ member }) => member === i).slice(0, share));
  }

  private memberLevels(): number[] {
    const { gauges } = this.simulation.listener;
    return this.bounds.members.map((_, i) => gauges.levelOf(gauges.names.indexOf(`accept_queue_${i}`)));
  }

  private levelsNow(): readonly [number, number] {
    const { gauges } = this.simulation.listener;
    return [gauges.levelOf(SYN_QUEUE), gauges.levelOf(ACCEPT_QUEUE)];
  }

  private who(source: number, peer: number): string {
    return `${this.scenario.traffic[source]?.name ?? '?'}#${peer}`;
  }
}
