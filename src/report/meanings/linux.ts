/**
 * What the counters of Linux 2.2 to 7.2 mean, by nstat's names, and the counters of work beside them.
 * Leaves out: what differs between versions (halfopen stacks says it).
 * Source: B11 and the rules named in each row; net/ipv4/proc.c.
 */
import { BACKLOG, meanings, WORKERS, type Row } from './meaning.ts';

const SYSCTL = 'server.sysctl.net.ipv4';
const SOMAXCONN = 'server.sysctl.net.core.somaxconn';
const COOKIES = `${SYSCTL}.tcp_syncookies`;
const RETRIES = `${SYSCTL}.tcp_synack_retries`;
const FASTOPEN = `server.listen.fastopen, ${SYSCTL}.tcp_fastopen`;
const MIGRATE = `${SYSCTL}.tcp_migrate_req`;

const ROWS: readonly Row[] = [
  [
    'TcpPassiveOpens',
    'Handshakes that the listener completed: a child socket was made from a request or a cookie. It does not count SYNs.',
    null,
    'B11',
  ],
  [
    'TcpAttemptFails',
    'Requests that a RST or a SYN inside the window killed. A request that times out and a queue that overflows are not counted here.',
    null,
    'B11, B3.4',
    'loss',
  ],
  [
    'TcpEstabResets',
    'Established connections that ended by RST, on either side, before both had closed.',
    WORKERS,
    'B11',
    'loss',
  ],
  [
    'TcpCurrEstab',
    'Connections that are ESTABLISHED now, and from Linux 6.10 on (and late releases of the stable series before it) those in CLOSE_WAIT too, which their clients have closed: a level, kept among the counters. It includes those that still wait in the accept queue.',
    WORKERS,
    'B11',
  ],
  ['TcpInSegs', 'Segments that arrived, refused SYNs included.', null, 'B11'],
  ['TcpOutSegs', 'Segments that were sent, without retransmissions of data.', null, 'B11'],
  [
    'TcpRetransSegs',
    'Segments that were sent again: SYN-ACKs by timer or for a repeated SYN, and data.',
    RETRIES,
    'B11',
  ],
  [
    'TcpOutRsts',
    'RSTs sent: for an ACK that belongs to nothing, or instead of silence with tcp_abort_on_overflow.',
    `${SYSCTL}.tcp_abort_on_overflow`,
    'B11',
  ],
  [
    'TcpExtListenOverflows',
    'The accept queue was full: when a SYN came, when the last ACK of a handshake came, or when a cookie came back. The application accepts too slowly for this backlog.',
    `${BACKLOG}, ${SOMAXCONN}, server.accept.workers`,
    'B11, B2.4, B3.7, B6.3',
    'loss',
  ],
  [
    'TcpExtListenDrops',
    'SYNs dropped for any reason, and children that could not be made. It is never below ListenOverflows; what it has more comes from the SYN queue or from proven peers.',
    `${BACKLOG}, ${SOMAXCONN}`,
    'B11, B2',
    'loss',
  ],
  [
    'TcpExtTCPReqQFullDrop',
    'The SYN queue was full and SYN cookies were off: the SYN was dropped.',
    `${COOKIES}, ${BACKLOG}`,
    'B11, B2.3',
    'loss',
  ],
  [
    'TcpExtTCPReqQFullDoCookies',
    'The SYN queue was full, or tcp_syncookies is 2: a cookie was sent instead of keeping a request. The kernel log then speaks of possible SYN flooding.',
    `${BACKLOG}, ${SOMAXCONN}`,
    'B11, B2.3',
  ],
  [
    'TcpExtSyncookiesSent',
    'SYN-ACKs that carry a cookie. Nothing is kept for them, and they are never sent again.',
    COOKIES,
    'B11, B6',
  ],
  [
    'TcpExtSyncookiesRecv',
    'Valid cookies that came back, counted before the accept queue is asked for room.',
    COOKIES,
    'B11, B6.3',
  ],
  [
    'TcpExtSyncookiesFailed',
    'ACKs with a wrong or old cookie, soon after the queue had overflowed.',
    null,
    'B11',
    'loss',
  ],
  [
    'TcpExtEmbryonicRsts',
    'Requests that a RST or SYN of their peer, or tcp_abort_on_overflow, removed from the SYN queue.',
    `${SYSCTL}.tcp_abort_on_overflow`,
    'B11, B3.4',
  ],
  [
    'TcpExtTCPTimeouts',
    'Timers that fired: of half-open requests, the one that gives up included, and of sockets whose data was not acknowledged.',
    RETRIES,
    'B11',
  ],
  ['TcpExtTCPSynRetrans', 'SYN-ACKs that were sent again.', RETRIES, 'B11'],
  [
    'TcpExtTCPLossProbes',
    'Tail loss probes: data sent again before the first time-out. From Linux 3.10 on.',
    null,
    'R7',
  ],
  [
    'TcpExtTCPBacklogDrop',
    'Packets that came while a system call had their socket locked, and found no more room to wait. From Linux 2.6.34 on; always 0 here, where no packet finds its socket locked. Up to 4.3 accept() locks the listener, and a flood may move it; since 4.4 only connections can.',
    null,
    'B11',
    'loss',
  ],
  [
    'TcpExtPFMemallocDrop',
    'Packets that the host received into its emergency memory, for a socket that may not use it. From Linux 4.11 on; always 0 here, where memory does not run out. It has nothing to do with either queue.',
    null,
    'B11',
    'loss',
  ],
  [
    'TcpExtTCPDeferAcceptDrop',
    'Bare ACKs that TCP_DEFER_ACCEPT ignored: the connection waits for data before it counts.',
    'server.listen.defer_accept',
    'B11',
  ],
  [
    'TcpExtTCPACKSkippedSynRecv',
    'Answers to repeated SYNs that were held back, because the last one was less than tcp_invalid_ratelimit ago.',
    `${SYSCTL}.tcp_invalid_ratelimit`,
    'B11',
  ],
  ['TcpExtTCPSYNChallenge', 'SYNs that met an established connection.', null, 'B11'],
  ['TcpExtTCPChallengeACK', 'Challenge ACKs sent in answer to such segments.', null, 'B11'],
  [
    'TcpExtTCPMigrateReqSuccess',
    'Requests and children that moved to another listener of the SO_REUSEPORT group when theirs was closed.',
    MIGRATE,
    'B11',
  ],
  ['TcpExtTCPMigrateReqFailure', 'Such moves that found no listener.', MIGRATE, 'B11', 'loss'],
  ['TcpExtOutOfWindowIcmps', 'ICMP errors that quote a sequence number which was never sent.', null, 'B11'],
  [
    'TcpExtTCPFastOpenPassive',
    'Connections that Fast Open made of a SYN with a good cookie: they wait for accept() before their handshake is over. Up to Linux 3.15, every SYN with the option.',
    FASTOPEN,
    'B11, B8',
  ],
  [
    'TcpExtTCPFastOpenPassiveFail',
    'Fast Open SYNs with a wrong cookie, or whose connection found no room. They get an ordinary handshake, and send their data again.',
    FASTOPEN,
    'B11, B8',
    'loss',
  ],
  [
    'TcpExtTCPFastOpenListenOverflow',
    'The Fast Open queue was full: as many connections as TCP_FASTOPEN allows had not finished their handshake, or were reset less than 60 s ago. The SYN gets an ordinary handshake.',
    `${FASTOPEN}, ${SOMAXCONN}`,
    'B11, B8.2',
    'loss',
  ],
  ['TcpExtTCPFastOpenCookieReqd', 'SYNs that asked for a Fast Open cookie.', FASTOPEN, 'B11, B8'],
  [
    'TcpExtTCPAbortOnTimeout',
    'Connections that were given up because nobody acknowledged what was sent to them: data, FIN, or the SYN-ACK of a Fast Open connection.',
    null,
    'B11',
    'loss',
  ],
  ['synacks', 'SYN-ACKs sent for the first time, cookies included. No kernel counts them.', null, 'work'],
  [
    'requests_expired',
    'Half-open requests that were given up after their last SYN-ACK. No kernel counts them.',
    RETRIES,
    'B11, work',
  ],
  [
    'requests_acked',
    'Requests whose ACK found the accept queue full: they stay half-open and wait for the next try. No kernel counts them.',
    `${BACKLOG}, ${SOMAXCONN}, server.accept.workers`,
    'B3.7, work',
  ],
  [
    'cookies_without_options',
    'Cookies that could not carry window scaling and SACK, because the SYN had no time stamp. No kernel counts them.',
    COOKIES,
    'B6.5, work',
  ],
  ['wakeups', 'Sleeping processes that a new connection woke.', null, 'work'],
  ['wakeups_in_vain', 'Processes that were woken and found nothing to accept.', null, 'work'],
];

const LEVELS: readonly Row[] = [
  ['young_requests', 'Requests of the SYN queue whose SYN-ACK has not been sent again yet.', RETRIES, 'B4'],
  [
    'send_q',
    'What ss shows as Send-Q of the listener: the backlog after somaxconn has cut it. The accept queue holds one more.',
    `${BACKLOG}, ${SOMAXCONN}`,
    'B1',
  ],
  [
    'fastopen_queue',
    'Fast Open connections whose handshake is not over, accepted or not, and those that were reset less than 60 s ago.',
    FASTOPEN,
    'B8.2',
  ],
];

export const LINUX = [...meanings('counter', ROWS), ...meanings('level', LEVELS)];
