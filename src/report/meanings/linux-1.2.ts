/**
 * What the counters of Linux 1.2 mean: those of /proc/net/snmp, and the work of its functions.
 * Source: the rules named in each row; net/inet/tcp.c, Linux 1.2.13.
 */
import { BACKLOG, meanings, WORKERS, type Row } from './meaning.ts';

const ROWS: readonly Row[] = [
  ['TcpActiveOpens', 'Connections that the host opened itself: always 0 of a server.', null, 'R38'],
  ['TcpPassiveOpens', 'Never moves on this kernel: nothing in it counts there.', null, 'R38'],
  [
    'TcpAttemptFails',
    'SYNs that were refused because the listen queue was full, or for want of memory or a route. This kernel has no counter but this one for it.',
    `${BACKLOG}, server.linux12.version`,
    'R31, R32, R36',
    'loss',
  ],
  ['TcpEstabResets', 'Connections that ended by RST.', WORKERS, 'R38', 'loss'],
  ['TcpCurrEstab', 'Connections that are established now: a level, kept among the counters.', WORKERS, 'R38'],
  [
    'TcpInSegs',
    'Segments that arrived. One that waited in a back_log is counted again when it is replayed.',
    null,
    'R8',
  ],
  ['TcpOutSegs', 'Segments that were sent.', null, 'R38'],
  ['TcpRetransSegs', 'Never moves on this kernel: what is sent again is in retransmits.', null, 'R38'],
  ['retransmits', 'Segments that were sent again by timer.', null, 'work'],
  [
    'synacks_sent',
    'SYN-ACKs sent for the first time: children that took a place in the receive queue.',
    BACKLOG,
    'work',
  ],
  ['synacks_retransmitted', 'SYN-ACKs sent again because no ACK came.', null, 'work'],
  ['resets_sent', 'RSTs sent.', null, 'work'],
  ['lookups', 'Searches of the socket that a segment belongs to.', null, 'work'],
  [
    'lookup_visits',
    'Sockets that were looked at in these searches: the list has no hash, so a long list costs time.',
    BACKLOG,
    'work',
  ],
  [
    'accept_scans',
    'Searches of the receive queue for a child that can be accepted (tcp_find_established).',
    null,
    'work',
  ],
  ['accept_visits', 'Children that were looked at in these searches, half-open ones included.', BACKLOG, 'work'],
  ['accept_sleeps', 'Times that accept() went to sleep.', null, 'work'],
  ['wakeups', 'Processes that were woken: every SYN wakes the sleepers, the refused ones too.', null, 'R30, work'],
  ['wakeups_in_vain', 'Processes that were woken and found nothing to accept.', null, 'work'],
  ['select_wakeups', 'Times that select() was woken.', null, 'R72, work'],
  ['select_wakeups_in_vain', 'Times that select() was woken and found nothing.', null, 'work'],
  ['sigio_sent', 'SIGIO signals sent to the owner of the listener.', null, 'work'],
];

const LEVELS: readonly Row[] = [
  [
    'ack_backlog',
    'Children in the receive queue, whatever their state: half-open, established and dead ones share the backlog.',
    BACKLOG,
    'R31',
  ],
  ['back_log', 'Segments that wait because the socket was in use when they came.', null, 'R8'],
];

export const LINUX_12 = [...meanings('counter', ROWS), ...meanings('level', LEVELS)];
