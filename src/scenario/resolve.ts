/** From the checked file to the scenario that runs. */
import { assert } from '../engine/errors.ts';
import { NEVER_NS } from '../engine/time.ts';
import { defaultSettings, isKernelName, kernelNamed, settingsOf } from '../listeners/stacks.ts';
import type { LinkSpec } from '../network/link-spec.ts';
import type { CpuSpec, FrontEndSpec, StackSpec } from '../listeners/specs.ts';
import { type AcceptSpec, ALL_WORKERS, type Exit, PERIOD_UNUSED_NS } from '../server/specs.ts';
import { withSysctl } from '../traffic/client-stacks.ts';
import type { TrafficSpec } from '../traffic/specs.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioFile } from './schema.ts';
import { optionBitsOf } from './tcp-options.ts';

/** Samples of a time series whose interval the file does not name. */
const SAMPLES_DEFAULT = 100;

/** @param name file name without its ending. */
export function resolveScenario(file: ScenarioFile, name: string): Scenario {
  const { server } = file;
  return {
    name,
    title: file.title,
    seed: file.seed,
    durationNs: file.duration,
    warmupNs: file.warmup,
    sampleNs: file.sample ?? Math.max(1, Math.ceil(file.duration / SAMPLES_DEFAULT)),
    skip: file.skip,
    limits: { events: file.limits.events, memoryBytes: file.limits.memory },
    server: {
      stackName: server.stack,
      stack: resolveStack(server),
      backlog: server.listen.backlog,
      port: server.port,
      otherPorts: server.other_ports,
      accept: resolveAccept(server.accept),
      ...(server.cpu === undefined ? {} : { cpu: resolveCpu(server.cpu) }),
      ...(server.front_end === undefined ? {} : { frontEnd: resolveFrontEnd(server.front_end) }),
    },
    links: Object.entries(file.links).map(([key, link]): LinkSpec => {
      const { rate, delay, jitter, loss, queue } = link;
      return {
        name: key,
        rateBps: rate,
        delayNs: delay,
        jitterNs: jitter,
        loss,
        queuePackets: queue.packets,
        queueBytes: queue.bytes,
      };
    }),
    traffic: Object.entries(file.traffic).map(([key, entry]) => resolveTraffic(key, entry, server.port)),
  };
}

function resolveStack(server: ScenarioFile['server']): StackSpec {
  if (server.stack === 'classic') {
    const { slots, hold, policy, buckets } = server.classic ?? {
      slots: 128,
      hold: { kind: 'constant' as const, meanNs: 63e9 },
      policy: 'tail-drop' as const,
      buckets: 512,
    };
    return { kind: 'classic', slots, hold, policy, ...(policy === 'syn-cache' ? { buckets } : {}) };
  }
  if (server.stack.startsWith('freebsd-')) return { kind: 'freebsd', name: server.stack, sysctl: server.sysctl ?? {} };
  if (isKernelName(server.stack)) return resolveLinux(server);
  const {
    version,
    hz,
    tick,
    clock_us: clockUs,
  } = server.linux12 ?? { version: '1.2.13', hz: 100, tick: true, clock_us: 0 };
  return { kind: 'linux-1.2', version, hz, tick, clockUs };
}

/** Settings that the file does not name are those of the kernel. */
function resolveLinux({ linux, listen, stack, sysctl = {} }: ScenarioFile['server']): StackSpec {
  const { version } = kernelNamed(stack, linux?.assume ?? false);
  assert(version !== null, 'a kernel that nobody knows was not refused');
  const settings = defaultSettings(version);
  for (const { name, key } of settingsOf(version)) settings[key] = sysctl[name] ?? settings[key];
  return {
    kind: 'linux',
    version,
    settings,
    reuseport: listen.reuseport,
    deferAcceptNs: listen.defer_accept,
    fastopen: listen.fastopen,
    wheelHz: linux?.timers ?? 0,
  };
}

