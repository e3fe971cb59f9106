/**
 * Why SYNs were refused and packets lost, and which settings would change it.
 * Leaves out: how much a setting would change; only another run tells.
 */
import type { Baseline } from '../measure/baseline.ts';
import { CpuCounter } from '../listeners/processor.ts';
import { ACCEPT_QUEUE } from '../listeners/listener.ts';
import { SYN_FATE_NAMES } from '../listeners/syn-ledger.ts';
import { NEVER_NS } from '../engine/time.ts';
import { type Link, LinkCounter } from '../network/link.ts';
import type { Passage } from '../network/passage.ts';
import type { Drop } from './result.ts';
import type { Simulation } from './simulation.ts';

/** What was refused or lost on the way, one row a cause, since the warm-up. */
export function readDrops(simulation: Simulation): Drop[] {
  const { baseline, listener, links, sources } = simulation;
  const drops = listener.ledger.causes.map((cause, i): Drop => {
    const fate = SYN_FATE_NAMES.length + i;
    const firsts = sources.map((_, s) => listener.ledger.firstNs(s, fate)).filter((atNs) => atNs >= 0);
    return {
      cause: cause.cause,
      text: cause.text,
      unit: 'SYNs',
      count: sources.reduce((sum, _, s) => sum + baseline.since(listener.ledger.of(s), fate), 0),
      firstAtNs: firsts.length === 0 ? null : Math.min(...firsts),
      setting: settingOf(simulation, i),
      rule: cause.rule,
      counter: cause.counter,
    };
  });
  drops.push(...lossDrops(simulation), ...hostDrops(simulation), ...frontEndDrops(simulation));
  for (const { spec, up, down, passages } of links) {
    drops.push(...linkDrops(up, passages, `links.${spec.name}`, 'to the server', baseline));
    drops.push(...linkDrops(down, [], `links.${spec.name}`, 'to the clients', baseline));
  }
  return drops.filter((drop) => drop.count > 0);
}

/** Connections that the stack gave up after it answered their SYN. */
function lossDrops({ baseline, listener }: Simulation): Drop[] {
  const { losses } = listener;
  if (losses === undefined) return [];
  return losses.causes.map(({ cause, counter, rule, text }, i): Drop => ({
    cause,
    text,
    unit: 'connections',
    count: baseline.since(losses.counters, i),
    firstAtNs: losses.firstNs(i) < 0 ? null : losses.firstNs(i),
    setting: listener.lossSettingOf?.(i) ?? null,
    rule,
    counter,
  }));
}

/** SYNs that did not get past what stands in front of the host. */
function frontEndDrops({ baseline, frontEnd }: Simulation): Drop[] {
  if (frontEnd === null) return [];
  return frontEnd.causes.map(({ cause, counter, rule, setting, text }, i): Drop => {
    const firstAtNs = frontEnd.firstAtNs[i] ?? -1;
    const count = baseline.since(frontEnd.counters, counter);
    const name = frontEnd.counters.names[counter] ?? null;
    const first = firstAtNs < 0 ? null : firstAtNs;
    return { cause, text, unit: 'packets', count, firstAtNs: first, setting, rule, counter: name };
  });
}

/** Packets that found the host busy. */
function hostDrops({ baseline, processor }: Simulation): Drop[] {
  if (processor === null) return [];
  const { counters, firstDroppedAtNs } = processor;
  return [
    {
      cause: 'host_backlog_full',
      text: "the processor was busy and the host's backlog of packets full",
      unit: 'packets',
      count: baseline.since(counters, CpuCounter.Dropped),
      firstAtNs: firstDroppedAtNs < 0 ? null : firstDroppedAtNs,
      setting: 'server.cpu.cores, server.cpu.backlog',
      rule: 'netdev_max_backlog',
      counter: null,
    },
  ];
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

function linkDrops(link: Link, passages: readonly Passage[], path: string, way: string, baseline: Baseline): Drop[] {
  const lost = [link, ...passages];
  const firsts = lost.map(({ firstLostAtNs }) => firstLostAtNs).filter((atNs) => atNs >= 0);
  return [
    {
      cause: 'link_queue_full',
      text: `the queue of ${path} ${way} was full`,
      unit: 'packets',
      count: baseline.since(link.counters, LinkCounter.DroppedQueue),
      firstAtNs: link.firstDroppedAtNs < 0 ? null : link.firstDroppedAtNs,
      setting: `${path}.queue, ${path}.rate`,
      rule: 'drop-tail',
      counter: null,
    },
    {
      cause: 'link_loss',
      text: `${path} loses packets ${way}`,
      unit: 'packets',
      count: lost.reduce((sum, { counters }) => sum + baseline.since(counters, LinkCounter.Lost), 0),
      firstAtNs: firsts.length === 0 ? null : Math.min(...firsts),
      setting: `${path}.loss`,
      rule: 'independent loss',
      counter: null,
    },
  ];
}
