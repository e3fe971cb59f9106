/**
 * The settings of a listener's kernel, by the names that sysctl has for them: from which version on there are any,
 * what they may be, what they are by default. They are read at each use, but somaxconn, which listen() reads (R8).
 * Leaves out: settings of clients (tcp_syn_retries, tcp_syn_linear_timeouts): a traffic entry names its own stack.
 * Source: R8, B1.3-5, B3.1, B4.1, B8.1, B9.4; tcp(7), ip-sysctl.
 */
import type { LinuxSettings } from '../specs.ts';
import type { Sysctl } from '../sysctl.ts';
import { followSettings } from './inet-listen.ts';
import type { Kernel } from './kernel.ts';
import { type Profile, profileOf } from './profiles.ts';
import { isBefore, type KernelVersion, versionOf } from './versions.ts';

export interface Setting extends Sysctl {
  readonly key: keyof LinuxSettings;
  /** First version that has it. */
  readonly from: string;
  /** First version that has it no more, or null. */
  readonly until: string | null;
  readonly unit: string;
  readonly defaultOf: (profile: Profile) => number;
}

const INT_MAX = 0x7fff_ffff;
const BYTE_MAX = 255;
/** Bits of tcp_fastopen; others force what nobody needs, and some have gone. */
const FASTOPEN_MAX = 0x607;

function setting(
  name: string,
  key: keyof LinuxSettings,
  from: string,
  [min, max]: readonly [number, number],
  unit: string,
  defaultOf: Setting['defaultOf'],
  until: string | null = null,
): Setting {
  return { name, key, from, until, min, max, shape: null, unit, defaultOf };
}

const retries = (profile: Profile): number => profile.synAckRetries;

export const SETTINGS: readonly Setting[] = [
  setting('net.core.somaxconn', 'somaxconn', '2.4.25', [0, INT_MAX], 'connections', (p) => p.defaultSomaxconn),
  setting(
    'net.ipv4.tcp_max_syn_backlog',
    'maxSynBacklog',
    '2.2',
    [0, INT_MAX],
    'requests',
    (p) => p.defaultMaxSynBacklog,
  ),
  setting('net.ipv4.tcp_syncookies', 'syncookies', '2.2', [0, 1], 'mode', (p) => p.defaultSyncookies, '3.12'),
  setting('net.ipv4.tcp_syncookies', 'syncookies', '3.12', [0, 2], 'mode', (p) => p.defaultSyncookies),
  setting('net.ipv4.tcp_retries1', 'synackRetries', '2.2', [0, BYTE_MAX], 'retransmissions', retries, '2.4'),
  setting('net.ipv4.tcp_synack_retries', 'synackRetries', '2.4', [0, BYTE_MAX], 'retransmissions', retries),
  setting('net.ipv4.tcp_abort_on_overflow', 'abortOnOverflow', '2.4', [0, 1], 'switch', () => 0),
  setting('net.ipv4.tcp_migrate_req', 'migrateReq', '5.14', [0, 1], 'switch', () => 0),
  setting('net.ipv4.tcp_rto_max_ms', 'rtoMaxMs', '6.15', [1000, 120_000], 'ms', () => 120_000),
  setting('net.ipv4.tcp_invalid_ratelimit', 'invalidRatelimitMs', '4.0', [0, INT_MAX], 'ms', () => 500),
  setting('net.ipv4.tcp_fastopen', 'fastopen', '3.7', [0, FASTOPEN_MAX], 'bits', (p) => p.defaultFastopen),
];

/** The settings that a kernel has. */
export function settingsOf(version: KernelVersion): Setting[] {
  const isThere = ({ from, until }: Setting): boolean =>
    !isBefore(version, versionOf(from)) && (until === null || isBefore(version, versionOf(until)));
  return SETTINGS.filter(isThere);
}

/** What they are where nobody sets them; those that the kernel does not have act as if they were off. */
export function defaultSettings(version: KernelVersion): LinuxSettings {
  const profile = profileOf(version);
  const settings = Object.fromEntries(SETTINGS.map(({ key, defaultOf }) => [key, defaultOf(profile)]));
  return settings as unknown as LinuxSettings;
}

/** Changes settings of a running kernel, and what follows from them. */
export function changeSettings(kernel: Kernel, changes: Partial<LinuxSettings>): void {
  Object.assign(kernel.settings, changes);
  kernel.setTimeouts();
  for (const listener of kernel.listeners) followSettings(kernel, listener);
}
