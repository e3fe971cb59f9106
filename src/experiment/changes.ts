/**
 * Which setting would change what a run lost: tried, one setting at a time, with the same random numbers.
 * Leaves out: settings in combination, and how much of a setting is enough (the smallest backlog, say).
 */
import { type Distribution, meanNsOf } from '../engine/distributions.ts';
import { NEVER_NS } from '../engine/time.ts';
import type { FreeBsdSpec, LinuxSpec } from '../listeners/specs.ts';
import { sysctlsOf } from '../listeners/stacks.ts';
import { type Override, parseVariant, type ScenarioData } from '../scenario/parse.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { scenarioData, serializeDistribution } from '../scenario/serialize.ts';
import type { Drop, Metric, RunResult } from '../simulation/result.ts';
import { type Captures, runScenario } from '../simulation/simulate.ts';

/** One setting, changed, and what it gave. */
export interface Change {
  /** As for `--set`; two where the first alone is none (a kernel that grants a longer queue, and the longer queue). */
  readonly settings: readonly Override[];
  /** What it is, in the words of whoever runs a server: `a larger backlog in listen()`. */
  readonly words: string;
  /** Clients that were served with it, of those that started. */
  readonly served: number;
  readonly started: number;
  /** SYNs that the stack refused with it: of the clients, or of all when there are none. */
  readonly refusedSyns: number;
}

export interface Changes {
  /** What was to be lowered: clients that were not served, or, when none failed, refused SYNs. */
  readonly goal: Goal;
  /** How much of that there was. */
  readonly lost: number;
  /** Those that help, the best first; empty: no single setting that was tried does. */
  readonly changes: readonly Change[];
  /** Of the run: each with the paths of the change that lowers it most, null where none does. */
  readonly drops: readonly Drop[];
  /** The one of them that the best change lowers most: why it helps. Null when it lowers none. */
  readonly cause: Drop | null;
}

type Goal = 'unserved' | 'refused_syns';
/** One thing to change, in words too. */
export type ChangeTrial = Pick<Change, 'settings' | 'words'>;
type Trial = ChangeTrial;
type Tried = { readonly trial: Trial; readonly changed: RunResult };

/** A run with more events than this is too long to be tried again a dozen times. */
const EVENTS_MAX = 1_500_000;
/** A try that takes this many times the events of the run is given up. */
const EVENTS_FACTOR = 4;
const EVENTS_SPARE = 100_000;
/** A change that saves less than this share of what was lost is not worth a word. */
const SHARE_MIN = 0.1;
/** Times as much of a thing as the scenario gives. */
const MORE = 8;
const LISTEN_MAX = 65_535;
/** Of the syncache, where nobody sets another. */
const BUCKET_LIMIT = 30;
/** The version of Linux 1.2 with the longest queue. */
const LAST_1_2 = '1.2.13';

/**
 * Tries what could serve clients that were not served; where none failed, what could admit SYNs that were refused.
 * @param captures of `scenario`: no trial reads others.
 * @param result of `scenario`'s first replication.
 * @param onProgress called with the share of the trials that is done, [0, 1].
 * @returns null when nothing was lost, or the run is too long. Cost: about a dozen runs.
 */
export function findChanges(
  scenario: Scenario,
  captures: Captures,
  result: RunResult,
  onProgress: (fraction: number) => void = () => {},
): Changes | null {
  const goal: Goal = hasFailed(result) ? 'unserved' : 'refused_syns';
  const lost = lostIn(result, goal);
  if (lost === 0 || result.stop !== null || result.eventCount > EVENTS_MAX) return null;
  const data = scenarioData({
    ...scenario,
    limits: { ...scenario.limits, events: EVENTS_FACTOR * result.eventCount + EVENTS_SPARE },
  });
  const trials = trialsOf(scenario);
  const tried = trials.flatMap((trial, i) => {
    onProgress(i / trials.length);
    const changed = runWith(data, scenario.name, captures, trial);
    return changed === null || changed.stop !== null ? [] : [{ trial, changed, left: lostIn(changed, goal) }];
  });
  const helpful = tried
    .filter(({ left }) => lost - left >= Math.max(1, SHARE_MIN * lost))
    .toSorted((a, b) => a.left - b.left);
  const drops = result.drops.map((drop) => ({ ...drop, setting: settingOf(drop, tried) }));
  return {
    goal,
    lost,
    changes: helpful.map(({ trial, changed }) => ({ ...trial, ...countsOf(changed) })),
    drops,
    cause: causeOf(drops, helpful[0] ?? null),
  };
}

/** Why `best` helps: the drop that it lowers most. */
function causeOf(drops: readonly Drop[], best: Tried | null): Drop | null {
  let cause: Drop | null = null;
  let most = 0;
  for (const drop of best === null ? [] : drops) {
    const lowered = drop.count - leftOf(drop, best);
    if (lowered <= most) continue;
    most = lowered;
    cause = drop;
  }
  return cause;
}

