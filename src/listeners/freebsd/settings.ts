/**
 * The settings of a FreeBSD host by the names that sysctl has for them: what they may be, what they are by default.
 * Those under net.inet.tcp.syncache that size the cache are tunables of the boot loader; here all are set before the run.
 * Leaves out: see_other and settings of connections; net.inet.icmp.icmplim, which bounds RSTs to closed ports.
 * Source: C1, C2.3, C4.2-3; tcp_syncache.c, uipc_socket.c.
 */
import type { Sysctl, SysctlValues } from '../sysctl.ts';
import type { FreeBsdProfile } from './profiles.ts';

/** Every setting, in the unit of its sysctl. */
export interface FreeBsdSettings {
  /** kern.ipc.soacceptqueue (kern.ipc.somaxconn before 10): largest backlog of listen(). */
  soacceptqueue: number;
  /** net.inet.tcp.syncache.hashsize: buckets, a power of two. */
  hashsize: number;
  /** net.inet.tcp.syncache.bucketlimit: entries of a bucket. */
  bucketlimit: number;
  /** net.inet.tcp.syncache.cachelimit: entries of all; 0: hashsize * bucketlimit. */
  cachelimit: number;
  /** net.inet.tcp.syncache.rexmtlimit: retransmissions of a SYN-ACK. */
  rexmtlimit: number;
  /** net.inet.tcp.syncache.rst_on_sock_fail: 1 answers an ACK that finds no room by RST. */
  rstOnSockFail: number;
  /** net.inet.tcp.syncookies. */
  syncookies: number;
  /** net.inet.tcp.syncookies_only: 1 keeps no entry at all. */
  syncookiesOnly: number;
  /** net.inet.tcp.rexmit_initial, ms: first time-out of a SYN-ACK; 0: the release's own. */
  rexmitInitialMs: number;
}

interface FreeBsdSetting extends Sysctl {
  readonly key: keyof FreeBsdSettings;
  /** First release that has it, and first one that has it no more (Infinity: none). */
  readonly from: number;
  readonly until: number;
  readonly byDefault: number;
}

const ENTRIES_MAX = 2 ** 22;
const BUCKETS_MAX = 2 ** 16;
const INT16_MAX = 32_767;
/** TCP_MAXRXTSHIFT. */
const RETRANSMISSIONS_MAX = 12;
const MS_MAX = 64_000;

function setting(
  name: string,
  key: keyof FreeBsdSettings,
  [min, max]: readonly [number, number],
  byDefault: number,
  from = 0,
  until = Infinity,
): FreeBsdSetting {
  const shape = key === 'hashsize' ? 'a power of two' : null;
  return { name, key, from, until, min, max, shape, byDefault };
}

const SYNCACHE = 'net.inet.tcp.syncache';

const FREEBSD_SETTINGS: readonly FreeBsdSetting[] = [
  setting('kern.ipc.somaxconn', 'soacceptqueue', [1, INT16_MAX], 128, 0, 10),
  setting('kern.ipc.soacceptqueue', 'soacceptqueue', [1, ENTRIES_MAX], 128, 10),
  setting(`${SYNCACHE}.hashsize`, 'hashsize', [1, BUCKETS_MAX], 512),
  setting(`${SYNCACHE}.bucketlimit`, 'bucketlimit', [1, ENTRIES_MAX], 30),
  setting(`${SYNCACHE}.cachelimit`, 'cachelimit', [1, ENTRIES_MAX], 0),
  setting(`${SYNCACHE}.rexmtlimit`, 'rexmtlimit', [0, RETRANSMISSIONS_MAX], 3),
  setting(`${SYNCACHE}.rst_on_sock_fail`, 'rstOnSockFail', [0, 1], 1),
  setting('net.inet.tcp.syncookies', 'syncookies', [0, 1], 1),
  setting('net.inet.tcp.syncookies_only', 'syncookiesOnly', [0, 1], 0, 10),
  setting('net.inet.tcp.rexmit_initial', 'rexmitInitialMs', [1, MS_MAX], 0, 13),
];

/** The settings that the releases of `profile` have. */
export function freeBsdSysctls(profile: FreeBsdProfile): FreeBsdSetting[] {
  const there = FREEBSD_SETTINGS.filter(({ from, until }) => from <= profile.from && profile.from < until);
  const { rexmitInitialMs } = profile;
  const cachelimit = cacheLimitOf(freeBsdSettings({}));
  // Those that are 0 in the table follow from others.
  return there.map((one) => {
    if (one.key === 'rexmitInitialMs') return { ...one, byDefault: rexmitInitialMs };
    return one.key === 'cachelimit' ? { ...one, byDefault: cachelimit } : one;
  });
}

/** What all of them are: as set, or by default. */
export function freeBsdSettings(values: SysctlValues): FreeBsdSettings {
  const settings = Object.fromEntries(FREEBSD_SETTINGS.map(({ key, byDefault }) => [key, byDefault]));
  for (const { name, key } of FREEBSD_SETTINGS) settings[key] = values[name] ?? settings[key]!;
  return settings as unknown as FreeBsdSettings;
}

/** Entries that the cache holds at most: the zone's bound, one that is set or what the buckets hold (C1.1). */
export function cacheLimitOf({ bucketlimit, cachelimit, hashsize }: FreeBsdSettings): number {
  return cachelimit === 0 ? hashsize * bucketlimit : cachelimit;
}
