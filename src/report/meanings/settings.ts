/**
 * What the settings of a listener do, by the names that the kernel has for them.
 * Source: B1, B2, B8, C1, C4, tcp(7), ip-sysctl, and the rules named in each row.
 */
import { meanings, type Row } from './meaning.ts';

const SYSCTL = 'server.sysctl';

const ROWS: readonly Row[] = [
  [
    'backlog',
    'The argument of listen(): how many complete connections may wait for accept(). The kernel cuts it silently to its own bound (somaxconn, kern.ipc.soacceptqueue); on Linux one more fits.',
    'server.listen.backlog',
    'B1, R1',
  ],
  [
    'defer_accept',
    'TCP_DEFER_ACCEPT: the listener ignores the bare last ACK and waits for data, so accept() returns connections that have a request.',
    'server.listen.defer_accept',
    'B10',
  ],
  [
    'fastopen',
    'TCP_FASTOPEN: how many connections Fast Open may make before their handshake is over. Beyond it SYNs get an ordinary handshake. It does nothing without bit 2 of net.ipv4.tcp_fastopen.',
    'server.listen.fastopen',
    'B8',
  ],
  [
    'reuseport',
    'SO_REUSEPORT: several listeners on one port, each with queues of its own; a client belongs to one of them by its hash, even if that one stalls.',
    'server.listen.reuseport',
    'B9',
  ],
  [
    'workers',
    'Processes that call accept(). More of them, or a shorter service, empty the accept queue sooner, which no backlog can replace.',
    'server.accept.workers',
    'server/application',
  ],
  [
    'net.core.somaxconn',
    'Largest backlog that listen() may have: 128 up to Linux 5.3, then 4096. It is read when listen() is called, so the server has to be restarted.',
    `${SYSCTL}.net.core.somaxconn`,
    'B1.3, R8',
  ],
  [
    'net.ipv4.tcp_max_syn_backlog',
    'Half-open connections beyond which SYNs of unproven peers are dropped, but only with SYN cookies off: the last quarter is kept for proven peers. Before 4.3 it also sizes the SYN queue.',
    `${SYSCTL}.net.ipv4.tcp_max_syn_backlog`,
    'B1.4, B2.6, R3',
  ],
  [
    'net.ipv4.tcp_syncookies',
    '0: a full SYN queue drops SYNs. 1: it answers by cookies, which keep nothing. 2: every SYN is answered by a cookie. A cookie helps nobody when the accept queue is full.',
    `${SYSCTL}.net.ipv4.tcp_syncookies`,
    'B1.5, B2.3, B6',
  ],
  [
    'net.ipv4.tcp_synack_retries',
    'How often a SYN-ACK is sent again before a half-open request is given up: 5 is 63 s. Fewer free the SYN queue sooner.',
    `${SYSCTL}.net.ipv4.tcp_synack_retries`,
    'B4.1',
  ],
  ['net.ipv4.tcp_retries1', 'The same in Linux 2.2, whose default is 7.', `${SYSCTL}.net.ipv4.tcp_retries1`, 'A1.8'],
  [
    'net.ipv4.tcp_abort_on_overflow',
    '1: an ACK that finds the accept queue full is answered by RST, so the client fails at once instead of believing to be connected.',
    `${SYSCTL}.net.ipv4.tcp_abort_on_overflow`,
    'B3.7',
  ],
  [
    'net.ipv4.tcp_migrate_req',
    '1: what waits at a listener that is closed moves to another one of its SO_REUSEPORT group.',
    `${SYSCTL}.net.ipv4.tcp_migrate_req`,
    'B9.4',
  ],
  ['net.ipv4.tcp_rto_max_ms', 'Longest time between two SYN-ACKs, ms.', `${SYSCTL}.net.ipv4.tcp_rto_max_ms`, 'B4.1'],
  [
    'net.ipv4.tcp_invalid_ratelimit',
    'Repeated SYNs are answered at most once in this time, ms.',
    `${SYSCTL}.net.ipv4.tcp_invalid_ratelimit`,
    'B3.1',
  ],
  [
    'net.ipv4.tcp_fastopen',
    'Bits, in decimal: 2 lets listeners take Fast Open that ask for it by TCP_FASTOPEN, 512 without a cookie, 1024 all listeners, with their backlog as the bound; 1 is for clients, and is all that is on by default.',
    `${SYSCTL}.net.ipv4.tcp_fastopen`,
    'B8.1',
  ],
  [
    'kern.ipc.soacceptqueue',
    'Largest backlog that listen() may have on FreeBSD 10 and later: 128 by default. FreeBSD holds half as many again.',
    `${SYSCTL}.kern.ipc.soacceptqueue`,
    'C4.2',
  ],
  ['kern.ipc.somaxconn', 'The same on FreeBSD 9.', `${SYSCTL}.kern.ipc.somaxconn`, 'C4.2'],
  [
    'net.inet.tcp.syncookies',
    '1: every SYN-ACK carries a cookie, so a client whose entry was pushed out can still connect.',
    `${SYSCTL}.net.inet.tcp.syncookies`,
    'C2',
  ],
  [
    'net.inet.tcp.syncookies_only',
    '1: no entries at all, cookies alone.',
    `${SYSCTL}.net.inet.tcp.syncookies_only`,
    'C2',
  ],
  [
    'net.inet.tcp.syncache.hashsize',
    'Buckets of the syncache, which all listeners share.',
    `${SYSCTL}.net.inet.tcp.syncache.hashsize`,
    'C1',
  ],
  [
    'net.inet.tcp.syncache.bucketlimit',
    'Entries of a bucket before the oldest goes.',
    `${SYSCTL}.net.inet.tcp.syncache.bucketlimit`,
    'C1',
  ],
  [
    'net.inet.tcp.syncache.cachelimit',
    'Entries of the whole syncache.',
    `${SYSCTL}.net.inet.tcp.syncache.cachelimit`,
    'C1',
  ],
  [
    'net.inet.tcp.syncache.rexmtlimit',
    'How often a SYN-ACK is sent again.',
    `${SYSCTL}.net.inet.tcp.syncache.rexmtlimit`,
    'C2.3',
  ],
  [
    'net.inet.tcp.syncache.rst_on_sock_fail',
    '1: a client whose handshake finds the accept queue full is reset; 0: it is left alone.',
    `${SYSCTL}.net.inet.tcp.syncache.rst_on_sock_fail`,
    'C4.3',
  ],
  ['net.inet.tcp.rexmit_initial', 'First time-out of a SYN-ACK, ms.', `${SYSCTL}.net.inet.tcp.rexmit_initial`, 'C2.3'],
];

export const SETTINGS = meanings('setting', ROWS);
