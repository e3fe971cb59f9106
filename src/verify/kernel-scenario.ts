/**
 * A configuration of kernel runs as a scenario file: what the machine was set up to do, in the words of scenarios.
 * Clients, server and attacker were one machine: one kernel clock, one timer wheel, handshakes done inline at RTT 0.
 * Leaves out: the CPU that packets cost, sockets and descriptors that run short.
 * Source: the README of the measurements, and R9 with what follows it in section 3.
 */
import { scenarioText } from '../scenario/serialize.ts';
import type { KernelConfig } from './kernel-runs.ts';

/** Ordinary clients that connect "all at once": back to back, about 20 us apart. */
const BACK_TO_BACK = '50000/s';
/** A flood that comes "all at once": 1.3 us apart. */
const BURST = '750000/s';
/** What the relay that makes a round trip adds to it. */
const RELAY_MS = 0.04;
/** Beside its service the accepting loop takes so long (section 3 of the rules). */
const LOOP_US = 12;
/** Ticks of all the kernels. */
const HZ = 250;
/**
 * The machine was a virtual one of two processors, and each handled the packets of its own timers: of a burst of retries the
 * handshakes on one overtake those on the other. What packets cost both ends comes from the times of connect(), a SYN with
 * its answer, 0.016 to 0.021 ms in E6; half of it for a single segment. Both processors idle, and wake for the same tick,
 * each in its own time, so that the smaller of the two bursts is often over before the other begins. Two processors, and
 * the mean of that time, are inferred from how many cookies the kernel sent: with one processor it is a third of them, with
 * two that wake at once twice as many where bursts are small; means from 0.08 to 0.15 ms agree equally well.
 * Left out: connect() of a running process finds its processor awake.
 */
const PROCESSORS = {
  cores: 2,
  wakeup: 'exponential(100us)',
  costs: { syn_queued: '16us', syn_cookie: '16us', syn_dropped: '5us', segment: '8us', accept: '0s', close: '0s' },
};
/** Experiments whose SYNs go to nobody. */
const BLACK_HOLE = 'K6';

/** @returns YAML, as a user would write it. */
export function kernelScenario(config: KernelConfig): string {
  const { durationS, family, id, variant, version } = config;
  const isLossy = config.loss > 0 || family === BLACK_HOLE;
  return scenarioText({
    title: `Kernel runs ${id}: ${family} ${variant} on Linux ${version}`,
    seed: id,
    duration: `${durationS}s`,
    sample: `${durationS}s`,
    server: serverOf(config),
    ...(isLossy ? { links: { lab: { loss: family === BLACK_HOLE ? 1 : config.loss } } } : {}),
    traffic: {
      ...(config.clients > 0 ? { users: clientsOf(config, isLossy) } : {}),
      ...(config.floodSyns > 0 ? { flood: floodOf(config, isLossy) } : {}),
      // A scenario has traffic.
      ...(config.clients + config.floodSyns === 0
        ? { nobody: { kind: 'clients', arrivals: 'burst(1)', start: '1e6s' } }
        : {}),
    },
  });
}

function serverOf(config: KernelConfig): Record<string, unknown> {
  const { deferAcceptS, listeners } = config;
  return {
    stack: `linux-${config.version}`,
    linux: { timers: `wheel(${HZ})` },
    listen: {
      backlog: config.backlog,
      ...(listeners > 1 ? { reuseport: listeners } : {}),
      ...(deferAcceptS > 0 ? { defer_accept: `${deferAcceptS}s` } : {}),
    },
    sysctl: config.sysctl,
    ...(isInline(config) ? { cpu: PROCESSORS } : {}),
    accept: acceptOf(config),
  };
}

/** No relay between the ends, and no generator of floods that keeps a processor to itself. */
function isInline({ floodSyns, rttMs }: KernelConfig): boolean {
  return rttMs === 0 && floodSyns === 0;
}

function acceptOf(config: KernelConfig): Record<string, unknown> {
  if (config.serverMode === 'none') return { mode: 'never' };
  const meanUs = 1e6 / config.acceptRate + LOOP_US;
  const law = config.acceptDist === 'exp' ? 'exponential' : 'constant';
  return {
    workers: config.listeners,
    ...(config.serverMode === 'rate' ? { service: `${law}(${meanUs}us)` } : {}),
    pauses: [
      ...(config.pauseMs > 0 ? [{ at: `${config.pauseStartMs}ms`, for: `${config.pauseMs}ms` }] : []),
      // One listener's process never accepts.
      ...(config.stuck >= 0 ? [{ at: '0s', for: `${config.durationS}s`, worker: config.stuck }] : []),
    ],
    reply: config.respond === 0 ? '0' : '1 byte',
    close: config.respond === 1,
  };
}

function clientsOf(config: KernelConfig, isLossy: boolean): Record<string, unknown> {
  const { clientDist, clientRate, synLinearTimeouts } = config;
  return {
    kind: 'clients',
    stack: `linux-${config.version}`,
    sysctl: {
      'net.ipv4.tcp_syn_retries': config.synRetries,
      ...(synLinearTimeouts === null ? {} : { 'net.ipv4.tcp_syn_linear_timeouts': synLinearTimeouts }),
    },
    timers: `wheel(${HZ}, shared)`,
    addresses: config.clientAddresses,
    arrivals: clientRate === 0 ? `periodic(${BACK_TO_BACK})` : `${clientDist}(${clientRate}/s)`,
    count: config.clients,
    start: `${config.clientStartMs}ms`,
    rtt: config.rttMs === 0 ? '0s' : `${config.rttMs + RELAY_MS}ms`,
    speaks: config.speaks,
    ...(isLossy ? { link: 'lab' } : {}),
  };
}

function floodOf(config: KernelConfig, isLossy: boolean): Record<string, unknown> {
  const { floodDist, floodRate } = config;
  return {
    kind: 'syn-flood',
    arrivals: floodRate === 0 ? `periodic(${BURST})` : `${floodDist}(${floodRate}/s)`,
    count: config.floodSyns,
    start: `${config.floodStartMs}ms`,
    ...(isLossy ? { link: 'lab' } : {}),
  };
}
