/**
 * A run's answer in plain sentences: who was served, who was not, why, and which setting would change it.
 * Leaves out: tables (summary.ts).
 */
import { NS_PER_S } from '../engine/time.ts';
import type { Drop, RunResult } from '../simulation/result.ts';
import { formatForPeople } from './format-number.ts';

/** Settings in the words of whoever runs a server. */
const SETTING_WORDS: Readonly<Record<string, string>> = {
  'server.listen.backlog': 'a larger backlog in listen()',
  'server.classic.slots': 'more half-open slots (server.classic.slots)',
};

/** Metrics by path. */
export function valuesOf(result: RunResult): ReadonlyMap<string, number | null> {
  return new Map(result.metrics.map((m) => [m.path, m.value]));
}

/** Names of the traffic entries that are clients, and of those that are floods. */
export function entriesOf(result: RunResult): { clients: string[]; floods: string[] } {
  const ending = (suffix: string): string[] =>
    result.metrics.filter((m) => m.path.endsWith(suffix)).map((m) => m.path.slice(0, -suffix.length));
  return { clients: ending('.started'), floods: ending('.first_refused_ms') };
}

/** The whole answer: two or three sentences. */
export function answerOf(result: RunResult): string {
  const values = valuesOf(result);
  const { clients, floods } = entriesOf(result);
  const sentences = [
    ...(result.stop === null ? [] : [stopSentence(result.stop.limit, result.stop.atNs)]),
    ...clients.map((name) => clientSentence(name, values)),
    ...floods.map((name) => floodSentence(name, values)),
    ...result.drops.slice(0, 1).map(dropSentence),
    ...settingSentence(result.drops),
  ];
  return sentences.join(' ');
}

function stopSentence(limit: string, atNs: number): string {
  return `The run stopped at ${seconds(atNs)}: it passed ${limit}, so these numbers are partial.`;
}

function clientSentence(name: string, values: ReadonlyMap<string, number | null>): string {
  const value = (what: string): number => values.get(`${name}.${what}`) ?? 0;
  const started = value('started');
  const served = value('served');
  if (started === 0) return `No client of ${name} started.`;
  if (served === started)
    return started === 1 ? `The one client of ${name} was served.` : `All ${count(started)} ${name} were served.`;
  const fates: string[] = [];
  for (const [what, words] of [
    ['timed_out', 'timed out'],
    ['refused', 'were refused'],
    ['reset', 'were reset'],
    ['pending', 'were still waiting at the end'],
  ] as const) {
    if (value(what) > 0) fates.push(`${count(value(what))} ${words}`);
  }
  const head =
    served === 0
      ? `None of ${count(started)} ${name} was served`
      : `${count(served)} of ${count(started)} ${name} were served`;
  return `${head}: ${list(fates)}.`;
}

function floodSentence(name: string, values: ReadonlyMap<string, number | null>): string {
  const value = (what: string): number => values.get(`${name}.${what}`) ?? 0;
  return `Of ${count(value('sent'))} SYNs of ${name}, ${count(value('admitted'))} took a slot.`;
}

function dropSentence(drop: Drop): string {
  const first = drop.firstAtNs === null ? '' : `, the first at ${seconds(drop.firstAtNs)}`;
  const what = drop.cause.startsWith('link_')
    ? 'packets were lost'
    : drop.count === 1
      ? 'SYN was refused'
      : 'SYNs were refused';
  return `${count(drop.count)} ${what} because ${drop.text}${first}.`;
}

/** One sentence on what would change it, or none when nothing was refused. */
function settingSentence(drops: readonly Drop[]): string[] {
  const [drop] = drops;
  if (drop === undefined) return [];
  if (drop.setting === null) return ['No setting of the server would change it.'];
  return [`What would change it: ${SETTING_WORDS[drop.setting] ?? drop.setting}.`];
}

/** `57.5 s`, as people read it. */
export function seconds(ns: number): string {
  const s = ns / NS_PER_S;
  return `${formatForPeople(s, s < 1 ? 3 : 6)} s`;
}

function count(value: number): string {
  return formatForPeople(value);
}

function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}
