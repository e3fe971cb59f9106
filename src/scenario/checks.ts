/** What must hold between the keys of a scenario: each problem with the path of the key to change. */
import { meanNsOf } from '../engine/distributions.ts';
import { isKernelName, isStackName, sysctlsOf } from '../listeners/stacks.ts';
import type { Sysctl } from '../listeners/sysctl.ts';
import { TIME_NS_MAX } from '../engine/time.ts';
import { checkLinux } from './check-linux.ts';
import { hasFastOpen, hasLinearTimeouts, isLinuxClient } from '../traffic/linux-clients.ts';
import { didYouMean } from './did-you-mean.ts';
import { formatDuration } from './quantities.ts';
import type { Readable, ReadableFile } from './readable.ts';
import type { ScenarioFile } from './schema.ts';

export interface Problem {
  readonly path: readonly (string | number)[];
  readonly expected: string;
  readonly received: string;
}

const RESERVED = new Set(['listener', 'server', 'front_end', 'link', 'run']);
/** More rows of a time series than this nobody looks at, and each costs memory while the run lasts. */
const SAMPLES_MAX = 100_000;
const TRAFFIC_MAX = 4096;
const ADDRESSES_MAX = 16_777_216;
const POLL_ONLY = ['period', 'drain'] as const;
const SELECT_ONLY = ['timeout', 'nonblock'] as const;

/** What is known of a file; undefined is what could not be read, or is not there. */
type File = Readable<ScenarioFile>;

/** @returns every problem between values that could be read. */
export function checkScenario({ file, unreadable }: ReadableFile): Problem[] {
  const { duration, links, sample, server, traffic, warmup } = file;
  const problems = [
    ...checkTimes(duration, warmup, sample),
    ...(server === undefined ? [] : [...checkStack(server), ...checkAccept(server.accept ?? {})]),
    ...(traffic === undefined ? [] : checkTraffic(traffic, links)),
    // Whether time passes at all takes the whole file to tell.
    ...(unreadable.length > 0 ? [] : checkClosed(file as ScenarioFile)),
  ];
  // What stands there has been told already.
  const isTold = ({ path }: Problem): boolean =>
    unreadable.some((place) => place.every((key, i) => key === String(path[i])));
  return problems.filter((problem) => !isTold(problem));
}

function checkTimes(duration: number | undefined, warmup: number | undefined, sample: number | undefined): Problem[] {
  const problems: Problem[] = [];
  const isSound = duration !== undefined && duration > 0 && duration <= TIME_NS_MAX;
  if (duration !== undefined && !isSound) {
    const received = formatDuration(duration);
    problems.push({ path: ['duration'], expected: 'a duration above 0, below 104 days', received });
  } else if (duration !== undefined && warmup !== undefined && !(warmup < duration)) {
    const received = formatDuration(warmup);
    problems.push({ path: ['warmup'], expected: 'a warm-up shorter than the duration', received });
  }
  if (sample !== undefined && !(sample > 0)) {
    problems.push({ path: ['sample'], expected: 'an interval above 0', received: formatDuration(sample) });
  } else if (sample !== undefined && isSound && duration / sample > SAMPLES_MAX) {
    const expected = `an interval that gives at most ${SAMPLES_MAX} samples, ${formatDuration(roundUp(duration / SAMPLES_MAX))} or longer`;
    const received = `${formatDuration(sample)}, which gives ${Math.ceil(duration / sample)}`;
    problems.push({ path: ['sample'], expected, received });
  }
  return problems;
}

/** The next of 1, 2, 5, 10, 20, … that is not smaller. */
function roundUp(value: number): number {
  let step = 1;
  for (let i = 0; step < value; i++) step *= i % 3 === 1 ? 2.5 : 2;
  return step;
}

