/**
 * Plays a golden workload (family a of the Linux 1.2.13 cases) as a scenario, in the same simulation as any run.
 */
import { COUNTER_NAMES } from '../listeners/linux-1.2/counters.ts';
import { ACK_BACKLOG } from '../listeners/linux-1.2/kernel.ts';
import { type ChildView, Linux12 } from '../listeners/linux-1.2/linux12.ts';
import type { Listener } from '../listeners/listener.ts';
import { Errno, errnoName } from '../network/socket-api.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { SimulationObserver } from '../simulation/recorder.ts';
import { Simulation } from '../simulation/simulation.ts';
import { ServerCounter } from '../server/application.ts';
import { ClientCounter } from '../traffic/client-counters.ts';
import { readCounters } from './script.ts';
import { OTHER_ENTRY, TICK_NS, type WorkloadInput, workloadScenario } from './workload-scenario.ts';

const SAMPLES = 20;

export type ClientOutcome = number | 'gave_up' | 'pending' | 'not_started';

/** Notes what the golden file tells of each client and each accept(). */
class WorkloadObserver implements SimulationObserver {
  readonly accepts: unknown[][];
  private readonly scenario: Scenario;
  private readonly delayTicks: Map<number, number>; // source → ticks to the first SYN-ACK
  private readonly gaveUp: Set<number>;

  constructor(scenario: Scenario) {
    this.accepts = [];
    this.scenario = scenario;
    this.delayTicks = new Map();
    this.gaveUp = new Set();
  }

  nowNs: () => number = () => 0;

  onAccept(listener: Listener, _worker: number, result: number): void {
    if (result === -Errno.EAGAIN || !(listener instanceof Linux12)) return;
    const child = listener.lastDequeued();
    const entry: unknown[] = [ticksOf(this.nowNs()), result < 0 ? errnoName(result) : 'ok', this.nameOf(child)];
    if (result >= 0 && (child.state !== 'ESTABLISHED' || child.err !== 0)) {
      entry.push(child.state, child.err === 0 ? null : errnoName(child.err));
    }
    this.accepts.push(entry);
  }

  onConnected(source: number, _peer: number, afterNs: number): void {
    this.delayTicks.set(source, ticksOf(afterNs));
  }

  onFailed(source: number, _peer: number, outcome: number): void {
    if (outcome === ClientCounter.TimedOut) this.gaveUp.add(source);
  }

  outcomeOf(source: number): ClientOutcome {
    const delay = this.delayTicks.get(source);
    if (delay !== undefined) return delay;
    if (this.gaveUp.has(source)) return 'gave_up';
    const entry = this.scenario.traffic[source]!;
    return entry.startNs <= this.scenario.durationNs ? 'pending' : 'not_started';
  }

  /** `c4` for a client, `a0:17` for the 4-tuple of an attacker. */
  nameOf(child: Pick<ChildView, 'source' | 'peer'>): string {
    const { name, kind } = this.scenario.traffic[child.source]!;
    return kind === 'clients' ? name : `${name}:${child.peer}`;
  }
}

function ticksOf(ns: number): number {
  return Math.round(ns / TICK_NS);
}

/** @returns what the case's `expected` describes. */
export function playWorkload(id: string, input: WorkloadInput): Record<string, unknown> {
  const scenario = workloadScenario(id, input);
  const observer = new WorkloadObserver(scenario);
  const simulation = new Simulation({ scenario, replication: 0, captures: new Map(), observer });
  observer.nowNs = () => simulation.loop.nowNs;
  const stack = simulation.listener;
  if (!(stack instanceof Linux12)) throw new RangeError('a golden workload runs on linux-1.2');
  const samples: [number, number][] = [];
  for (let k = 1; k <= SAMPLES; k++) {
    const t = Math.floor((input.horizon * k) / SAMPLES);
    simulation.advanceTo(t * TICK_NS);
    samples.push([t, stack.listening.ackBacklog]);
  }
  stack.checkInvariants();
  const sources = scenario.traffic.map((entry, source) => ({ entry, source }));
  const clients = sources
    .filter(({ entry }) => entry.kind === 'clients' && entry.name !== OTHER_ENTRY)
    .map(({ source }) => observer.outcomeOf(source));
  const value = (name: (typeof COUNTER_NAMES)[number]): number => stack.counters.valueOf(COUNTER_NAMES.indexOf(name));
  const outcome: Record<string, unknown> = {
    clients,
    accepts: observer.accepts,
    attack_syns: sources
      .filter(({ entry }) => entry.kind === 'syn-flood')
      .map(({ source }) => simulation.sources[source]!.synsSent),
    sent: {
      synack_first: value('synacks_sent'),
      synack_retrans: value('synacks_retransmitted'),
      rst: value('resets_sent'),
    },
    backlog_samples: samples,
    final: {
      ack_backlog: stack.listening.ackBacklog,
      max_ack_backlog: stack.listening.maxAckBacklog,
      queue: stack
        .queue()
        .map((c) => [observer.nameOf(c), c.state, c.err === 0 ? null : errnoName(c.err), c.retransmits]),
    },
    counters: readCounters(stack),
    peak_ack_backlog: stack.gauges.maxOf(ACK_BACKLOG),
    totals: totalsOf(clients, observer.accepts),
    accept_sleeps: value('accept_sleeps'),
  };
  if (input.server.kind === 'poll') {
    outcome['eagain'] = simulation.application.counters.valueOf(ServerCounter.Eagain);
  }
  return outcome;
}

function totalsOf(clients: readonly ClientOutcome[], accepts: readonly unknown[][]): Record<string, unknown> {
  const accept: Record<string, number> = {};
  for (const entry of accepts) {
    const result = String(entry[1]);
    accept[result] = (accept[result] ?? 0) + 1;
  }
  return {
    connected: clients.filter((c) => typeof c === 'number').length,
    gave_up: clients.filter((c) => c === 'gave_up').length,
    pending: clients.filter((c) => c === 'pending').length,
    accept,
  };
}
