/**
 * What is counted of ordinary clients, and who is told when one gets somewhere.
 * started = served + refused + timed_out + reset + pending.
 */

export const ClientCounter = {
  Started: 0,
  /** The client believes that it is connected. */
  Connected: 1,
  /** The application finished its service. */
  Served: 2,
  /** RST in answer to a SYN. */
  Refused: 3,
  /** connect() gave up, the request was never acknowledged, or the application's patience ended. */
  TimedOut: 4,
  /** RST, or the end of the connection, before it was served. */
  Reset: 5,
  /** The application finished after the client had gone. Beside the sum. */
  ServedTooLate: 6,
  SynsSent: 7,
  SynsRetransmitted: 8,
  /** Times that a client which had failed connected again. Beside the sum: it is one client still. */
  Reconnects: 9,
  /** TCPFastOpenActive: the SYN-ACK acknowledged the request that the SYN had brought. Beside the sum. */
  FastOpenActive: 10,
  /** TCPFastOpenActiveFail: it did not, and the request was sent again. Beside the sum. */
  FastOpenActiveFail: 11,
} as const;

export const CLIENT_COUNTERS = [
  'started',
  'connected',
  'served',
  'refused',
  'timed_out',
  'reset',
  'served_too_late',
  'syns_sent',
  'syns_retransmitted',
  'reconnects',
] as const;

/** Those that follow where clients use Fast Open. */
export const FAST_OPEN_COUNTERS = ['fastopen_active', 'fastopen_active_fail'] as const;

/** Told as it happens. Durations in ns since the client's first SYN. */
export interface ClientObserver {
  onStarted(source: number, peer: number): void;
  onConnected(source: number, peer: number, afterNs: number): void;
  /** The first byte, or the end of the connection, arrived. */
  onResponse(source: number, peer: number, afterNs: number): void;
  /** `outcome` is ClientCounter.Refused, TimedOut or Reset. */
  onFailed(source: number, peer: number, outcome: number): void;
}
