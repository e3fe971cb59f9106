/**
 * A run as a trace for Perfetto or chrome://tracing: clients, queues, workers and the kernel's functions on tracks of their own.
 *
 *   clients      a track for each client that is under way (async events), named after it: connecting, connected, and each of its segments
 *   listener     a counter for every queue; drops as instants; functions of linux-1.2 as slices
 *   application  a track for each worker: accept(), select(), serving
 *
 * Written event by event; it remembers clients that are under way and connections that are served.
 * Leaves out: a track for each address of a flood, whose SYNs are instants of one track.
 * Source: the Trace Event Format (JSON Array and Object forms, phases B E C i M b n e); times in microseconds.
 */
import type { SegmentPool } from '../../network/segment.ts';
import { BLOCKED } from '../../network/socket-api.ts';
import { HostCall } from '../../simulation/observed-doors.ts';
import { type Fate, Place } from '../../simulation/observed-ways.ts';
import type { SimulationObserver } from '../../simulation/recorder.ts';
import type { Simulation } from '../../simulation/simulation.ts';
import { fieldsOf, kindOf, resultOf } from './names.ts';

const Process = { Clients: 1, Listener: 2, Application: 3 } as const;
const KERNEL_THREAD = 1;
const DROPS_THREAD = 2;
const NS_PER_US = 1000;

type Fields = Readonly<Record<string, unknown>>;

export class ChromeTrace implements SimulationObserver {
  private readonly write: (text: string) => void;
  private simulation: Simulation | null;
  private names: readonly string[]; // source → name of the traffic entry
  private readonly underWay: Map<string, string>; // client → what its open slice is
  private readonly serving: Map<number, number>; // descriptor → worker that serves it
  private readonly callOf: string[]; // worker → call that it makes or sleeps in, '' when none
  private readonly levels: number[]; // gauge → level that was written last

  /** @param write gets the text in pieces; what comes before `end` is no JSON yet. */
  constructor(write: (text: string) => void) {
    this.write = write;
    this.simulation = null;
    this.names = [];
    this.underWay = new Map();
    this.serving = new Map();
    this.callOf = [];
    this.levels = [];
  }

  onStart(simulation: Simulation): void {
    const { scenario } = simulation;
    this.simulation = simulation;
    this.names = scenario.traffic.map(({ name }) => name);
    this.write('{"displayTimeUnit":"ns","traceEvents":[\n');
    this.write(JSON.stringify(metadata(Process.Clients, 0, 'process_name', 'clients')));
    const meta = (pid: number, tid: number, what: string, name: string): void =>
      this.writeEvent(metadata(pid, tid, what, name));
    meta(Process.Listener, 0, 'process_name', `listener (${scenario.server.stackName})`);
    meta(Process.Listener, KERNEL_THREAD, 'thread_name', 'kernel');
    meta(Process.Listener, DROPS_THREAD, 'thread_name', 'drops');
    meta(Process.Application, 0, 'process_name', 'application');
    for (let worker = 0; worker < scenario.server.accept.workers; worker++) {
      meta(Process.Application, worker + 1, 'thread_name', `worker ${worker}`);
    }
    scenario.traffic.forEach(({ name }, source) => meta(Process.Clients, source + 1, 'thread_name', name));
    this.count();
  }

  /** Once, after the run. */
  end(): void {
    for (const client of this.underWay.keys()) this.shut(client);
    this.callOf.forEach((call, worker) => {
      if (call !== '') this.worker('E', worker, call);
    });
    for (const worker of this.serving.values()) this.worker('E', worker, 'serves');
    this.write('\n]}\n');
  }

  onPlace(segments: SegmentPool, segment: number, place: number): void {
    const source = segments.sourceOf(segment);
    const client = this.nameOf(source, segments.peerOf(segment));
    if (place === Place.HandledByServer) return this.count();
    if (place !== Place.SentByClient && place !== Place.AtClient) return;
    const name = `${place === Place.SentByClient ? 'sends' : 'receives'} ${kindOf(segments, segment)}`;
    const args = { segment: fieldsOf(segments, segment) };
    if (this.simulation?.scenario.traffic[source]?.kind !== 'clients') {
      this.event({ ph: 'i', s: 't', name, pid: Process.Clients, tid: source + 1, args: { ...args, client } });
      return;
    }
    // What becomes of clients that begin in the warm-up nobody tells.
    const isWarm = this.simulation.loop.nowNs >= this.simulation.scenario.warmupNs;
    const opens = isWarm && place === Place.SentByClient && segments.isSyn(segment) && !this.underWay.has(client);
    if (opens) this.enter(client, 'connecting');
    if (this.underWay.has(client)) this.client('n', client, name, args);
  }

