/** Reads the meters of a simulation into metrics: one number, one unit, one dotted path each. */
import { NS_PER_MS, NS_PER_S } from '../engine/time.ts';
import { LinkCounter, LinkGauge } from '../network/link.ts';
import { CpuCounter } from '../listeners/processor.ts';
import type { SynAccount } from '../measure/conservation.ts';
import type { Latency } from '../measure/latency.ts';
import { BUSY_WORKERS, ServerCounter } from '../server/application.ts';
import { ClientCounter } from '../traffic/client-counters.ts';
import { AckCounter, AckFlood } from '../traffic/ack-flood.ts';
import { Clients } from '../traffic/clients.ts';
import { ConnectionCounter, ConnectionFlood } from '../traffic/connection-flood.ts';
import { FloodCounter, SynFlood } from '../traffic/syn-flood.ts';
import { SYN_FATE_NAMES, SynFate } from '../listeners/syn-ledger.ts';
import type { LatencyBin, Metric, SynFlow } from './result.ts';
import type { LinkPair, Simulation } from './simulation.ts';

const QUANTILES = [50, 90, 99] as const;

/** All metrics of `simulation` at this instant, in scenario order. */
export function readMetrics(simulation: Simulation): Metric[] {
  return [
    ...simulation.scenario.traffic.flatMap((_, source) => sourceMetrics(simulation, source)),
    ...listenerMetrics(simulation),
    ...serverMetrics(simulation),
    ...cpuMetrics(simulation),
    ...frontEndMetrics(simulation),
    ...simulation.links.flatMap((link) => linkMetrics(simulation, link)),
    { path: 'run.duration_s', unit: 's', value: simulation.loop.nowNs / NS_PER_S },
    { path: 'run.events', unit: 'events', value: simulation.loop.eventCount },
    { path: 'run.skipped_syns', unit: 'SYNs', value: simulation.skippedSyns },
  ];
}

function sourceMetrics(simulation: Simulation, index: number): Metric[] {
  const source = simulation.sources[index]!;
  if (source instanceof Clients) return clientMetrics(simulation, source, index);
  if (source instanceof SynFlood) return floodMetrics(simulation, source, index);
  if (source instanceof ConnectionFlood) return connectionMetrics(simulation, source, index);
  if (source instanceof AckFlood) return ackMetrics(simulation, source, index);
  return [];
}

function clientMetrics(simulation: Simulation, clients: Clients, index: number): Metric[] {
  const name = simulation.scenario.traffic[index]!.name;
  const { baseline, recorder } = simulation;
  const count = (what: string, counter: number): Metric => ({
    path: `${name}.${what}`,
    unit: what.startsWith('syns') ? 'SYNs' : 'clients',
    value: baseline.since(clients.counters, counter),
  });
  const started = clients.counters.valueOf(ClientCounter.Started);
  const served = clients.counters.valueOf(ClientCounter.Served);
  return [
    count('started', ClientCounter.Started),
    count('served', ClientCounter.Served),
    { path: `${name}.unserved`, unit: 'clients', value: started - served },
    count('refused', ClientCounter.Refused),
    count('timed_out', ClientCounter.TimedOut),
    count('reset', ClientCounter.Reset),
    { path: `${name}.pending`, unit: 'clients', value: clients.pending },
    count('connected', ClientCounter.Connected),
    count('served_too_late', ClientCounter.ServedTooLate),
    count('reconnects', ClientCounter.Reconnects),
    ...fastOpenMetrics(simulation, index, count),
    count('syns_sent', ClientCounter.SynsSent),
    count('syns_retransmitted', ClientCounter.SynsRetransmitted),
    { path: `${name}.syns_refused`, unit: 'SYNs', value: refusedOf(simulation, index) },
    ...latencyMetrics(`${name}.connect_ms`, recorder.connectLatency[index] ?? null),
    ...latencyMetrics(`${name}.response_ms`, recorder.responseLatency[index] ?? null),
  ];
}

/** Of clients that use it. */
function fastOpenMetrics(
  { scenario }: Simulation,
  index: number,
  count: (what: string, counter: number) => Metric,
): Metric[] {
  const entry = scenario.traffic[index]!;
  if (entry.kind !== 'clients' || entry.fastopen === undefined) return [];
  return [
    count('fastopen_active', ClientCounter.FastOpenActive),
    count('fastopen_active_fail', ClientCounter.FastOpenActiveFail),
  ];
}

function connectionMetrics(simulation: Simulation, flood: ConnectionFlood, index: number): Metric[] {
  const name = simulation.scenario.traffic[index]!.name;
  const count = (what: string, counter: number, unit: string): Metric => ({
    path: `${name}.${what}`,
    unit,
    value: simulation.baseline.since(flood.counters, counter),
  });
  return [
    ...floodMetrics(simulation, flood, index),
    count('connected', ConnectionCounter.Connected, 'connections'),
    count('held', ConnectionCounter.Held, 'connections'),
    count('resets_received', ConnectionCounter.ResetsReceived, 'segments'),
  ];
}

