/**
 * Rows of the queues and of what enters them: when they are full, and what that means to a SYN or an ACK.
 * Source: in each row.
 */
import { AcceptTest, Defer, type Feature, inferred, LastQuarter, measured, read, SynQueue } from './feature.ts';

export const synQueue: Feature<number> = {
  behaviour: 'SYN queue',
  rows: [
    read('2.2', SynQueue.OverMax, 'full when qlen > M', 'A1.3: tcp_v4_conn_request, 2.2.1'),
    read(
      '2.4',
      SynQueue.PowerOfMax,
      'full when qlen >= the power of two from 64 on that is not below M; the backlog has no part',
      'A2.2: tcp_listen_start, 2.4.22',
    ),
    inferred(
      '2.6.20',
      SynQueue.PowerOfMin,
      'full when qlen >= the power of two above max(8, min(B, M))',
      'A4.1: reqsk_queue_alloc, read in 2.6.32 and 4.1; first release inferred',
    ),
    read(
      '4.4',
      SynQueue.AtBacklog,
      'full when qlen >= B: holds B',
      '0.4: inet_csk_reqsk_queue_is_full, 4.3.3 and 4.4.1; measured on 5.10.223',
    ),
    measured(
      '6.13',
      SynQueue.OverBacklog,
      'full when qlen > B: holds B + 1',
      'R2: inet_csk_reqsk_queue_is_full; measured on 5.10.262, 6.1.192, 6.12.107, 6.18.44, 7.2.12',
      [
        ['5.4.290', 'inferred'],
        ['5.10.234', 'measured'],
        ['5.15.177', 'inferred'],
        ['6.1.125', 'measured'],
        ['6.6.72', 'inferred'],
        ['6.12.10', 'measured'],
      ],
    ),
  ],
};

export const acceptTest: Feature<number> = {
  behaviour: 'SYN meets a full accept queue',
  rows: [
    read('2.2', AcceptTest.None, 'is admitted all the same', 'A1.3: tcp_v4_conn_request, 2.2.1'),
    read(
      '2.4',
      AcceptTest.FullAndYoung,
      'is dropped if more than one request is young',
      'A2.4: tcp_v4_conn_request, 2.4.22 to 4.4.155',
    ),
    read('4.10', AcceptTest.Full, 'is dropped', 'B2.4: tcp_conn_request, 4.4.155 and 4.10.1; measured'),
  ],
};

export const lastQuarter: Feature<number> = {
  behaviour: 'last quarter of M, SYN cookies off',
  rows: [
    read('2.2', LastQuarter.None, 'is as good as the rest', 'A1.3'),
    read(
      '2.4',
      LastQuarter.Nobody,
      'is kept for proven peers, of which there are none without tw_recycle',
      'A2.7, B2.6: tcp_v4_conn_request, 2.4.22 to 4.10',
    ),
    inferred(
      '4.15',
      LastQuarter.ProvenPeers,
      'is kept for peers whose round-trip time is in the metrics cache',
      'B2.6, R3: tcp_peer_is_proven, read in 4.15, not in 4.10; measured on 6.18.44',
    ),
  ],
};

export const countsOverflowOfAck: Feature<boolean> = {
  behaviour: 'final ACK meets a full accept queue',
  rows: [
    read('2.2', false, 'is dropped, and counts nothing', 'A1.4: tcp_v4_syn_recv_sock, 2.2.1'),
    read('2.4', true, 'is dropped, and counts ListenOverflows', 'A2.8, B3.7, R5: 2.4.22 to 6.18; measured'),
  ],
};

export const defer: Feature<number> = {
  behaviour: 'TCP_DEFER_ACCEPT',
  rows: [
    inferred('2.2', Defer.None, 'is not there', 'tcp(7)'),
    read('2.4', Defer.DataOnly, 'ends with data only', 'A2.10: tcp_check_req, 2.4.22'),
    inferred(
      '2.6.32',
      Defer.Counted,
      'ends with data, or after so many time-outs',
      'B10: tcp_check_req, syn_ack_recalc, read in 2.6.32; measured, R11',
    ),
  ],
};

export const challengesSegments: Feature<boolean> = {
  behaviour: 'RST or SYN in the window of a connection',
  rows: [
    inferred('2.2', false, 'resets it', 'RFC 793'),
    inferred('3.6', true, 'draws a challenge ACK', 'RFC 5961: tcp_validate_incoming, read in 6.18'),
  ],
};

export const requestsOutliveListener: Feature<boolean> = {
  behaviour: 'requests of a closed listener',
  rows: [
    inferred('2.2', false, 'go with it', 'tcp_close, inet_csk_listen_stop'),
    read('4.4', true, 'go at their next event', 'B4.9, B7.4: reqsk_timer_handler, 4.4 to 6.18'),
  ],
};

export const timeWaitPasses: Feature<boolean> = {
  behaviour: 'SYN that takes over from TIME_WAIT',
  rows: [
    inferred('2.2', false, 'is bound by the SYN queue like any other', 'A1.3: tcp_v4_conn_request, 2.2.1'),
    read('2.4', true, 'is bound by the accept queue alone', 'A2.4, B2.2: tcp_conn_request, 2.4.22 to 6.18'),
  ],
};

export const hasReuseport: Feature<boolean> = {
  behaviour: 'SO_REUSEPORT',
  rows: [
    inferred('2.2', false, 'is not there', 'socket(7)'),
    inferred('3.9', true, 'shares a port among listeners, by a hash', 'B9, R10; socket(7); measured'),
  ],
};

export const resetsStraySegments: Feature<boolean> = {
  behaviour: 'ACK or RST outside of what a request expects',
  rows: [
    read(
      '2.2',
      true,
      'draws RST; only RSTs on the two first numbers count',
      'A1.6, A1.7: tcp_check_req, tcp_v4_rst_req, 2.2.1',
    ),
    read('2.4', false, 'draws an ACK that says what is expected', 'A2.8, B3.3: tcp_check_req, 2.4.22 to 6.18'),
  ],
};

export const countsCloseWait: Feature<boolean> = {
  behaviour: 'TcpCurrEstab counts connections that are',
  rows: [
    inferred('2.2', false, 'ESTABLISHED', 'tcp_set_state'),
    inferred(
      '6.10',
      true,
      'ESTABLISHED or CLOSE_WAIT',
      'RFC 1213 6: tcp_set_state, "tcp: count CLOSE-WAIT sockets for TCP_MIB_CURRESTAB", change logs of each',
      [
        ['4.19.317', 'inferred'],
        ['5.4.279', 'inferred'],
        ['5.10.221', 'inferred'],
        ['5.15.162', 'inferred'],
        ['6.1.95', 'inferred'],
        ['6.6.35', 'inferred'],
        ['6.9.6', 'inferred'],
      ],
    ),
  ],
};