function leftOf(drop: Drop, tried: Tried | null): number {
  const same = (other: Drop): boolean => other.cause === drop.cause && other.text === drop.text;
  return tried?.changed.drops.find(same)?.count ?? 0;
}

/** The change that leaves least of `drop`, if it takes away enough to speak of. */
function settingOf(drop: Drop, tried: readonly Tried[]): string | null {
  let best: Trial | null = null;
  let least = (1 - SHARE_MIN) * drop.count;
  for (const one of tried) {
    const left = leftOf(drop, one);
    if (left >= least) continue;
    least = left;
    best = one.trial;
  }
  return best === null ? null : best.settings.map(({ path }) => path).join(', ');
}

function runWith(data: ScenarioData, name: string, captures: Captures, trial: Trial): RunResult | null {
  const scenario = parseVariant(data, name, trial.settings);
  // A setting that the stack does not take is none to try.
  return scenario === null ? null : runScenario({ scenario, captures, numbersOnly: true });
}

/** Did any client end badly, or wait all the time? Who began just before the end is in no hurry. */
function hasFailed({ metrics }: RunResult): boolean {
  const sum = (pattern: RegExp): number => sumOf(metrics, 'clients', pattern);
  return sum(/\.(?:refused|timed_out|reset)$/) > 0 || (sum(/\.started$/) > 0 && sum(/\.served$/) === 0);
}

function lostIn(result: RunResult, goal: Goal): number {
  const { served, started, refusedSyns } = countsOf(result);
  return goal === 'unserved' ? started - served : refusedSyns;
}

function countsOf({ metrics }: RunResult): Pick<Change, 'served' | 'started' | 'refusedSyns'> {
  const started = sumOf(metrics, 'clients', /\.started$/);
  const served = started - sumOf(metrics, 'clients', /\.unserved$/);
  const refusedSyns = sumOf(metrics, 'SYNs', started > 0 ? /\.syns_refused$/ : /^listener\.dropped_syns$/);
  return { started, served, refusedSyns };
}

function sumOf(metrics: readonly Metric[], ofUnit: string, pattern: RegExp): number {
  return metrics.reduce(
    (sum, { path, unit, value }) => (unit === ofUnit && pattern.test(path) ? sum + (value ?? 0) : sum),
    0,
  );
}

/** What there is to try, in the order in which one would. */
export function trialsOf(scenario: Scenario): ChangeTrial[] {
  return [...acceptTrials(scenario), ...listenTrials(scenario), ...linkTrials(scenario), ...clientTrials(scenario)];
}

function trial(path: string, value: string, words: string): Trial {
  return { settings: [{ path, value }], words };
}

/** An application that takes connections sooner, or gives them back. */
function acceptTrials({ server: { accept } }: Scenario): Trial[] {
  const { close, exits, mode, pauses, service, startNs, timeoutNs, workers } = accept;
  const set = (key: string, value: string, words: string): Trial => trial(`server.accept.${key}`, value, words);
  const waits = {
    blocking: [],
    never: [set('mode', 'blocking', 'an application that calls accept()')],
    poll: [set('mode', 'blocking', 'an application that waits in accept() and does not poll')],
    select: [
      ...(timeoutNs === NEVER_NS ? [set('timeout', '1s', 'a time-out for select()')] : []),
      set('mode', 'blocking', 'an application that waits in accept(), not in select()'),
    ],
  };
  return [
    ...waits[mode],
    ...(pauses.length > 0 ? [set('pauses', '[]', 'an application that does not pause')] : []),
    ...(exits === undefined ? [] : [set('exits', '[]', 'workers that stay')]),
    ...(startNs > 0 ? [set('start', '0s', 'an application that accepts from the start')] : []),
    ...(close ? [] : [set('close', 'true', 'an application that closes what it has served')]),
    ...(mode === 'never' ? [] : [set('workers', String(workers * MORE), 'more workers')]),
    ...(meanNsOf(service) > 0 ? [set('service', serializeDistribution(scaled(service)), 'a shorter service')] : []),
  ];
}

/** The same law, MORE times as fast, in whole nanoseconds. */
function scaled(law: Distribution): Distribution {
  const faster = (ns: number): number => Math.ceil(ns / MORE);
  if (law.kind !== 'hyperexponential') return { ...law, meanNs: faster(law.meanNs) };
  return { ...law, mean1Ns: faster(law.mean1Ns), mean2Ns: faster(law.mean2Ns) };
}

