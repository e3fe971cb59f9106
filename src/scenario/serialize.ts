/**
 * Scenario → text that parseScenario reads as the same scenario: every value written out, in the units of the file.
 * Leaves out: comments, and the way in which a value was written before.
 */
import { stringify } from 'yaml';
import type { Distribution } from '../engine/distributions.ts';
import { NEVER_NS } from '../engine/time.ts';
import type { CpuSpec, FrontEndSpec, StackSpec } from '../listeners/specs.ts';
import { kernelNamed, settingsOf } from '../listeners/stacks.ts';
import type { LinkSpec } from '../network/link-spec.ts';
import type { ArrivalSpec, ClientsSpec, FloodSpec, TrafficSpec } from '../traffic/specs.ts';
import type { ScenarioData } from './parse.ts';
import { formatDuration } from './quantities.ts';
import { ALL_WORKERS } from '../server/specs.ts';
import type { Scenario, ServerSpec } from './scenario.ts';
import { optionNamesOf } from './tcp-options.ts';

/** @returns YAML with a newline at the end. */
export function serializeScenario(scenario: Scenario): string {
  return scenarioText(scenarioData(scenario));
}

/** The same as data: what a parser of YAML would make of that text. */
export function scenarioData(scenario: Scenario): ScenarioData {
  const { limits } = scenario;
  return {
    title: scenario.title,
    seed: scenario.seed,
    duration: formatDuration(scenario.durationNs),
    warmup: formatDuration(scenario.warmupNs),
    sample: formatDuration(scenario.sampleNs),
    skip: scenario.skip,
    limits: { events: limits.events, memory: `${limits.memoryBytes}B` },
    server: serverOf(scenario.server),
    links: Object.fromEntries(scenario.links.map((link) => [link.name, linkOf(link)])),
    traffic: Object.fromEntries(scenario.traffic.map((entry) => [entry.name, entryOf(entry)])),
  };
}

/** A scenario file of these keys and values, as they are. */
export function scenarioText(file: ScenarioData): string {
  return stringify(file, { lineWidth: 0, aliasDuplicateObjects: false });
}

function serverOf(server: ServerSpec): Record<string, unknown> {
  const { accept, stack } = server;
  const modes: Record<string, unknown> = {
    poll: { period: formatDuration(accept.periodNs), drain: accept.drain },
    select: { timeout: formatDuration(accept.timeoutNs), nonblock: accept.nonblock },
  };
  return {
    stack: server.stackName,
    ...stackOf(stack, server.stackName),
    port: server.port,
    other_ports: server.otherPorts,
    listen: { backlog: server.backlog, ...listenOf(stack) },
    accept: {
      mode: accept.mode,
      workers: accept.workers,
      start: formatDuration(accept.startNs),
      service: serializeDistribution(accept.service),
      pauses: accept.pauses.map((pause) => ({
        at: formatDuration(pause.atNs),
        for: formatDuration(pause.forNs),
        every: formatDuration(pause.everyNs),
        ...workerOf(pause),
      })),
      ...(accept.exits === undefined
        ? {}
        : { exits: accept.exits.map((exit) => ({ at: formatDuration(exit.atNs), ...workerOf(exit) })) }),
      ...(modes[accept.mode] as object | undefined),
      reply: `${accept.replyBytes}B`,
      close: accept.close,
    },
    ...(server.cpu === undefined ? {} : { cpu: cpuOf(server.cpu) }),
    ...(server.frontEnd === undefined ? {} : { front_end: frontEndOf(server.frontEnd) }),
  };
}

function workerOf({ worker }: { readonly worker: number }): { worker?: number } {
  return worker === ALL_WORKERS ? {} : { worker };
}

function cpuOf({ backlogPackets, cores, costsNs, schedule, wakeup }: CpuSpec): Record<string, unknown> {
  const { interrupt, synQueued, synCookie, synDropped, reset, segment, visit, accept, close } = costsNs;
  const costs = {
    interrupt,
    syn_queued: synQueued,
    syn_cookie: synCookie,
    syn_dropped: synDropped,
    reset,
    segment,
    visit,
    accept,
    close,
  };
  return {
    cores,
    backlog: `${backlogPackets} packets`,
    schedule,
    wakeup: serializeDistribution(wakeup),
    costs: Object.fromEntries(Object.entries(costs).map(([name, ns]) => [name, formatDuration(ns)])),
  };
}

function frontEndOf(spec: FrontEndSpec): Record<string, unknown> {
  if (spec.kind === 'filter') return { ...spec };
  return {
    kind: spec.kind,
    max: spec.max,
    syn_sent: formatDuration(spec.synSentNs),
    syn_recv: formatDuration(spec.synRecvNs),
    established: formatDuration(spec.establishedNs),
    ...(spec.kind === 'conntrack' ? { when_full: spec.whenFull } : {}),
  };
}

/** The section of the stack. */
function stackOf(stack: StackSpec, name: string): Record<string, unknown> {
  switch (stack.kind) {
    case 'classic':
      return {
        classic: {
          slots: stack.slots,
          hold: serializeDistribution(stack.hold),
          policy: stack.policy,
          ...(stack.buckets === undefined ? {} : { buckets: stack.buckets }),
        },
      };
    case 'linux-1.2':
      return { linux12: { version: stack.version, hz: stack.hz, tick: stack.tick, clock_us: stack.clockUs } };
    case 'freebsd':
      return { sysctl: stack.sysctl };
    case 'linux': {
      const { settings, version, wheelHz } = stack;
      const isVendor = kernelNamed(name).version === null;
      return {
        sysctl: Object.fromEntries(settingsOf(version).map((setting) => [setting.name, settings[setting.key]])),
        linux: { timers: wheelHz === 0 ? 'exact' : `wheel(${wheelHz})`, ...(isVendor ? { assume: true } : {}) },
      };
    }
  }
}