function ackMetrics({ baseline, scenario }: Simulation, flood: AckFlood, index: number): Metric[] {
  const { name } = scenario.traffic[index]!;
  return [
    { path: `${name}.acks_sent`, unit: 'segments', value: baseline.since(flood.counters, AckCounter.Sent) },
    {
      path: `${name}.resets_received`,
      unit: 'segments',
      value: baseline.since(flood.counters, AckCounter.ResetsReceived),
    },
  ];
}

/** The first counters of both floods are the same. */
function floodMetrics(simulation: Simulation, flood: SynFlood | ConnectionFlood, index: number): Metric[] {
  const name = simulation.scenario.traffic[index]!.name;
  const { baseline, listener } = simulation;
  const fates = listener.ledger.of(index);
  const fate = (what: string, which: number): Metric => ({
    path: `${name}.${what}`,
    unit: 'SYNs',
    value: baseline.since(fates, which),
  });
  const firstNs = firstRefusedNs(simulation, index);
  return [
    { path: `${name}.sent`, unit: 'SYNs', value: baseline.since(flood.counters, FloodCounter.Sent) },
    fate('admitted', SynFate.Admitted),
    { path: `${name}.refused`, unit: 'SYNs', value: refusedOf(simulation, index) },
    fate('duplicate', SynFate.Duplicate),
    fate('answered_by_reset', SynFate.AnsweredByReset),
    { path: `${name}.first_refused_ms`, unit: 'ms', value: firstNs === null ? null : firstNs / NS_PER_MS },
    {
      path: `${name}.synacks_received`,
      unit: 'segments',
      value: baseline.since(flood.counters, FloodCounter.SynAcksReceived),
    },
    { path: `${name}.resets_sent`, unit: 'segments', value: baseline.since(flood.counters, FloodCounter.ResetsSent) },
  ];
}

function listenerMetrics(simulation: Simulation): Metric[] {
  const { baseline, listener, loop } = simulation;
  const { gauges, counters, ledger } = listener;
  const metrics: Metric[] = [];
  gauges.names.forEach((name, i) => {
    metrics.push({ path: `listener.${name}.max`, unit: 'entries', value: gauges.maxOf(i) });
    metrics.push({ path: `listener.${name}.mean`, unit: 'entries', value: finite(gauges.meanOf(i, loop.nowNs)) });
    metrics.push({ path: `listener.${name}.end`, unit: 'entries', value: gauges.levelOf(i) });
  });
  let admitted = 0;
  let refused = 0;
  simulation.sources.forEach((_, source) => {
    admitted += baseline.since(ledger.of(source), SynFate.Admitted);
    refused += refusedOf(simulation, source);
  });
  metrics.push({ path: 'listener.admitted_syns', unit: 'SYNs', value: admitted });
  metrics.push({ path: 'listener.dropped_syns', unit: 'SYNs', value: refused });
  counters.names.forEach((name, i) => {
    metrics.push({ path: `listener.${name}`, unit: 'count', value: baseline.since(counters, i) });
  });
  return metrics;
}

function serverMetrics(simulation: Simulation): Metric[] {
  const { application, baseline, loop, recorder, scenario } = simulation;
  const count = (what: string, counter: number, unit: string): Metric => ({
    path: `server.${what}`,
    unit,
    value: baseline.since(application.counters, counter),
  });
  const busy = application.gauges.meanOf(BUSY_WORKERS, loop.nowNs) / scenario.server.accept.workers;
  return [
    count('accepted', ServerCounter.Accepted, 'connections'),
    count('accepted_dead', ServerCounter.AcceptedDead, 'connections'),
    count('served', ServerCounter.Served, 'connections'),
    count('eagain', ServerCounter.Eagain, 'calls'),
    count('accept_errors', ServerCounter.AcceptErrors, 'calls'),
    ...[...recorder.acceptErrors].map(([name, value]) => ({
      path: `server.accept_errors.${name}`,
      unit: 'calls',
      value,
    })),
    { path: 'server.busy_fraction', unit: 'fraction', value: finite(busy) },
  ];
}

function cpuMetrics({ baseline, loop, measuredFromNs, processor, scenario }: Simulation): Metric[] {
  if (processor === null) return [];
  const { counters, gauges } = processor;
  const capacityNs = (loop.nowNs - measuredFromNs) * (scenario.server.cpu?.cores ?? 1);
  // A cost is counted when it begins.
  const busy = Math.min(1, baseline.since(counters, CpuCounter.BusyNs) / capacityNs);
  return [
    { path: 'server.cpu.packets', unit: 'packets', value: baseline.since(counters, CpuCounter.Packets) },
    { path: 'server.cpu.dropped', unit: 'packets', value: baseline.since(counters, CpuCounter.Dropped) },
    { path: 'server.cpu.busy_fraction', unit: 'fraction', value: finite(busy) },
    { path: 'server.cpu.backlog.max', unit: 'packets', value: gauges.maxOf(0) },
    { path: 'server.cpu.backlog.mean', unit: 'packets', value: finite(gauges.meanOf(0, loop.nowNs)) },
  ];
}

