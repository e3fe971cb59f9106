/**
 * The meaning of a name, for the report and for whoever asks: the same counter means different things on different stacks.
 */
import { CLASSIC } from './classic.ts';
import { FREEBSD } from './freebsd.ts';
import { FRONT_ENDS } from './front-ends.ts';
import { LINUX_12 } from './linux-1.2.ts';
import { LINUX } from './linux.ts';
import { type Meaning, meanings, type Row, BACKLOG, WORKERS } from './meaning.ts';
import { SETTINGS } from './settings.ts';

/** Levels that every stack has. */
const LEVELS: readonly Row[] = [
  ['syn_queue', 'Half-open connections: their SYN was answered, their ACK has not come.', BACKLOG, 'B2, R31, C1'],
  [
    'accept_queue',
    'Complete connections that wait for accept(): what ss shows as Recv-Q of the listener.',
    `${WORKERS}, ${BACKLOG}`,
    'B2.4, R31, C4',
  ],
];

export const COMMON_MEANINGS = meanings('level', LEVELS);

/** Tables of the stacks, by family. */
const FAMILIES = { 'linux-1.2': LINUX_12, linux: LINUX, freebsd: FREEBSD, classic: CLASSIC } as const;

export type Family = keyof typeof FAMILIES;

/** The family of a stack: `linux-6.18` is of `linux`, `freebsd-14` of `freebsd`. */
export function familyOf(stackName: string): Family {
  if (stackName.startsWith('linux-1.2')) return 'linux-1.2';
  if (stackName.startsWith('linux-')) return 'linux';
  return stackName.startsWith('freebsd-') ? 'freebsd' : 'classic';
}

/** Counters and levels that stacks of this family alone have. */
export function familyMeanings(family: Family): readonly Meaning[] {
  return FAMILIES[family];
}

/** Everything that has a meaning on a stack of this family: its counters and levels, what stands before it, all settings. */
export function meaningsOf(family: Family): readonly Meaning[] {
  return [...COMMON_MEANINGS, ...familyMeanings(family), ...FRONT_ENDS, ...SETTINGS];
}

/** What `name` means on `family`; null: it is not known. A path of a scenario or a metric (`listener.TcpInSegs`) is taken by its last words. */
export function meaningOf(name: string, family: Family): Meaning | null {
  const isIt = (one: Meaning): boolean => name === one.name || (one.kind === 'setting' && name === one.setting);
  const bare = name.replace(/^(?:listener|front_end|server\.sysctl)\./, '').replace(/\.(?:max|mean|end)$/, '');
  const known = meaningsOf(family);
  return known.find(isIt) ?? known.find((one) => one.name === bare) ?? memberOf(name);
}

/** `accept_queue_2`: the queue of one listener of an SO_REUSEPORT group. */
function memberOf(name: string): Meaning | null {
  const member = /^accept_queue_(\d{1,9})$/.exec(name)?.[1];
  if (member === undefined) return null;
  const text = `Complete connections that wait at listener ${member} of the SO_REUSEPORT group.`;
  return { name, kind: 'level', text, setting: 'server.listen.reuseport', rule: 'B9', isLoss: false };
}
