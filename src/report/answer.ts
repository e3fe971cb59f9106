/**
 * A run's answer in plain words: who was served, who was not, why, and which setting would change it.
 * Leaves out: tables (summary.ts).
 */
import { NS_PER_MS } from '../engine/time.ts';
import type { Change, Changes } from '../experiment/changes.ts';
import type { Drop, RunResult } from '../simulation/result.ts';
import { formatDuration, formatForPeople, formatInstant } from './format-number.ts';

type Values = ReadonlyMap<string, number | null>;

/** Settings in the words of whoever runs a server. */
const SETTING_WORDS: Readonly<Record<string, string>> = {
  'server.listen.backlog': 'a larger backlog in listen()',
  'server.linux12.version':
    'a kernel from 1.2.11 on and a backlog above 5 (server.linux12.version, server.listen.backlog)',
  'server.sysctl.net.core.somaxconn': 'a higher net.core.somaxconn, and a larger backlog in listen()',
  'server.sysctl.net.ipv4.tcp_max_syn_backlog': 'a higher net.ipv4.tcp_max_syn_backlog',
  'server.classic.slots': 'more half-open slots (server.classic.slots)',
  'server.sysctl.kern.ipc.soacceptqueue': 'a larger kern.ipc.soacceptqueue and a backlog as large in listen()',
  'server.sysctl.kern.ipc.somaxconn': 'a larger kern.ipc.somaxconn and a backlog as large in listen()',
  'server.sysctl.net.inet.tcp.syncookies': 'SYN cookies (net.inet.tcp.syncookies=1)',
  'server.accept.mode': 'an application that calls accept() (server.accept.mode)',
  'server.accept.period': 'an application that polls more often (server.accept.period)',
  'server.accept.timeout': 'a time-out for select() (server.accept.timeout)',
  'server.accept.workers':
    'an application that takes connections sooner (server.accept.workers, server.accept.service)',
};
/** Beyond this many entries of a kind they are told of together. */
const ENTRIES_NAMED = 3;
/** A change is named beside the best one when it misses at most this share of what that one gains. */
const SLACK = 0.5;
/** So many changes are named, at most. */
const CHANGES_NAMED = 3;
/** A wait to connect that is worth a word, ms: about the first retransmission of a SYN. */
const SLOW_CONNECT_MS = 900;

/** Metrics by path. */
export function valuesOf(result: RunResult): Values {
  return new Map(result.metrics.map((m) => [m.path, m.value]));
}

/** Names of the traffic entries that are clients, and of those that are floods. */
export function entriesOf(result: RunResult): { clients: string[]; floods: string[] } {
  const ending = (suffix: string): string[] =>
    result.metrics.filter((m) => m.path.endsWith(suffix)).map((m) => m.path.slice(0, -suffix.length));
  return { clients: ending('.started'), floods: ending('.first_refused_ms') };
}

/**
 * The whole answer as one sentence.
 * @param changes what was tried; null: nothing was.
 * @param replications that `result` is the total of.
 */
export function answerOf(result: RunResult, changes: Changes | null = null, replications = 1): string {
  return `${prefixOf(replications)}${capital(clausesOf(result, changes, replications).join('; '))}.`;
}

/** The same as sentences, for people. */
export function answerSentences(result: RunResult, changes: Changes | null, replications: number): string {
  const sentences = clausesOf(result, changes, replications).map((clause) => `${capital(clause)}.`);
  return prefixOf(replications) + sentences.join(' ');
}

/** What would change it: as tried, or as the kernel's rules let one expect. Null when there is nothing to say. */
function changeOf(result: RunResult, changes: Changes | null, where: string): string | null {
  if (changes === null) return expectedChangeOf(largest(result.drops));
  const [best] = changes.changes;
  if (best === undefined) return 'no single setting that was tried would change it';
  // What leaves much more than the best is left to the JSON document.
  const leaves = (change: Change): number =>
    changes.goal === 'unserved' ? change.started - change.served : change.refusedSyns;
  const named = changes.changes.filter(
    (change) => leaves(change) <= leaves(best) + SLACK * (changes.lost - leaves(best)),
  );
  const words = named.slice(0, CHANGES_NAMED).map((change) => changeWords(change, changes.goal));
  return `what would change it${where}: ${list(words, 'or')}`;
}

/** `drop`, as all replications together count it. */
function sameDrop(drops: readonly Drop[], drop: Drop | null): Drop | null {
  return drops.find((other) => drop !== null && other.cause === drop.cause && other.text === drop.text) ?? drop;
}

function changeWords({ settings, words, served, started, refusedSyns }: Change, goal: Changes['goal']): string {
  const set = settings.map(({ path, value }) => `${path}=${value}`).join(' ');
  const outcome =
    goal === 'unserved' ? `${count(served)} of ${count(started)} served` : `${count(refusedSyns)} SYNs refused`;
  return `${words} (${set}: ${outcome})`;
}

function expectedChangeOf(drop: Drop | null): string | null {
  if (drop === null) return null;
  if (drop.setting === null) return 'no setting of this kernel would change it';
  const words = drop.setting.split(', ').map((path) => SETTING_WORDS[path] ?? path);
  return `what may change it (not tried): ${list(words, 'or')}`;
}

