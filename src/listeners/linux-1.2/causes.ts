/** Why this stack refuses a SYN. */
import type { RefusalCause } from '../syn-ledger.ts';

export const Cause = { BacklogFull: 0, NoMemory: 1, NoRoute: 2, RcvbufFull: 3, NotARequest: 4 } as const;

export const CAUSES: readonly RefusalCause[] = [
  {
    cause: 'backlog_full',
    text: 'the listen queue was full',
    counter: 'TcpAttemptFails',
    setting: 'server.listen.backlog',
    rule: 'R31',
  },
  {
    cause: 'no_memory',
    text: 'the kernel had no memory for the socket or its SYN-ACK',
    counter: 'TcpAttemptFails',
    setting: null,
    rule: 'R32, R35',
  },
  {
    cause: 'no_route',
    text: 'the kernel had no route to the client',
    counter: 'TcpAttemptFails',
    setting: null,
    rule: 'R36',
  },
  {
    cause: 'rcvbuf_full',
    text: 'the receive buffer was too small for the segment',
    counter: null,
    setting: 'SO_RCVBUF',
    rule: 'R14',
  },
  {
    cause: 'not_a_request',
    text: 'the SYN carried RST, or met a socket that silently drops it',
    counter: null,
    setting: null,
    rule: 'R15',
  },
];