function listenOf(stack: StackSpec): Record<string, unknown> {
  if (stack.kind !== 'linux') return {};
  const { deferAcceptNs, fastopen, reuseport } = stack;
  return { reuseport, defer_accept: formatDuration(deferAcceptNs), ...(fastopen === 0 ? {} : { fastopen }) };
}

function linkOf(link: LinkSpec): Record<string, unknown> {
  const packets = link.queuePackets === Infinity ? 'none' : `${link.queuePackets} packets`;
  return {
    rate: link.rateBps === Infinity ? 'unlimited' : `${link.rateBps}bps`,
    delay: formatDuration(link.delayNs),
    jitter: formatDuration(link.jitterNs),
    loss: link.loss,
    queue: link.queueBytes === Infinity ? packets : `${link.queueBytes}B`,
  };
}

function entryOf(entry: TrafficSpec): Record<string, unknown> {
  const common = {
    kind: entry.kind,
    arrivals: arrivals(entry.arrivals),
    start: formatDuration(entry.startNs),
    until: formatDuration(entry.untilNs),
    count: entry.countMax === Infinity ? 'none' : entry.countMax,
    port: entry.port,
    ...(entry.link === null ? {} : { link: entry.link }),
  };
  if (entry.kind === 'clients') {
    return {
      ...common,
      stack: entry.stacks.map((stack) => stack.name),
      ...(Object.keys(entry.sysctl).length === 0 ? {} : { sysctl: entry.sysctl }),
      timers: timersOf(entry),
      ...(entry.options === undefined ? {} : { options: optionNamesOf(entry.options) }),
      ...(entry.fastopen === undefined ? {} : { fastopen: entry.fastopen }),
      addresses: entry.addresses === Infinity ? 'none' : entry.addresses,
      rtt: formatDuration(entry.rttNs),
      answer_delay: formatDuration(entry.answerNs),
      speaks: entry.speaks,
      timeout: formatDuration(entry.timeoutNs),
      ...(entry.reconnectAfterNs === NEVER_NS ? {} : { reconnect: reconnectOf(entry) }),
    };
  }
  if (entry.kind === 'connection-flood') {
    return { ...common, rtt: formatDuration(entry.rttNs), hold: formatDuration(entry.holdNs) };
  }
  const pool = entry.pool === Infinity ? 'none' : entry.pool;
  if (entry.kind === 'ack-flood') return { ...common, pool };
  return {
    ...common,
    sources: sourcesOf(entry),
    reset_after: formatDuration(entry.resetAfterNs),
    ...(entry.liveShare < 1 ? { live: entry.liveShare } : {}),
    refresh: formatDuration(entry.refreshNs),
    ...(entry.fastopen === undefined ? {} : { fastopen: entry.fastopen }),
    pool,
    isn: entry.isn,
    isn_step: entry.isnStep,
    ...(entry.tuples === null ? {} : { tuples: entry.tuples }),
    ...(entry.isns === null ? {} : { isns: entry.isns }),
  };
}

function sourcesOf({ liveShare, resetAfterNs }: FloodSpec): string {
  if (resetAfterNs === NEVER_NS) return 'unresponsive';
  return liveShare < 1 ? 'mixed' : 'responsive';
}

function timersOf({ timers }: ClientsSpec): string {
  if (timers.wheelHz === 0) return 'exact';
  return timers.isShared ? `wheel(${timers.wheelHz}, shared)` : `wheel(${timers.wheelHz})`;
}

function reconnectOf({ reconnectAfterNs, reconnects }: ClientsSpec): Record<string, unknown> {
  return { after: formatDuration(reconnectAfterNs), times: Number.isFinite(reconnects) ? reconnects : 'unlimited' };
}

function arrivals(spec: ArrivalSpec): string {
  switch (spec.kind) {
    case 'periodic':
    case 'poisson':
      return `${spec.kind}(${spec.ratePerSec}/s)`;
    case 'burst':
      return `burst(${spec.count})`;
    case 'batch': {
      const size = spec.sizeKind === 'geometric' ? `geometric(${spec.sizeMean})` : String(spec.sizeMean);
      return `batch(poisson(${spec.ratePerSec}/s), ${size})`;
    }
    case 'mmpp':
      return `mmpp(${spec.ratesPerSec.map((r) => `${r}/s`).join(', ')}; ${spec.staysNs.map(formatDuration).join(', ')})`;
    case 'pulse':
      return `pulse(${spec.ratePerSec}/s, ${formatDuration(spec.onNs)}, ${formatDuration(spec.periodNs)})`;
    case 'closed':
      return `closed(${spec.count}, think ${formatDuration(spec.thinkNs)})`;
    case 'schedule':
      return `schedule(${spec.atNs.map(formatDuration).join(', ')})`;
    case 'capture': {
      const quote = spec.file.includes('"') ? "'" : '"';
      return `capture(${quote}${spec.file}${quote}${spec.port === null ? '' : `, port=${spec.port}`})`;
    }
  }
}

/** A law as the file has it: `exponential(5ms)`. */
export function serializeDistribution(law: Distribution): string {
  switch (law.kind) {
    case 'constant':
    case 'exponential':
      return `${law.kind}(${formatDuration(law.meanNs)})`;
    case 'erlang':
      return `erlang(${law.k}, ${formatDuration(law.meanNs)})`;
    case 'hyperexponential':
      return `hyperexponential(${law.p}, ${formatDuration(law.mean1Ns)}, ${formatDuration(law.mean2Ns)})`;
    case 'lognormal':
      return `lognormal(${formatDuration(law.meanNs)}, ${law.sigma})`;
  }
}