function frontEndMetrics({ baseline, frontEnd, loop }: Simulation): Metric[] {
  if (frontEnd === null) return [];
  const { counters, gauges } = frontEnd;
  return [
    ...gauges.names.flatMap((name, i) => [
      { path: `front_end.${name}.max`, unit: 'entries', value: gauges.maxOf(i) },
      { path: `front_end.${name}.mean`, unit: 'entries', value: finite(gauges.meanOf(i, loop.nowNs)) },
    ]),
    ...counters.names.map((name, i) => ({
      path: `front_end.${name}`,
      unit: 'count',
      value: baseline.since(counters, i),
    })),
  ];
}

function linkMetrics(simulation: Simulation, pair: LinkPair): Metric[] {
  const { baseline, loop } = simulation;
  const metrics: Metric[] = [];
  for (const [suffix, link, passages] of [
    ['', pair.up, pair.passages],
    ['.down', pair.down, []],
  ] as const) {
    link.settle(loop.nowNs);
    const path = `link.${pair.spec.name}${suffix}`;
    const since = (counter: number): number =>
      [link, ...passages].reduce((sum, { counters }) => sum + baseline.since(counters, counter), 0);
    const durationNs = loop.nowNs - simulation.measuredFromNs;
    metrics.push(
      { path: `${path}.sent`, unit: 'packets', value: since(LinkCounter.Sent) },
      { path: `${path}.delivered`, unit: 'packets', value: since(LinkCounter.Delivered) },
      { path: `${path}.dropped_queue`, unit: 'packets', value: since(LinkCounter.DroppedQueue) },
      { path: `${path}.lost`, unit: 'packets', value: since(LinkCounter.Lost) },
      { path: `${path}.busy_fraction`, unit: 'fraction', value: finite(since(LinkCounter.BusyNs) / durationNs) },
      { path: `${path}.queue.max`, unit: 'packets', value: link.gauges.maxOf(LinkGauge.Packets) },
      { path: `${path}.queue.mean`, unit: 'packets', value: finite(link.gauges.meanOf(LinkGauge.Packets, loop.nowNs)) },
      {
        path: `${path}.sojourn_ms.mean`,
        unit: 'ms',
        value: finite(
          since(LinkCounter.SojournNs) / (since(LinkCounter.Sent) - since(LinkCounter.DroppedQueue)) / NS_PER_MS,
        ),
      },
    );
  }
  return metrics;
}

/** What became of each entry's SYNs, from the start of the run. @param account the SYNs of the whole run. */
export function readFlows({ scenario }: Simulation, { bySource }: SynAccount): SynFlow[] {
  return scenario.traffic.flatMap(({ name }, source) =>
    (bySource[source] ?? []).map(({ name: fate, count }) => ({ source: name, fate, count })),
  );
}

/** How long clients that began after the warm-up waited. */
export function readLatencies({ recorder, scenario }: Simulation): LatencyBin[] {
  return scenario.traffic.flatMap(({ name: source }, index) =>
    (['connect', 'response'] as const).flatMap((what) => {
      const latency = what === 'connect' ? recorder.connectLatency[index] : recorder.responseLatency[index];
      return (latency?.bins() ?? []).map((bin) => ({ source, what, ...bin }));
    }),
  );
}

function latencyMetrics(path: string, latency: Latency | null): Metric[] {
  const ms = (ns: number | null | undefined): number | null =>
    ns === null || ns === undefined ? null : ns / NS_PER_MS;
  return [
    ...QUANTILES.map((q) => ({ path: `${path}.p${q}`, unit: 'ms', value: ms(latency?.quantileNs(q)) })),
    { path: `${path}.max`, unit: 'ms', value: ms(latency?.maxNs()) },
    { path: `${path}.mean`, unit: 'ms', value: ms(latency?.meanNs()) },
  ];
}

/** SYNs of `source` that the stack refused, whatever the cause, since the warm-up. */
function refusedOf(simulation: Simulation, source: number): number {
  const counts = simulation.listener.ledger.of(source);
  let refused = 0;
  for (let fate = SYN_FATE_NAMES.length; fate < counts.names.length; fate++) {
    refused += simulation.baseline.since(counts, fate);
  }
  return refused;
}

function firstRefusedNs(simulation: Simulation, source: number): number | null {
  const { ledger } = simulation.listener;
  const instants = ledger.causes.map((_, cause) => ledger.firstNs(source, cause + SYN_FATE_NAMES.length));
  const seen = instants.filter((atNs) => atNs >= 0);
  return seen.length === 0 ? null : Math.min(...seen);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