function checkStack(server: NonNullable<File['server']>): Problem[] {
  const problems: Problem[] = [];
  const wrong = (path: readonly string[], expected: string, received: string): void => {
    problems.push({ path: ['server', ...path], expected, received });
  };
  const { classic, linux12, listen, other_ports: otherPorts = [], port, stack, sysctl } = server;
  if (otherPorts.some((other) => other === port)) wrong(['other_ports'], 'ports other than server.port', String(port));
  if (stack === undefined) return problems;
  if (classic !== undefined && stack !== 'classic')
    wrong(['classic'], 'this section with stack: classic only', `stack: ${stack}`);
  if (linux12 !== undefined && stack !== 'linux-1.2')
    wrong(['linux12'], 'this section with stack: linux-1.2 only', `stack: ${stack}`);
  if (isKernelName(stack)) return [...problems, ...checkLinux(server, stack)];
  if (sysctl !== undefined && isStackName(stack)) problems.push(...checkSysctl(stack, sysctl));
  if (server.linux !== undefined)
    wrong(['linux'], 'this section with stack: linux-2.2 or later only', `stack: ${stack}`);
  for (const key of ['reuseport', 'defer_accept', 'fastopen'] as const) {
    const off = key === 'reuseport' ? 1 : 0;
    if (listen?.[key] !== undefined && listen[key] !== off)
      wrong(['listen', key], `no ${key}: ${stack} has none`, String(listen[key]));
  }
  if (stack !== 'classic') return problems;
  const backlog = listen?.backlog ?? 0;
  if (backlog < 0) wrong(['listen', 'backlog'], 'a backlog of at least 0 for stack: classic', String(backlog));
  if (otherPorts.length > 0) wrong(['other_ports'], 'no other ports with stack: classic', 'some');
  const { buckets = 1, policy, slots = buckets } = classic ?? {};
  if (policy === 'syn-cache' && slots < buckets)
    wrong(['classic', 'slots'], `a slot for each of ${buckets} buckets at least`, String(slots));
  return problems;
}

/** Settings by name: those of other kernels are no settings of this one. */
function checkSysctl(stack: string, values: Readable<Record<string, number>>): Problem[] {
  const known = sysctlsOf(stack);
  const none = { path: ['server', 'sysctl'], expected: `no sysctl: ${stack} has none`, received: 'sysctl settings' };
  if (known.length === 0) return [none];
  return Object.entries(values).flatMap(([name, value]): Problem[] => {
    const path = ['server', 'sysctl', name];
    const sysctl = known.find((one) => one.name === name);
    if (sysctl === undefined)
      return [{ path, expected: `a sysctl of ${stack}${nearest(name, known)}`, received: name }];
    const { max, min, shape } = sysctl;
    if (value === undefined) return [];
    const hasShape = shape === null || (value & (value - 1)) === 0;
    if (value >= min && value <= max && hasShape) return [];
    return [{ path, expected: `${shape ?? 'a whole number'} from ${min} to ${max}`, received: String(value) }];
  });
}

/** The one that is meant, or all that there are. */
function nearest(name: string, known: readonly Sysctl[]): string {
  const names = known.map((one) => one.name);
  return didYouMean(name, names) || `: ${names.join(', ')}`;
}

function checkAccept(accept: NonNullable<NonNullable<File['server']>['accept']>): Problem[] {
  const problems: Problem[] = [];
  const wrong = (path: readonly (string | number)[], expected: string, received: string): void => {
    problems.push({ path: ['server', 'accept', ...path], expected, received });
  };
  const { exits = [], mode, pauses = [], period, timeout } = accept;
  if (mode !== undefined) {
    for (const key of POLL_ONLY) {
      if (accept[key] !== undefined && mode !== 'poll') wrong([key], 'this key with mode: poll only', `mode: ${mode}`);
    }
    for (const key of SELECT_ONLY) {
      if (accept[key] !== undefined && mode !== 'select')
        wrong([key], 'this key with mode: select only', `mode: ${mode}`);
    }
    if (mode === 'poll' && !((period ?? 0) > 0)) wrong(['period'], 'a period above 0 for mode: poll', 'none');
  }
  if (timeout === 0) wrong(['timeout'], 'a time-out above 0 (mode: poll asks without waiting)', '0s');
  const { workers = 1 } = accept;
  for (const [key, list] of Object.entries({ exits, pauses })) {
    list.forEach(({ worker }, i) => {
      if (worker !== undefined && worker >= workers)
        wrong([key, i, 'worker'], `a worker from 0 to ${workers - 1}`, String(worker));
    });
  }
  pauses.forEach((pause, i) => {
    if (!(pause.for < pause.every))
      wrong(['pauses', i, 'every'], 'an interval longer than the pause', formatDuration(pause.every));
  });
  return problems;
}