function resolveCpu(cpu: NonNullable<ScenarioFile['server']['cpu']>): CpuSpec {
  const { backlog, cores, costs, schedule, wakeup } = cpu;
  return {
    cores,
    backlogPackets: backlog,
    schedule,
    wakeup,
    costsNs: {
      interrupt: costs.interrupt,
      synQueued: costs.syn_queued,
      synCookie: costs.syn_cookie,
      synDropped: costs.syn_dropped,
      reset: costs.reset,
      segment: costs.segment,
      visit: costs.visit,
      accept: costs.accept,
      close: costs.close,
    },
  };
}

function resolveFrontEnd(frontEnd: NonNullable<ScenarioFile['server']['front_end']>): FrontEndSpec {
  if (frontEnd.kind === 'filter') return frontEnd;
  const { established, kind, max, syn_recv: synRecvNs, syn_sent: synSentNs } = frontEnd;
  const table = { max, synSentNs, synRecvNs, establishedNs: established };
  return kind === 'synproxy' ? { kind, ...table } : { kind, ...table, whenFull: frontEnd.when_full };
}

function resolveAccept(accept: ScenarioFile['server']['accept']): AcceptSpec {
  return {
    mode: accept.mode,
    workers: accept.workers,
    startNs: accept.start,
    service: accept.service,
    pauses: accept.pauses.map((p) => ({ atNs: p.at, forNs: p.for, everyNs: p.every, worker: p.worker ?? ALL_WORKERS })),
    periodNs: accept.period ?? PERIOD_UNUSED_NS,
    drain: accept.drain ?? false,
    timeoutNs: accept.timeout ?? NEVER_NS,
    nonblock: accept.nonblock ?? false,
    replyBytes: accept.reply,
    close: accept.close,
    ...(accept.exits.length === 0 ? {} : { exits: accept.exits.map(exitOf) }),
  };
}

function exitOf({ at, worker }: ScenarioFile['server']['accept']['exits'][number]): Exit {
  return { atNs: at, worker: worker ?? ALL_WORKERS };
}

function resolveTraffic(name: string, entry: ScenarioFile['traffic'][string], serverPort: number): TrafficSpec {
  const common = {
    name,
    arrivals: entry.arrivals,
    startNs: entry.start,
    untilNs: entry.until,
    countMax: entry.count,
    port: entry.port ?? serverPort,
    link: entry.link ?? null,
  };
  if (entry.kind === 'clients') {
    return {
      ...common,
      kind: 'clients',
      stacks: entry.stack.map((stack) => withSysctl(stack, entry.sysctl)),
      sysctl: entry.sysctl,
      timers: entry.timers,
      ...(entry.options === undefined ? {} : { options: optionBitsOf(entry.options) }),
      ...(entry.fastopen === 'off' ? {} : { fastopen: entry.fastopen }),
      addresses: entry.addresses,
      rttNs: entry.rtt,
      answerNs: entry.answer_delay,
      speaks: entry.speaks,
      timeoutNs: entry.timeout,
      reconnectAfterNs: entry.reconnect?.after ?? NEVER_NS,
      reconnects: entry.reconnect?.times ?? 0,
    };
  }
  if (entry.kind === 'connection-flood') return { ...common, kind: entry.kind, rttNs: entry.rtt, holdNs: entry.hold };
  if (entry.kind === 'ack-flood') return { ...common, kind: entry.kind, pool: entry.pool };
  return {
    ...common,
    kind: 'syn-flood',
    pool: entry.pool,
    isn: entry.isn,
    isnStep: entry.isn_step,
    tuples: entry.tuples ?? null,
    isns: entry.isns ?? null,
    resetAfterNs: entry.reset_after ?? NEVER_NS,
    liveShare: entry.live ?? 1,
    refreshNs: entry.refresh,
    ...(entry.fastopen === 'off' ? {} : { fastopen: entry.fastopen }),
  };
}
