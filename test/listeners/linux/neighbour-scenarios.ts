/**
 * Scenarios that tell two neighbouring kernels apart: each shows one rule, and names every counter of the kernel that
 * comes out otherwise, with its value before and after. All other counters are equal.
 */

export interface Neighbours {
  /** Last kernel without the rule, first with it. */
  readonly kernels: readonly [earlier: string, later: string];
  readonly rule: string;
  readonly server: string;
  readonly traffic: string;
  readonly duration: string;
  /** Why the values are what they are. */
  readonly why: string;
  /** Counter, or metric, by its name without TcpExt → its two values. */
  readonly differs: Readonly<Record<string, readonly [number, number]>>;
}

const NOBODY_ACCEPTS = 'accept: { mode: never }';
const COOKIES = 'net.ipv4.tcp_syncookies: 1';
const NO_COOKIES = 'net.ipv4.tcp_syncookies: 0';
const FAST_OPEN = 'net.ipv4.tcp_fastopen: 3';
const max = (count: number): string => `net.ipv4.tcp_max_syn_backlog: ${count}`;

/** A server of which nothing is said but its listen() argument and its settings. */
function listens(backlog: number, ...sysctl: readonly string[]): string {
  return `listen: { backlog: ${backlog} }, ${NOBODY_ACCEPTS}, sysctl: { ${sysctl.join(', ')} }`;
}
function burst(count: number, more = ''): string {
  return `flood: { kind: syn-flood, arrivals: burst(${count})${more} }`;
}
const QUIET_CLIENT = 'kind: clients, stack: linux-4.4, rtt: 1ms, speaks: false';

/** SYN-ACKs, where nothing else is sent: they are all the segments that leave. */
function synAcks(before: number, after: number): Neighbours['differs'] {
  return { TcpOutSegs: [before, after], synacks: [before, after] };
}

/** Before and after the SYN queue that holds one more. */
const onePlace = (earlier: string, later: string): Neighbours => ({
  kernels: [earlier, later],
  rule: '0.4, B2.3, R2',
  server: listens(5, NO_COOKIES, max(1000)),
  traffic: burst(8),
  duration: '500ms',
  why: 'qlen >= 5 admits 5 of 8, qlen > 5 admits 6',
  differs: { TCPReqQFullDrop: [3, 2], ListenDrops: [3, 2], ...synAcks(5, 6) },
});

/** Before and after TcpCurrEstab counted connections that their clients have closed. */
const closeWait = (earlier: string, later: string): Neighbours => ({
  kernels: [earlier, later],
  rule: 'B11, RFC 1213',
  server: listens(5),
  traffic: `users: { kind: clients, stack: linux-4.4, rtt: 1ms, arrivals: burst(3), timeout: 1s }`,
  duration: '3s',
  why: '3 clients give up waiting for an answer, and close: nobody accepts, so that their connections stay in CLOSE_WAIT',
  differs: { TcpCurrEstab: [0, 3] },
});

