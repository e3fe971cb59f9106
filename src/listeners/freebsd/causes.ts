/** Why this stack refuses a SYN, or gives up a connection whose SYN it answered, and which setting decides. */
import type { RefusalCause } from '../syn-ledger.ts';

export const Cause = { CacheFull: 0, NotARequest: 1 } as const;

export const CAUSES: readonly RefusalCause[] = [
  {
    cause: 'syncache_full',
    text: 'the syncache was full and SYN cookies were off',
    counter: 'syncache_zone_failures',
    setting: 'server.sysctl.net.inet.tcp.syncookies',
    rule: 'C2.2',
  },
  {
    cause: 'not_a_request',
    text: 'the SYN carried RST',
    counter: null,
    setting: null,
    rule: 'tcp_input()',
  },
];

export const Loss = { ListenQueueOverflow: 0, NoEntry: 1 } as const;

export const LOSSES: readonly RefusalCause[] = [
  {
    cause: 'listen_queue_overflow',
    text: 'the accept queue was full when their handshake ended',
    counter: 'listen_queue_overflows',
    setting: 'server.listen.backlog',
    rule: 'C4.2, C4.3',
  },
  {
    cause: 'no_entry',
    text: 'their ACK met neither an entry of the syncache nor a cookie that counts',
    counter: null,
    setting: 'server.sysctl.net.inet.tcp.syncookies',
    rule: 'C2.4, C4.5',
  },
];