  onFate(segments: SegmentPool, segment: number, { by, fate, isDrop, rule, text }: Fate): void {
    if (isDrop) {
      const client = this.nameOf(segments.sourceOf(segment), segments.peerOf(segment));
      const args = { client, segment: kindOf(segments, segment), by, rule, text };
      this.event({ ph: 'i', s: 't', name: fate, pid: Process.Listener, tid: DROPS_THREAD, args });
    }
  }

  onConnected(source: number, peer: number): void {
    this.enter(this.nameOf(source, peer), 'connected');
  }

  onResponse(source: number, peer: number): void {
    this.shut(this.nameOf(source, peer));
  }

  onFailed(source: number, peer: number): void {
    const client = this.nameOf(source, peer);
    if (this.underWay.has(client)) this.client('n', client, 'fails');
    this.shut(client);
  }

  onCall(process: number, call: number, descriptor: number): void {
    if (call === HostCall.Close) {
      const worker = this.serving.get(descriptor);
      if (worker !== undefined) this.worker('E', worker, 'serves');
      this.serving.delete(descriptor);
    } else if (call !== HostCall.Resume) {
      this.endService(process);
      const name = call === HostCall.Accept ? 'accept()' : 'select()';
      this.callOf[process] = name;
      this.worker('B', process, name);
    }
  }

  onReturn(process: number, call: number, result: number): void {
    if (call === HostCall.Close || result === BLOCKED) return;
    const name = this.callOf[process] ?? '';
    this.callOf[process] = '';
    this.worker('E', process, name, { result: name === 'accept()' ? resultOf(result) : result });
    if (name === 'accept()' && result >= 0) {
      this.serving.set(result, process);
      const listener = this.simulation?.listener;
      const client = listener === undefined ? '' : this.nameOf(listener.sourceOf(result), listener.peerOf(result));
      this.worker('B', process, 'serves', { client, fd: result });
    }
    this.count();
  }

  onEnter(name: string, slot: number): void {
    const args = slot < 0 ? {} : { slot };
    this.event({ ph: 'B', name, cat: 'kernel', pid: Process.Listener, tid: KERNEL_THREAD, args });
  }

  onLeave(result: number): void {
    const args = { result: result === BLOCKED ? 'sleeps' : result };
    this.event({ ph: 'E', pid: Process.Listener, tid: KERNEL_THREAD, args });
    this.count();
  }

  /** Connections of a worker that closes none end with its next call. */
  private endService(worker: number): void {
    for (const [descriptor, other] of this.serving) {
      if (other !== worker) continue;
      this.worker('E', worker, 'serves');
      this.serving.delete(descriptor);
    }
  }

  /** The next slice of a client, in one of its name: viewers call the track by what began there first. */
  private enter(client: string, name: string): void {
    const last = this.underWay.get(client);
    this.client(last === undefined ? 'b' : 'e', client, last ?? client);
    this.underWay.set(client, name);
    this.client('b', client, name);
  }

  private shut(client: string): void {
    const name = this.underWay.get(client);
    if (name === undefined) return;
    this.client('e', client, name);
    this.client('e', client, client);
    this.underWay.delete(client);
  }

  /** An event of the client's own track. */
  private client(ph: 'b' | 'n' | 'e', id: string, name: string, args: Fields = {}): void {
    const tid = this.names.indexOf(id.slice(0, id.lastIndexOf('#'))) + 1;
    this.event({ ph, cat: 'client', id, name, pid: Process.Clients, tid, args });
  }

  private worker(ph: 'B' | 'E', worker: number, name: string, args: Fields = {}): void {
    this.event({ ph, name, cat: 'worker', pid: Process.Application, tid: worker + 1, args });
  }

  /** The queues, where they have changed. */
  private count(): void {
    const gauges = this.simulation?.listener.gauges;
    gauges?.names.forEach((name, i) => {
      const level = gauges.levelOf(i);
      if (this.levels[i] === level) return;
      this.levels[i] = level;
      this.event({ ph: 'C', name, pid: Process.Listener, tid: 0, args: { connections: level } });
    });
  }

  private nameOf(source: number, peer: number): string {
    return `${this.names[source] ?? ''}#${peer}`;
  }

  private event(fields: Fields): void {
    this.writeEvent({ ...fields, ts: (this.simulation?.loop.nowNs ?? 0) / NS_PER_US });
  }

  private writeEvent(event: Fields): void {
    this.write(`,\n${JSON.stringify(event)}`);
  }
}

function metadata(pid: number, tid: number, what: string, name: string): Fields {
  return { ph: 'M', name: what, pid, tid, ts: 0, args: { name } };
}
