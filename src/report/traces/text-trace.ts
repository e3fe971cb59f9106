/**
 * A run as text, one line for what a client, the server, a worker or a function of the kernel does, in the order in which it happens:
 *
 *   0.000000000  users#0   sends SYN seq 65536 win 8000 mss 1460
 *   0.020000000  server    receives SYN of users#0 seq 65536 win 8000 mss 1460
 *   0.020000000              tcp_rcv
 *   0.020000000                tcp_conn_request = slot 0
 *   0.020000000            admitted, syn_queue 1, accept_queue 0
 *
 * With a filter, the lines of one client, of one traffic entry or of one slot, with all that the server did for it at once.
 * Holds the lines of one segment or call, and nothing else, so a run of any length takes no memory.
 * Leaves out: functions of other kernels than linux-1.2, whose stacks follow rules, not their source; what changes no line of its own,
 * as timers that end in nothing.
 */
import type { Listener } from '../../listeners/listener.ts';
import type { SegmentPool } from '../../network/segment.ts';
import { BLOCKED, READY } from '../../network/socket-api.ts';
import { HostCall } from '../../simulation/observed-doors.ts';
import { type Fate, Place } from '../../simulation/observed-ways.ts';
import type { SimulationObserver } from '../../simulation/recorder.ts';
import type { Simulation } from '../../simulation/simulation.ts';
import { fieldsOf, kindOf, resultOf, secondsOf } from './names.ts';

/** Which lines: of a client (`users#3`), of a traffic entry (`users`), of a slot of the listener. Null: all. */
export interface TraceFilter {
  readonly client: string | null;
  readonly slot: number | null;
}

const NONE = -1;
const INDENT = '  ';
/** Functions that return a child, by its slot; the others return a number or nothing. */
const RETURNS_SLOT: ReadonlySet<string> = new Set([
  'sock_accept',
  'inet_accept',
  'tcp_accept',
  'tcp_dequeue_established',
  'tcp_conn_request',
]);
const RETURNS_NUMBER: ReadonlySet<string> = new Set(['tcp_find_established', 'tcp_listen_select']);

export class TextTrace implements SimulationObserver {
  private readonly write: (text: string) => void;
  private readonly filter: TraceFilter;
  private simulation: Simulation | null;
  private names: readonly string[]; // source → name of the traffic entry
  private actorWidth: number;
  private readonly frames: string[]; // functions that were entered and not left
  private isHeadOpen: boolean; // the line of the function entered last is not written yet
  private lines: string[]; // of the segment or the call under way
  private isWanted: boolean; // one of them is what the filter asks for
  private depth: number; // segments and calls under way, one in another
  private readonly sleepsIn: number[]; // process → call that it makes, or sleeps in

  /** @param write gets whole lines, in order. */
  constructor(write: (text: string) => void, filter: TraceFilter) {
    this.write = write;
    this.filter = filter;
    this.simulation = null;
    this.names = [];
    this.actorWidth = 0;
    this.frames = [];
    this.isHeadOpen = false;
    this.lines = [];
    this.isWanted = false;
    this.depth = 0;
    this.sleepsIn = [];
  }

  onStart(simulation: Simulation): void {
    this.simulation = simulation;
    this.names = simulation.scenario.traffic.map(({ name }) => name);
    this.actorWidth = Math.max('worker 10'.length, ...this.names.map((name) => name.length + 4));
  }

  onPlace(segments: SegmentPool, segment: number, place: number): void {
    const client = this.clientOf(segments, segment);
    const kind = kindOf(segments, segment);
    const what = `${kind} ${fieldsOf(segments, segment)}`;
    if (place === Place.SentByClient) this.say(client, `sends ${what}`, client);
    if (place === Place.AtClient) this.say(client, `receives ${what}`, client);
    if (place === Place.SentByServer) {
      this.say('server', `sends ${kind} to ${client} ${fieldsOf(segments, segment)}`, client);
    }
    if (place === Place.AtServer) {
      this.begin();
      this.say('server', `receives ${kind} of ${client} ${fieldsOf(segments, segment)}`, client);
    }
    if (place === Place.HandledByServer) this.end();
  }

  onSegment(): void {
    this.begin();
  }

  onSegmentDone(segments: SegmentPool, segment: number): void {
    const slot = this.simulation?.listener.slotOf?.(segments.endpointOf(segment), segments.peerOf(segment)) ?? NONE;
    this.want(this.clientOf(segments, segment), slot);
    this.end();
  }

  onFate(segments: SegmentPool, segment: number, { by, fate, isDrop, rule, text }: Fate, link: number): void {
    const client = this.clientOf(segments, segment);
    const name = this.simulation?.scenario.links[link]?.name ?? '';
    const actor = { stack: 'server', processor: 'server', front_end: 'front end', link_up: name, link_down: name }[by];
    const fateText = fate.replaceAll('_', ' ');
    const outcome = isDrop
      ? `drops ${kindOf(segments, segment)} of ${client}: ${fateText} (${rule}), ${text}`
      : fateText;
    this.say(actor, by === 'stack' ? `${outcome}; ${this.queues()}` : outcome, client);
  }

  onCall(process: number, call: number, descriptor: number): void {
    this.begin();
    if (call === HostCall.Accept || call === HostCall.Select) this.sleepsIn[process] = call;
    this.say(actorOf(process), this.callText(call, descriptor), this.clientOfDescriptor(descriptor), descriptor);
  }