export const NEIGHBOURS: readonly Neighbours[] = [
  {
    kernels: ['2.2.26', '2.4'],
    rule: 'A1.3, A2.2',
    server: listens(5, COOKIES, max(128)),
    traffic: burst(200),
    duration: '500ms',
    why: 'qlen > 128 keeps 129 and answers 71 by cookies, qlen >= 128 keeps 128',
    differs: { SyncookiesSent: [71, 72] },
  },
  {
    kernels: ['2.2.26', '2.4'],
    rule: 'A1.4, A2.4, A2.6, A2.8',
    server: listens(5, COOKIES),
    traffic: `users: { ${QUIET_CLIENT}, arrivals: periodic(100/s), count: 20 }`,
    duration: '900ms',
    why: '6 are queued; 2.2 admits the other 14 and drops their ACKs, 2.4 admits two, counts both ACKs, and drops 12 SYNs',
    differs: {
      TcpAttemptFails: [0, 12],
      ListenOverflows: [0, 2],
      ListenDrops: [0, 2],
      TcpInSegs: [40, 28],
      ...synAcks(20, 8),
      requests_acked: [14, 2],
      'users.connected': [20, 8],
    },
  },
  {
    kernels: ['2.2.26', '2.4'],
    rule: 'A2.7',
    server: listens(5, NO_COOKIES, max(128)),
    traffic: burst(128),
    duration: '500ms',
    why: '2.4 keeps 32 of 128 for proven peers: it admits while 128 - qlen >= 32, so 97',
    differs: { TcpAttemptFails: [0, 31], ...synAcks(128, 97) },
  },
  {
    kernels: ['2.4.37', '2.6.0'],
    rule: 'A2.5, A4.3',
    server: listens(5, NO_COOKIES, max(128)),
    traffic: burst(100),
    duration: '500ms',
    why: 'of 100 SYNs 97 find room, and 2.6 counts no drop at all',
    differs: { TcpAttemptFails: [3, 0] },
  },
  {
    kernels: ['2.4.37', '2.6.0'],
    rule: 'A2.8, B3.4',
    server: listens(128),
    traffic: burst(10, ', sources: responsive, reset_after: 10ms'),
    duration: '500ms',
    why: 'each of 10 requests goes by a RST',
    differs: { TcpAttemptFails: [0, 10] },
  },
  {
    kernels: ['2.6.19', '2.6.20'],
    rule: 'A2.2, A4.1',
    server: listens(5, COOKIES, max(64)),
    traffic: burst(70),
    duration: '500ms',
    why: 'a table of 64 keeps 64 of 70; one of the power of two above max(8, min(5, 64)) keeps 16',
    differs: { SyncookiesSent: [6, 54] },
  },
  {
    kernels: ['2.6.31', '2.6.32'],
    rule: 'A2.10, B10.2',
    server: `listen: { backlog: 5, defer_accept: 3s }, ${NOBODY_ACCEPTS}`,
    traffic: `users: { ${QUIET_CLIENT}, arrivals: burst(1) }`,
    duration: '20s',
    why: 'a client that says nothing becomes a connection when the SYN-ACK of 3 s is answered, or not even at 9 s',
    differs: {
      TcpPassiveOpens: [0, 1],
      TcpCurrEstab: [0, 1],
      TCPDeferAcceptDrop: [0, 1],
      TcpInSegs: [4, 3],
      ...synAcks(3, 2),
    },
  },
  {
    kernels: ['2.6.33', '2.6.34'],
    rule: 'A3.5, A3.6',
    server: listens(128, COOKIES),
    traffic: burst(1),
    duration: '300s',
    why: 'one request: 5 SYN-ACKs sent again, 6 time-outs',
    differs: { TCPTimeouts: [0, 6], TcpRetransSegs: [0, 5] },
  },
  {
    kernels: ['3.0', '3.1'],
    rule: 'A3.5',
    server: listens(128),
    traffic: burst(1),
    duration: '80s',
    why: 'after 80 s a request has timed out at 3, 9, 21 and 45 s, or at 1, 3, 7, 15, 31 s and at last at 63 s',
    differs: { TCPTimeouts: [4, 6], TcpRetransSegs: [4, 5], ...synAcks(5, 6), requests_expired: [0, 1] },
  },
  {
    kernels: ['3.9', '3.10'],
    rule: 'A4.3',
    server: listens(5, NO_COOKIES, max(1000)),
    traffic: burst(20),
    duration: '500ms',
    why: 'a table of 16 drops 4 of 20',
    differs: { TCPReqQFullDrop: [0, 4], ListenDrops: [0, 4] },
  },
  {
    kernels: ['3.9', '3.10'],
    rule: 'A4.3, A4.4',
    server: listens(5, COOKIES, max(1000)),
    traffic: burst(20),
    duration: '500ms',
    why: 'a table of 16 answers 4 of 20 by cookies, which count as drops too',
    differs: { TCPReqQFullDoCookies: [0, 4], ListenDrops: [0, 4] },
  },
  {
    kernels: ['3.9', '3.10'],
    rule: 'A4.8',
    server: listens(128),
    traffic: burst(1, ', refresh: 400ms'),
    duration: '10s',
    why: 'a SYN every 400 ms keeps the first time-out of 1 s away, which without it comes at 1, 3, 7 s; 25 repeated SYNs are answered',
    differs: { TCPTimeouts: [3, 0], TcpRetransSegs: [28, 25], ...synAcks(29, 26) },
  },
  {
    kernels: ['3.14', '3.15'],
    rule: 'B4.2, B4.4',
    server: listens(128),
    traffic: burst(1),
    duration: '100s',
    why: 'one request: 5 SYN-ACKs sent again',
    differs: { TCPSynRetrans: [0, 5] },
  },
  {
    kernels: ['3.15', '3.16'],
    rule: 'B8, B11',
    server: `listen: { backlog: 5, fastopen: 5 }, ${NOBODY_ACCEPTS}, sysctl: { ${FAST_OPEN} }`,
    traffic: `users: { ${QUIET_CLIENT}, arrivals: burst(1), fastopen: request }`,
    duration: '500ms',
    why: 'a SYN that asks for a cookie has the option, and makes no connection',
    differs: { TCPFastOpenPassive: [1, 0] },
  },
  {
    kernels: ['3.19', '4.0'],
    rule: 'A4.8, B3.1',
    server: listens(128),
    traffic: burst(1, ', refresh: 300ms'),
    duration: '3100ms',
    why: 'of SYNs every 300 ms the 10 repeated ones are all answered, or every second one',
    differs: { TCPACKSkippedSynRecv: [0, 5], TcpRetransSegs: [10, 5], TCPSynRetrans: [10, 5], ...synAcks(11, 6) },
  },
  {
    kernels: ['4.0', '4.1'],
    rule: 'A3.2, A4.9',
    server: listens(128),
    traffic: `flood: { kind: syn-flood, arrivals: schedule(50ms) }`,
    duration: '63060ms',
    why: 'the sixth time-out is due at 63.05 s sharp; a sweep that passes every 0.2 s is later',
    differs: { TCPTimeouts: [5, 6], requests_expired: [0, 1] },
  },
  {
    kernels: ['4.0', '4.1'],
    rule: 'A4.7, B6.1',
    server: listens(128, COOKIES),
    traffic: `acks: { kind: ack-flood, arrivals: burst(9) }`,
    duration: '500ms',
    why: '9 ACKs that belong to nothing, without an overflow',
    differs: { SyncookiesFailed: [9, 0] },
  },
  {
    kernels: ['4.0', '4.1'],
    rule: 'A4.6, B6.2',
    server: listens(20, COOKIES, max(8)),
    traffic: `${burst(16, ', refresh: 600ms')}, more: { kind: syn-flood, arrivals: periodic(1/s) }, users: { ${QUIET_CLIENT}, arrivals: burst(1), start: 70500ms, answer_delay: 130s }`,
    duration: '201s',
    why: 'a cookie of minute 1 comes back in minute 3, which is too late for its minute and the next',
    differs: {
      SyncookiesRecv: [1, 0],
      SyncookiesFailed: [0, 1],
      TcpPassiveOpens: [1, 0],
      TcpCurrEstab: [1, 0],
      TcpOutRsts: [0, 1],
      TcpOutSegs: [5579, 5580],
    },
  },
  {
    kernels: ['4.2', '4.3'],
    rule: 'A4.6, B6.1',
    server: listens(20, COOKIES, max(8)),
    traffic: `${burst(16)}, users: { ${QUIET_CLIENT}, arrivals: burst(1), start: 100ms, answer_delay: 4s }`,
    duration: '5s',
    why: 'a cookie comes back after 4 s, when an overflow is forgotten after 3 s, or after 120 s',
    differs: {
      SyncookiesRecv: [0, 1],
      TcpPassiveOpens: [0, 1],
      TcpCurrEstab: [0, 1],
      TcpOutRsts: [1, 0],
      TcpOutSegs: [50, 49],
    },
  },
  {
    kernels: ['4.3', '4.4'],
    rule: '0.4, A4.1',
    server: listens(5, COOKIES),
    traffic: burst(20),
    duration: '500ms',
    why: 'a table of 16 leaves 4 of 20 for cookies, a queue of 5 leaves 15',
    differs: { TCPReqQFullDoCookies: [4, 15], ListenDrops: [4, 15], SyncookiesSent: [4, 15] },
  },
  {
    kernels: ['4.3', '4.4'],
    rule: 'B8.1',
    server: `listen: { backlog: 2, fastopen: 5 }, ${NOBODY_ACCEPTS}, sysctl: { ${FAST_OPEN}, net.core.somaxconn: 2 }`,
    traffic: burst(3, ', fastopen: stolen'),
    duration: '500ms',
    why: 'all 3 are opened, or 2, which is somaxconn',
    differs: { TcpPassiveOpens: [3, 2], TCPFastOpenPassive: [3, 2], TCPFastOpenListenOverflow: [0, 1] },
  },
  {
    kernels: ['4.9', '4.10'],
    rule: 'B2.4, H1',
    server: listens(5, COOKIES),
    traffic: `users: { ${QUIET_CLIENT}, arrivals: periodic(100/s), count: 15 }`,
    duration: '900ms',
    why: '6 are queued; 4.9 admits two young ones more, drops their ACKs and 7 SYNs, 4.10 drops 9 SYNs',
    differs: { TcpInSegs: [23, 21], ...synAcks(8, 6), requests_acked: [2, 0], 'users.connected': [8, 6] },
  },
  {
    kernels: ['4.9', '4.10'],
    rule: 'A4.4, B2.7',
    server: listens(5, COOKIES),
    traffic: burst(8),
    duration: '500ms',
    why: '3 of 8 SYNs are answered by cookies, which count as drops up to 4.9',
    differs: { ListenDrops: [3, 0] },
  },
  {
    kernels: ['4.14', '4.15'],
    rule: 'B2.6, R3',
    server: `listen: { backlog: 128 }, sysctl: { ${NO_COOKIES}, ${max(8)} }`,
    traffic: `${burst(20, ', start: 1s')}, users: { kind: clients, stack: linux-4.4, rtt: 1ms, addresses: 1, arrivals: 'schedule(0s, 1500ms)' }`,
    duration: '1700ms',
    why: '7 of 20 take what is not kept of 8; the client that was served before is proven from 4.15 on, and served again',
    differs: {
      ListenDrops: [14, 13],
      TcpPassiveOpens: [1, 2],
      TcpInSegs: [26, 30],
      TcpOutSegs: [12, 17],
      synacks: [8, 9],
      wakeups: [1, 2],
      'users.connected': [1, 2],
    },
  },
  {
    kernels: ['5.3', '5.4'],
    rule: 'B1.3',
    server: listens(4096, COOKIES),
    traffic: burst(200),
    duration: '500ms',
    why: 'listen(4096) is cut to 128, which leaves 72 of 200 for cookies, or not cut',
    differs: { TCPReqQFullDoCookies: [72, 0], SyncookiesSent: [72, 0] },
  },
  {
    kernels: ['5.3', '5.4'],
    rule: 'B1.4, H5',
    server: listens(4096, NO_COOKIES, 'net.core.somaxconn: 4096'),
    traffic: burst(2000),
    duration: '500ms',
    why: 'without cookies 3/4 of 1024 and one are admitted, or 3/4 of 2048 and one',
    differs: { ListenDrops: [2000 - 769, 2000 - 1537], ...synAcks(769, 1537) },
  },
  closeWait('4.19.316', '4.19.317'),
  closeWait('5.4.278', '5.4.279'),
  closeWait('5.10.220', '5.10.221'),
  closeWait('5.15.161', '5.15.162'),
  closeWait('6.1.94', '6.1.95'),
  closeWait('6.6.34', '6.6.35'),
  closeWait('6.9.5', '6.9.6'),
  closeWait('6.9', '6.10'),
  onePlace('5.4.289', '5.4.290'),
  onePlace('5.10.233', '5.10.234'),
  onePlace('5.15.176', '5.15.177'),
  onePlace('6.1.124', '6.1.125'),
  onePlace('6.6.71', '6.6.72'),
  onePlace('6.12.9', '6.12.10'),
  onePlace('6.12', '6.13'),
];
