/**
 * Rows of the SYN-ACK timer, of repeated SYNs, and of what is counted.
 * Source: in each row.
 */
import { DropCounters, DuplicateSyn, type Feature, inferred, read, SynAckTimer, TimerCounters } from './feature.ts';

export const timer: Feature<number> = {
  behaviour: 'SYN-ACK timer',
  rows: [
    read(
      '2.2',
      SynAckTimer.Scan,
      'every 0.5 s a walk over each list, up to the first request that is not due',
      'A1.8: tcp_syn_recv_timer, 2.2.1',
    ),
    read(
      '2.4',
      SynAckTimer.Sweep,
      'every 0.2 s a part of the table, the whole within half the first time-out',
      'A3: tcp_synack_timer, 2.4.22; inet_csk_reqsk_queue_prune, 2.6.32, 3.10',
    ),
    read('4.1', SynAckTimer.PerRequest, 'one timer a request', 'A4.9, B4: reqsk_timer_handler, 4.1 to 6.18; measured'),
  ],
};

export const initialRtoNs: Feature<number> = {
  behaviour: 'first SYN-ACK time-out',
  rows: [
    read('2.2', 3e9, '3 s', 'A1.8, A3: TCP_TIMEOUT_INIT, 2.2.1, 2.4.22, 2.6.32'),
    inferred('3.1', 1e9, '1 s', 'A4, RFC 6298: TCP_TIMEOUT_INIT, read in 3.10; measured'),
  ],
};

export const ackedOutlivesPruning: Feature<boolean> = {
  behaviour: 'request whose final ACK found no room',
  rows: [
    read('2.2', false, 'is pruned as any other', 'A1.8'),
    read('2.4', true, 'is not pruned', 'A2.9: tcp_synack_timer, 2.4.22'),
    inferred(
      '2.6.20',
      false,
      'is pruned as any other',
      'B4.10: inet_csk_reqsk_queue_prune, read in 2.6.32; first release inferred',
    ),
  ],
};

export const duplicateSyn: Feature<number> = {
  behaviour: 'repeated SYN',
  rows: [
    read(
      '2.2',
      DuplicateSyn.NothingOrNew,
      'draws a SYN-ACK; one with a newer sequence number is a new request',
      'A1.5: tcp_check_req, 2.2.1',
    ),
    read('2.4', DuplicateSyn.Nothing, 'draws a SYN-ACK', 'A4.8: tcp_check_req, 2.4.22, 2.6.32'),
    inferred(
      '3.10',
      DuplicateSyn.Rearms,
      'draws a SYN-ACK and starts the time-out anew',
      'A4.8: tcp_check_req, read in 3.10',
    ),
    inferred(
      '4.0',
      DuplicateSyn.RearmsLimited,
      'the same, at most every 500 ms',
      'B3.1: tcp_oow_rate_limited, which came with 4.0, read in 4.4; measured',
    ),
  ],
};

export const dropCounters: Feature<number> = {
  behaviour: 'dropped SYN counts',
  rows: [
    read('2.2', DropCounters.AttemptFails, 'TcpAttemptFails', 'A1.3, A2.5: 2.2.1, 2.4.22'),
    inferred('2.6.0', DropCounters.None, 'nothing', 'A4.3: tcp_v4_conn_request, read in 2.6.32'),
    inferred(
      '3.10',
      DropCounters.ListenDrops,
      'ListenDrops, with its cause',
      'A4.3, R4: tcp_v4_conn_request, read in 3.10; measured',
    ),
  ],
};

export const resetCountsAttemptFails: Feature<boolean> = {
  behaviour: 'RST that ends a request counts',
  rows: [
    read('2.2', false, 'EmbryonicRsts', 'A1.7, A2.8: 2.2.1, 2.4.22'),
    inferred('2.6.0', true, 'EmbryonicRsts, AttemptFails', 'B3.4: tcp_check_req, read in 4.4'),
  ],
};

export const timerCounters: Feature<number> = {
  behaviour: 'SYN-ACK timer counts',
  rows: [
    read('2.2', TimerCounters.None, 'nothing', 'A3.6: 2.2.1, 2.4.22, 2.6.32'),
    inferred('2.6.34', TimerCounters.Timeouts, 'TCPTimeouts, RetransSegs', 'tcp_syn_ack_timeout, from change logs'),
    inferred(
      '3.15',
      TimerCounters.SynRetrans,
      'TCPTimeouts, RetransSegs, TCPSynRetrans',
      'B4.2, B4.4: tcp_rtx_synack, read in 4.4 to 6.18; measured',
    ),
  ],
};

export const sendsLossProbes: Feature<boolean> = {
  behaviour: 'data without an answer',
  rows: [
    inferred('2.2', false, 'is sent again by the retransmission time-out', 'RFC 6298: tcp_retransmit_timer'),
    inferred(
      '3.10',
      true,
      'is sent again by a tail loss probe, then by the retransmission time-out',
      'R7: tcp_schedule_loss_probe, change log of 3.10; measured',
    ),
  ],
};