  onReturn(process: number, call: number, result: number, descriptor: number): void {
    if (call !== HostCall.Close) {
      const slot = this.sleepsIn[process] === HostCall.Accept && result >= 0 ? result : NONE;
      const client = this.clientOfDescriptor(slot);
      const returned = slot === NONE ? selectOrError(result) : `${resultOf(result)}, ${client}; ${this.queues()}`;
      this.say(actorOf(process), `= ${returned}`, client, slot);
    } else if (result < 0) {
      this.say(actorOf(process), `= ${resultOf(result)}`, null, descriptor);
    }
    this.end();
  }

  onWakeUp(process: number): void {
    this.say('server', `wakes ${actorOf(process)}`, null);
  }

  onEnter(name: string, slot: number): void {
    this.writeHead();
    this.frames.push(slot >= 0 ? `${name}(slot ${slot})` : name);
    this.isHeadOpen = true;
    this.want(null, slot);
  }

  onLeave(result: number): void {
    const frame = this.frames.at(-1) ?? '';
    const name = frame.replace(/\(.*/, '');
    const returned = returnedText(name, result);
    if (this.isHeadOpen || returned !== '') this.functionLine(`${frame}${returned}`);
    this.isHeadOpen = false;
    if (RETURNS_SLOT.has(name)) this.want(null, result);
    this.frames.pop();
  }

  onConnected(source: number, peer: number, afterNs: number): void {
    const client = this.nameOf(source, peer);
    this.say(client, `is connected after ${secondsOf(afterNs)} s`, client);
  }

  onFailed(source: number, peer: number): void {
    const client = this.nameOf(source, peer);
    this.say(client, 'fails', client);
  }

  // --- lines

  /** What follows belongs together, until `end`. */
  private begin(): void {
    this.depth++;
  }

  private end(): void {
    if (this.depth > 0) this.depth--;
    if (this.depth === 0) this.flush();
  }

  private flush(): void {
    if (this.isWanted && this.lines.length > 0) this.write(this.lines.join(''));
    this.lines = [];
    this.isWanted = false;
  }

  /** The lines under way are about `client`, or about `slot`. */
  private want(client: string | null, slot: number): void {
    const { filter } = this;
    if (filter.client === null && filter.slot === null) this.isWanted = true;
    if (filter.slot !== null && filter.slot === slot) this.isWanted = true;
    if (filter.client === null || client === null) return;
    if (client === filter.client || client.startsWith(`${filter.client}#`)) this.isWanted = true;
  }

  private say(actor: string, text: string, client: string | null, slot = NONE): void {
    this.writeHead();
    this.want(client, slot);
    this.lines.push(`${this.now()}  ${actor.padEnd(this.actorWidth)}  ${text}\n`);
    if (this.depth === 0) this.flush();
  }

  /** The function entered last calls others, or does something that has a line: its own comes first. */
  private writeHead(): void {
    if (this.isHeadOpen) this.functionLine(this.frames.at(-1) ?? '');
    this.isHeadOpen = false;
  }

  private functionLine(text: string): void {
    this.lines.push(`${this.now()}  ${' '.repeat(this.actorWidth)}  ${INDENT.repeat(this.frames.length)}${text}\n`);
    if (this.depth === 0) this.flush();
  }

  // --- what the lines say

  private now(): string {
    return secondsOf(this.simulation?.loop.nowNs ?? 0).padStart(14);
  }

  private clientOf(segments: SegmentPool, segment: number): string {
    return this.nameOf(segments.sourceOf(segment), segments.peerOf(segment));
  }

  private nameOf(source: number, peer: number): string {
    return `${this.names[source] ?? ''}#${peer}`;
  }

  private clientOfDescriptor(descriptor: number): string | null {
    const listener = this.simulation?.listener;
    if (descriptor < 0 || listener === undefined) return null;
    return this.nameOf(listener.sourceOf(descriptor), listener.peerOf(descriptor));
  }

  private callText(call: number, descriptor: number): string {
    if (call === HostCall.Accept) return 'calls accept()';
    if (call === HostCall.Select) return 'calls select()';
    if (call === HostCall.Close) return `closes fd ${descriptor}, ${this.clientOfDescriptor(descriptor) ?? ''}`;
    return 'goes on';
  }

  private queues(): string {
    return queuesOf(this.simulation?.listener);
  }
}

function queuesOf(listener: Listener | undefined): string {
  if (listener === undefined) return '';
  const { gauges } = listener;
  return gauges.names.map((name, i) => `${name} ${gauges.levelOf(i)}`).join(', ');
}

function actorOf(process: number): string {
  return process < 0 ? 'worker' : `worker ${process}`;
}

/** What select() returned, or accept() when it was no descriptor. */
function selectOrError(result: number): string {
  if (result < 0) return resultOf(result);
  return result === READY ? 'ready' : 'timed out';
}

function returnedText(name: string, result: number): string {
  if (RETURNS_NUMBER.has(name)) return ` = ${result === NONE ? 'none' : result}`;
  if (!RETURNS_SLOT.has(name)) return '';
  if (result === BLOCKED) return ' sleeps';
  if (result === NONE) return ' = NULL';
  return result < 0 ? ` = ${resultOf(result)}` : ` = slot ${result}`;
}
