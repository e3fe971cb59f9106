/**
 * Why SYNs were refused and packets lost, and which settings would change it.
 * Leaves out: how much a setting would change; only another run tells.
 */
import type { Counters } from '../engine/counters.ts';
import type { LateCounter } from '../measure/series.ts';
import { CpuCounter } from '../listeners/processor.ts';
import { ACCEPT_QUEUE } from '../listeners/listener.ts';
import { SYN_FATE_NAMES } from '../listeners/syn-ledger.ts';
import { NEVER_NS } from '../engine/time.ts';
import { type Link, LinkCounter } from '../network/link.ts';
import type { Passage } from '../network/passage.ts';
import type { Drop, DropSeries } from './result.ts';
import type { Simulation } from './simulation.ts';

/** A cause of loss, and where it is counted. */
export interface DropMeter extends Pick<Drop, 'cause' | 'counter' | 'rule' | 'text' | 'unit'> {
  /** Their sum is how much was lost. */
  readonly counts: readonly LateCounter[];
  /** Since the warm-up; -1: none. */
  readonly firstAtNs: () => number;
  /** Known when the run is over. */
  readonly setting: () => string | null;
}

/** What was refused or lost on the way, one row a cause, since the warm-up. */
export function readDrops(simulation: Simulation): Drop[] {
  const { baseline, dropMeters: meters } = simulation;
  const drops = meters.map(({ cause, counter, counts, firstAtNs, rule, setting, text, unit }): Drop => {
    const count = counts.reduce((sum, { counters, index }) => sum + baseline.since(counters, index), 0);
    const first = firstAtNs();
    return { cause, text, unit, count, firstAtNs: first < 0 ? null : first, setting: setting(), rule, counter };
  });
  return drops.filter((drop) => drop.count > 0);
}

/** The same over time, from the start of the run, at the instants of its time series. */
export function readDropSeries({ dropMeters: meters, series }: Simulation): DropSeries[] {
  return meters.flatMap(({ cause, text }, i) => {
    const values = series.sumOf(i);
    return (values.at(-1) ?? 0) > 0 ? [{ cause, text, values }] : [];
  });
}

/** Every cause of loss that there may be in `simulation`, before it starts. */
export function dropMeters(simulation: Simulation): DropMeter[] {
  return [
    ...refusals(simulation),
    ...lossDrops(simulation),
    ...hostDrops(simulation),
    ...frontEndDrops(simulation),
    ...simulation.links.flatMap(({ spec, up, down, passages }) => [
      ...linkDrops(up, passages, `links.${spec.name}`, 'to the server'),
      ...linkDrops(down, [], `links.${spec.name}`, 'to the clients'),
    ]),
  ];
}

/** SYNs that the stack refuses. */
function refusals(simulation: Simulation): DropMeter[] {
  const { listener, sources } = simulation;
  return listener.ledger.causes.map(({ cause, counter, rule, text }, i): DropMeter => {
    const fate = SYN_FATE_NAMES.length + i;
    return {
      cause,
      text,
      unit: 'SYNs',
      counts: sources.map((_, s) => punctual(listener.ledger.of(s), fate)),
      firstAtNs: () => firstOf(sources.map((_, s) => listener.ledger.firstNs(s, fate))),
      setting: () => settingOf(simulation, i),
      rule,
      counter,
    };
  });
}

/** Connections that the stack gives up after it answered their SYN. */
function lossDrops({ listener }: Simulation): DropMeter[] {
  const { losses } = listener;
  if (losses === undefined) return [];
  return losses.causes.map(({ cause, counter, rule, text }, i): DropMeter => ({
    cause,
    text,
    unit: 'connections',
    counts: [punctual(losses.counters, i)],
    firstAtNs: () => losses.firstNs(i),
    setting: () => listener.lossSettingOf?.(i) ?? null,
    rule,
    counter,
  }));
}

/** SYNs that do not get past what stands in front of the host. */
function frontEndDrops({ frontEnd }: Simulation): DropMeter[] {
  if (frontEnd === null) return [];
  return frontEnd.causes.map(({ cause, counter, rule, setting, text }, i): DropMeter => ({
    cause,
    text,
    unit: 'packets',
    counts: [punctual(frontEnd.counters, counter)],
    firstAtNs: () => frontEnd.firstAtNs[i] ?? -1,
    setting: () => setting,
    rule,
    counter: frontEnd.counters.names[counter] ?? null,
  }));
}

/** Packets that find the host busy. */
function hostDrops({ processor }: Simulation): DropMeter[] {
  if (processor === null) return [];
  return [
    {
      cause: 'host_backlog_full',
      text: "the processor was busy and the host's backlog of packets full",
      unit: 'packets',
      counts: [punctual(processor.counters, CpuCounter.Dropped)],
      firstAtNs: () => processor.firstDroppedAtNs,
      setting: () => 'server.cpu.cores, server.cpu.backlog',
      rule: 'netdev_max_backlog',
      counter: null,
    },
  ];
}

function linkDrops(link: Link, passages: readonly Passage[], path: string, way: string): DropMeter[] {
  return [
    {
      cause: 'link_queue_full',
      text: `the queue of ${path} ${way} was full`,
      unit: 'packets',
      counts: [punctual(link.counters, LinkCounter.DroppedQueue)],
      firstAtNs: () => link.firstDroppedAtNs,
      setting: () => `${path}.queue, ${path}.rate`,
      rule: 'drop-tail',
      counter: null,
    },
    {
      cause: 'link_loss',
      text: `${path} loses packets ${way}`,
      unit: 'packets',
      counts: [
        punctual(link.counters, LinkCounter.Lost),
        ...passages.map(({ counters, delayNs }) => ({ counters, index: LinkCounter.Lost, lateNs: delayNs })),
      ],
      firstAtNs: () => firstOf([link, ...passages].map(({ firstLostAtNs }) => firstLostAtNs)),
      setting: () => `${path}.loss`,
      rule: 'independent loss',
      counter: null,
    },
  ];
}

function punctual(counters: Counters, index: number): LateCounter {
  return { counters, index, lateNs: 0 };
}

/** The earliest instant that is one; -1: none is. */
function firstOf(instants: readonly number[]): number {
  const known = instants.filter((atNs) => atNs >= 0);
  return known.length === 0 ? -1 : Math.min(...known);
}

/** The stack's own setting; before it the application's, where it left connections waiting. */
function settingOf(simulation: Simulation, cause: number): string | null {
  const { listener } = simulation;
  const own = listener.settingOf(cause);
  const isOfQueue = listener.ledger.causes[cause]?.setting === 'server.listen.backlog';
  if (!isOfQueue || !(listener.ledger.metMoreWaiting(cause) || sleepsForEver(simulation))) return own;
  return [acceptSettingOf(simulation), ...(own === null ? [] : [own])].join(', ');
}

/** On Linux 1.2 a connection that dies wakes no select() (R72): without a time-out its slot is never freed. */
function sleepsForEver({ listener, scenario }: Simulation): boolean {
  const { accept, stack } = scenario.server;
  const isSelect = accept.mode === 'select' && accept.timeoutNs === NEVER_NS && stack.kind === 'linux-1.2';
  return isSelect && listener.gauges.levelOf(ACCEPT_QUEUE) > 0;
}

/** What would have the application take connections sooner. */
function acceptSettingOf(simulation: Simulation): string {
  const { mode } = simulation.scenario.server.accept;
  if (sleepsForEver(simulation)) return 'server.accept.timeout';
  if (mode === 'never') return 'server.accept.mode';
  if (mode === 'poll') return 'server.accept.period';
  return 'server.accept.workers';
}