function checkTraffic(traffic: NonNullable<File['traffic']>, links: File['links']): Problem[] {
  const problems: Problem[] = [];
  const entries = Object.entries(traffic);
  if (entries.length === 0 || entries.length > TRAFFIC_MAX) {
    problems.push({
      path: ['traffic'],
      expected: `1 to ${TRAFFIC_MAX} traffic entries`,
      received: String(entries.length),
    });
  }
  for (const [name, entry] of entries) {
    if (RESERVED.has(name))
      problems.push({ path: ['traffic', name], expected: 'a name that is not reserved', received: name });
    if (entry !== undefined) problems.push(...checkEntry(name, entry, links));
  }
  return problems;
}

function checkEntry(
  name: string,
  entry: NonNullable<NonNullable<File['traffic']>[string]>,
  links: File['links'],
): Problem[] {
  const problems: Problem[] = [];
  const wrong = (key: string, expected: string, received: string): void => {
    problems.push({ path: ['traffic', name, key], expected, received });
  };
  const { arrivals, count = Infinity, link, start, until } = entry;
  if (link !== undefined && links !== undefined && !Object.hasOwn(links, link)) {
    wrong('link', `a link under links (${Object.keys(links).join(', ') || 'there is none'})`, link);
  }
  if (start !== undefined && until !== undefined && !(until > start))
    wrong('until', 'an end after the start', formatDuration(until));
  if (!(count === Infinity || (Number.isInteger(count) && count >= 1))) {
    wrong('count', 'a whole number of arrivals from 1 on, or none', String(count));
  } else if (count !== Infinity && arrivals?.kind === 'closed') {
    wrong('count', 'arrivals that are no closed population', 'closed');
  }
  if (entry.kind === 'clients') return [...problems, ...checkClients(name, entry)];
  if (arrivals?.kind === 'closed') wrong('arrivals', 'arrivals that do not wait for answers', 'closed');
  if (entry.kind !== 'syn-flood' && entry.kind !== 'ack-flood') return problems;
  const { pool = Infinity } = entry;
  if (!(pool === Infinity || (Number.isInteger(pool) && pool >= 1 && pool <= 0xffff_ffff))) {
    wrong('pool', 'a whole number of 4-tuples from 1 on, or none', String(pool));
  }
  return entry.kind === 'syn-flood' ? [...problems, ...checkFlood(name, entry)] : problems;
}

/** Who answers, and what cannot be sent again. */
function checkFlood(name: string, entry: Readable<FloodEntry>): Problem[] {
  const problems: Problem[] = [];
  const wrong = (key: string, expected: string, received: string): void => {
    problems.push({ path: ['traffic', name, key], expected, received });
  };
  const { live, pool = Infinity, refresh = Infinity, reset_after: resetAfter = Infinity, sources, tuples } = entry;
  const answers = sources === 'responsive' || sources === 'mixed';
  if (answers && !Number.isFinite(resetAfter)) wrong('reset_after', `a duration, with sources: ${sources}`, 'never');
  if (sources === 'unresponsive' && Number.isFinite(resetAfter)) {
    wrong('sources', 'sources: responsive, with reset_after', 'unresponsive');
  }
  if (sources === 'mixed' && !(live !== undefined && live > 0 && live < 1)) {
    wrong('live', 'a share between 0 and 1, with sources: mixed', live === undefined ? 'none' : String(live));
  } else if (live !== undefined && sources !== undefined && sources !== 'mixed') {
    wrong('live', 'this key with sources: mixed only', `sources: ${sources}`);
  }
  if (!(refresh > 0)) wrong('refresh', 'a time above 0, or none', '0s');
  else if (refresh !== Infinity && (pool !== Infinity || tuples !== undefined)) {
    wrong('refresh', 'SYNs of 4-tuples of their own (pool: none, no tuples)', formatDuration(refresh));
  }
  return problems;
}