function prefixOf(replications: number): string {
  return replications === 1 ? '' : `${formatForPeople(replications)} replications together: `;
}

function clausesOf(result: RunResult, changes: Changes | null, replications: number): string[] {
  const values = valuesOf(result);
  const { clients, floods } = entriesOf(result);
  // With a change that helps the cause is what it lowers, which need not be the largest number.
  const drop =
    changes === null || changes.changes.length === 0 ? largest(result.drops) : sameDrop(result.drops, changes.cause);
  const errors = errorClause(result);
  const change = changeOf(result, changes, replications > 1 ? ', in the first replication' : '');
  return [
    ...(result.stop === null ? [] : [stopClause(result.stop.limit, result.stop.atNs)]),
    ...together(clients).map((names) => clientClause(names, values)),
    ...together(floods).map((names) => floodClause(names, values)),
    ...(drop === null ? [] : [dropClause(drop, result.warmupNs > 0)]),
    ...(errors === null ? [] : [errors]),
    ...(change === null ? [] : [change]),
  ];
}

/** Entries one by one, or all in one group when there are many. */
function together(names: readonly string[]): string[][] {
  return names.length > ENTRIES_NAMED ? [[...names]] : names.map((name) => [name]);
}

function largest(drops: readonly Drop[]): Drop | null {
  return drops.reduce<Drop | null>((most, drop) => (most === null || drop.count > most.count ? drop : most), null);
}

function stopClause(limit: string, atNs: number): string {
  return `the run stopped at ${formatInstant(atNs)} because it passed ${limit}, so these numbers are partial`;
}

function clientClause(names: readonly string[], values: Values): string {
  const value = (what: string): number => names.reduce((sum, name) => sum + (values.get(`${name}.${what}`) ?? 0), 0);
  const [name = ''] = names;
  // `30 users` reads well; `97 replay` does not.
  const noun = names.length > 1 ? `clients of ${names.length} kinds` : name.endsWith('s') ? name : `clients (${name})`;
  const started = value('started');
  const served = value('served');
  if (started === 0) return `no ${noun} started`;
  const wait = names.length > 1 ? '' : waitOf(name, values);
  if (served === started) {
    return started === 1 ? `the one of ${noun} was served${wait}` : `all ${count(started)} ${noun} were served${wait}`;
  }
  const fates = (
    [
      ['timed_out', 'timed out'],
      ['refused', 'refused'],
      ['reset', 'reset'],
      ['pending', 'still waiting at the end'],
    ] as const
  ).flatMap(([what, words]) => (value(what) > 0 ? [`${count(value(what))} ${words}`] : []));
  const head = served === 0 ? 'none' : count(served);
  return `${head} of ${count(started)} ${noun} ${served > 1 ? 'were' : 'was'} served (${list(fates, 'and')})${wait}`;
}

/** How long those that connected had to wait, when it was long. */
function waitOf(name: string, values: Values): string {
  const [p50, p99] = ['p50', 'p99'].map((q) => values.get(`${name}.connect_ms.${q}`) ?? 0);
  if (p50 === undefined || p99 === undefined || p99 < SLOW_CONNECT_MS) return '';
  const within = (ms: number): string => (ms < 1 ? 'at once' : `within ${formatDuration(ms * NS_PER_MS)}`);
  return `, and of those that connected half did so ${within(p50)}, 99 % ${within(p99)}`;
}

function floodClause(names: readonly string[], values: Values): string {
  const value = (what: string): number => names.reduce((sum, name) => sum + (values.get(`${name}.${what}`) ?? 0), 0);
  const sent = value('sent');
  const admitted = value('admitted');
  const noun = names.length > 1 ? `SYNs of ${names.length} floods` : `SYNs of ${names[0] ?? ''}`;
  if (sent === 0) return `no ${noun} were sent`;
  if (admitted === sent) return `all ${count(sent)} ${noun} took a slot`;
  return `${admitted === 0 ? 'none' : count(admitted)} of ${count(sent)} ${noun} took a slot`;
}

/** accept() calls that failed because the process had no descriptor left: each lost a connection (R69). */
function errorClause(result: RunResult): string | null {
  const lost = valuesOf(result).get('server.accept_errors.EINVAL') ?? 0;
  if (lost === 0) return null;
  return `${count(lost)} ${lost === 1 ? 'connection was' : 'connections were'} lost in accept(), which had no descriptor left (EINVAL)`;
}

function dropClause(drop: Drop, isWarm: boolean): string {
  const which = `${drop.count === 1 ? '' : 'the first '}${isWarm ? 'after the warm-up ' : ''}`;
  const first = drop.firstAtNs === null ? '' : `, ${which}at ${formatInstant(drop.firstAtNs)}`;
  const one = drop.count === 1;
  const what = {
    SYNs: `${one ? 'SYN was' : 'SYNs were'} refused`,
    connections: `${one ? 'connection was' : 'connections were'} given up`,
    packets: `${one ? 'packet was' : 'packets were'} lost`,
  }[drop.unit];
  return `${count(drop.count)} ${what} because ${drop.text}${first}`;
}

function count(value: number): string {
  return formatForPeople(value);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function list(parts: readonly string[], conjunction: 'and' | 'or'): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} ${conjunction} ${parts.at(-1) ?? ''}`;
}