function listenTrials({ server: { backlog, stack } }: Scenario): Trial[] {
  const longer = { path: 'server.listen.backlog', value: String(Math.min(LISTEN_MAX, Math.max(1, backlog) * MORE)) };
  const trials: Trial[] = [{ settings: [longer], words: 'a larger backlog in listen()' }];
  if (stack.kind === 'classic') {
    const hold = serializeDistribution(scaled(stack.hold));
    return [
      ...trials,
      trial('server.classic.slots', String(stack.slots * MORE), 'more half-open slots'),
      trial('server.classic.hold', hold, 'a shorter hold of half-open slots'),
    ];
  }
  if (stack.kind === 'freebsd') return [...trials, ...freeBsdTrials(stack, longer)];
  if (stack.kind === 'linux') return [...trials, ...kernelTrials(stack, longer)];
  if (stack.version === LAST_1_2) return trials;
  const version = { path: 'server.linux12.version', value: LAST_1_2 };
  return [...trials, { settings: [version, longer], words: 'a kernel from 1.2.11 on and a larger backlog' }];
}

/** What bounds the backlog, and what keeps half-open connections. */
function freeBsdTrials({ name, sysctl }: FreeBsdSpec, longer: Override): Trial[] {
  const bound = sysctlsOf(name).find((one) => one.name.startsWith('kern.ipc.'))?.name ?? '';
  const [cookies, bucket] = ['net.inet.tcp.syncookies', 'net.inet.tcp.syncache.bucketlimit'];
  const set = (key: string, value: number): Override => ({ path: `server.sysctl.${key}`, value: String(value) });
  const limit = (sysctl[bucket] ?? BUCKET_LIMIT) * MORE;
  return [
    {
      settings: [{ path: `server.sysctl.${bound}`, value: longer.value }, longer],
      words: 'a larger backlog in listen(), and the sysctl that bounds it',
    },
    ...(sysctl[cookies] === 0 ? [{ settings: [set(cookies, 1)], words: 'SYN cookies' }] : []),
    { settings: [set(bucket, limit)], words: 'a larger syncache' },
  ];
}

/** Settings of a kernel: those that its version has are left over by what parses a trial. */
function kernelTrials({ reuseport, settings }: LinuxSpec, longer: Override): Trial[] {
  const sysctl = (name: string, value: number): Override => ({ path: `server.sysctl.${name}`, value: String(value) });
  const set = (name: string, value: number, words: string): Trial => ({ settings: [sysctl(name, value)], words });
  const { abortOnOverflow, maxSynBacklog, migrateReq, somaxconn, syncookies, synackRetries } = settings;
  const higher = sysctl('net.core.somaxconn', Number(longer.value));
  const isCut = Number(longer.value) > somaxconn;
  return [
    // Where somaxconn does not cut it, the longer backlog alone is tried already.
    ...(isCut
      ? [{ settings: [higher, longer], words: 'a larger backlog in listen() and a somaxconn that lets it' }]
      : []),
    set('net.ipv4.tcp_max_syn_backlog', Math.max(1, maxSynBacklog) * MORE, 'a larger tcp_max_syn_backlog'),
    set('net.ipv4.tcp_syncookies', syncookies === 0 ? 1 : 0, syncookies === 0 ? 'SYN cookies' : 'no SYN cookies'),
    ...(synackRetries > 1 ? [set('net.ipv4.tcp_synack_retries', 1, 'fewer SYN-ACK retransmissions')] : []),
    ...(reuseport > 1 && migrateReq === 0
      ? [set('net.ipv4.tcp_migrate_req', 1, 'connections that move when a listener closes')]
      : []),
    ...(abortOnOverflow === 0
      ? []
      : [set('net.ipv4.tcp_abort_on_overflow', 0, 'no RST when the accept queue is full')]),
  ];
}

function linkTrials({ links }: Scenario): Trial[] {
  return links.flatMap(({ loss, name, queueBytes, queuePackets, rateBps }) => {
    const set = (key: string, value: string, words: string): Trial => trial(`links.${name}.${key}`, value, words);
    const queue = queuePackets < Infinity ? `${Math.max(1, queuePackets) * MORE} packets` : `${queueBytes * MORE}B`;
    const isBounded = Math.min(queuePackets, queueBytes) < Infinity;
    return [
      ...(rateBps < Infinity ? [set('rate', `${rateBps * MORE}bps`, 'a faster link')] : []),
      ...(isBounded ? [set('queue', queue, 'a longer queue before the link')] : []),
      ...(loss > 0 ? [set('loss', '0%', 'a link that loses nothing')] : []),
    ];
  });
}

function clientTrials({ traffic, server }: Scenario): Trial[] {
  return traffic.flatMap((entry) => {
    if (entry.kind !== 'clients') return [];
    const { name, port, timeoutNs } = entry;
    const set = (key: string, value: string, words: string): Trial => trial(`traffic.${name}.${key}`, value, words);
    return [
      ...(timeoutNs < NEVER_NS ? [set('timeout', 'none', `no time-out for ${name}`)] : []),
      ...(port === server.port
        ? []
        : [set('port', String(server.port), `the port where the server accepts for ${name}`)]),
    ];
  });
}