/** Settings are those of Linux, and one of them came with 6.5. */
function checkClients(
  name: string,
  { addresses = Infinity, fastopen = 'off', stack = [], sysctl = {} }: Readable<ClientsEntry>,
): Problem[] {
  const problems: Problem[] = [];
  if (!(addresses === Infinity || (Number.isInteger(addresses) && addresses >= 1 && addresses <= ADDRESSES_MAX))) {
    const expected = `a whole number of addresses from 1 to ${ADDRESSES_MAX}, or none`;
    problems.push({ path: ['traffic', name, 'addresses'], expected, received: String(addresses) });
  }
  const slow = fastopen === 'off' ? undefined : stack.find((s) => s !== undefined && !hasFastOpen(s.name));
  if (slow?.name !== undefined) {
    const expected = 'off: Fast Open of clients is that of stack: linux-3.6 or later';
    problems.push({ path: ['traffic', name, 'fastopen'], expected, received: `stack: ${slow.name}` });
  }
  for (const key of Object.keys(sysctl)) {
    const isLinear = key === 'net.ipv4.tcp_syn_linear_timeouts';
    const lacking = stack.find(
      (s) => s !== undefined && !(isLinear ? hasLinearTimeouts(s.name) : isLinuxClient(s.name)),
    );
    const expected = `this setting with stack: linux-${isLinear ? '6.5' : '2.2'} or later only`;
    if (lacking?.name !== undefined) {
      problems.push({ path: ['traffic', name, 'sysctl', key], expected, received: `stack: ${lacking.name}` });
    }
  }
  return problems;
}

/** A closed population whose users could begin anew without end at one instant: time would never pass. */
function checkClosed({ links, server, traffic }: ScenarioFile): Problem[] {
  const problems: Problem[] = [];
  for (const [name, entry] of Object.entries(traffic)) {
    if (entry.kind !== 'clients' || entry.arrivals.kind !== 'closed' || entry.arrivals.thinkNs > 0) continue;
    const expected =
      'a think time, a timeout, an rtt, a link with a delay or a rate, or (of an open port) a service above 0';
    const received = 'users who begin anew at the same instant for ever';
    if (givesUpAtOnce(entry) || !(takesTimeOnTheWay(entry, links) || takesTimeAtTheServer(entry, server)))
      problems.push({ path: ['traffic', name, 'arrivals'], expected, received });
  }
  return problems;
}

type FloodEntry = Extract<ScenarioFile['traffic'][string], { kind: 'syn-flood' }>;
type ClientsEntry = Extract<ScenarioFile['traffic'][string], { kind: 'clients' }>;

function givesUpAtOnce(entry: ClientsEntry): boolean {
  return entry.timeout === 0 || entry.stack.some((stack) => stack.failsAtNs === 0);
}

function takesTimeOnTheWay(entry: ClientsEntry, links: ScenarioFile['links']): boolean {
  const link = entry.link === undefined ? undefined : links[entry.link];
  return entry.rtt > 0 || (link !== undefined && (link.delay > 0 || link.jitter > 0 || Number.isFinite(link.rate)));
}

/** What does not open the port answers with RST at once, and what cannot keep a connection closes it at once. */
function takesTimeAtTheServer(entry: ClientsEntry, server: ScenarioFile['server']): boolean {
  const port = entry.port ?? server.port;
  if (server.other_ports.includes(port)) return true; // nobody accepts, nobody closes
  if (port !== server.port) return false;
  if (server.classic !== undefined && meanNsOf(server.classic.hold) === 0) return false;
  const { close, mode, service } = server.accept;
  const keeps = close || server.stack === 'classic';
  const isLater = mode === 'poll' || mode === 'never' || entry.answer_delay > 0;
  return isLater || (keeps && meanNsOf(service) > 0);
}
