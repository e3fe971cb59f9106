/** Why this stack refuses a SYN, and which of its settings decides. */
import type { RefusalCause } from '../syn-ledger.ts';
import { SynQueue } from './feature.ts';
import type { Kernel } from './kernel.ts';
import { settingsOf } from './settings.ts';

const BACKLOG = 'server.listen.backlog';
const SOMAXCONN = 'server.sysctl.net.core.somaxconn';
const MAX_SYN_BACKLOG = 'server.sysctl.net.ipv4.tcp_max_syn_backlog';

export const Cause = { SynQueueFull: 0, AcceptQueueFull: 1, LastQuarter: 2, NotARequest: 3 } as const;

export const CAUSES: readonly RefusalCause[] = [
  {
    cause: 'syn_queue_full',
    text: 'the SYN queue was full',
    counter: 'TcpExtTCPReqQFullDrop',
    setting: BACKLOG,
    rule: 'B2.3, R2, R4',
  },
  {
    cause: 'accept_queue_full',
    text: 'the accept queue was full',
    counter: 'TcpExtListenOverflows',
    setting: BACKLOG,
    rule: 'B2.4, R1, R4',
  },
  {
    cause: 'last_quarter',
    text: 'the last quarter of tcp_max_syn_backlog was kept for proven peers',
    counter: 'TcpExtListenDrops',
    setting: MAX_SYN_BACKLOG,
    rule: 'B2.6, R3',
  },
  {
    cause: 'not_a_request',
    text: 'the SYN carried RST or FIN',
    counter: null,
    setting: null,
    rule: 'tcp_rcv_state_process',
  },
];

/** Why a connection is given up whose SYN was answered. */
export const Loss = { AckOverflow: 0, CookieOverflow: 1 } as const;

export const LOSSES: readonly RefusalCause[] = [
  {
    cause: 'ack_overflow',
    text: 'the final ACK met a full accept queue',
    counter: 'TcpExtListenOverflows',
    setting: BACKLOG,
    rule: 'B3.7, R5',
  },
  {
    cause: 'cookie_overflow',
    text: 'the SYN cookie came back to a full accept queue',
    counter: 'TcpExtListenOverflows',
    setting: BACKLOG,
    rule: 'B6.3, R5',
  },
];

/** The setting that bounds the queue as it is set up: the backlog, or what cuts it; in older kernels the other queue's. */
export function settingOfCause(kernel: Kernel, cause: number): string | null {
  const own = CAUSES[cause]?.setting ?? null;
  const { maxSynBacklog, somaxconn } = kernel.settings;
  const [listener] = kernel.listeners;
  const backlog = listener?.backlog ?? 0;
  if (cause === Cause.SynQueueFull) {
    const { synQueue } = kernel.profile;
    const isOfMax = synQueue === SynQueue.OverMax || synQueue === SynQueue.PowerOfMax;
    if (isOfMax || (synQueue === SynQueue.PowerOfMin && maxSynBacklog <= backlog)) return MAX_SYN_BACKLOG;
  }
  if (own !== BACKLOG || backlog < somaxconn) return own;
  // A backlog that is cut cannot grow by itself; where somaxconn is a constant nothing helps.
  return settingsOf(kernel.spec.version).some(({ key }) => key === 'somaxconn') ? SOMAXCONN : null;
}
