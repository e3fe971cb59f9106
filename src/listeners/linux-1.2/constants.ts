/**
 * Numbers of Linux 1.2.13, with the kernel's names. Times are in ticks of 1 / HZ, for HZ = 100.
 * Source: net/inet/tcp.h, net/inet/sock.h, include/linux/{skbuff,fs,tcp}.h of 1.2.13.
 */

/** States, with the kernel's numbers: "state >= FinWait1" is how accept() knows what it may return (R46). */
export const TcpState = {
  Established: 1,
  SynSent: 2,
  SynRecv: 3,
  FinWait1: 4,
  FinWait2: 5,
  TimeWait: 6,
  Close: 7,
  CloseWait: 8,
  LastAck: 9,
  Listen: 10,
  Closing: 11,
} as const;

/** State number → name, as in /proc/net/tcp's sources. */
export const TCP_STATE_NAMES = [
  '',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
] as const;

/** First retransmission of anything, seconds (TCP_TIMEOUT_INIT = 3 * HZ). */
export const TCP_TIMEOUT_INIT_S = 3;
/** Longest retransmission time-out, seconds. */
export const RTO_MAX_S = 120;
/** A time-out follows the retransmission that makes the count exceed it (R43). */
export const TCP_RETR2 = 15;
/** Shortest time-out from a measured round trip, ticks. */
export const RTO_MIN_TICKS = 20;
/** Delay of an acknowledgment that is put off, seconds (TCP_ACK_TIME = 3 * HZ). */
export const TCP_ACK_TIME_S = 3;
export const TCP_TIMEWAIT_LEN_S = 60;
/** Keepalive interval, seconds (TCP_TIMEOUT_LEN). */
export const TCP_TIMEOUT_LEN_S = 900;
/** A dead socket in CLOSE lives at most this long, ticks. */
export const TCP_DONE_TIME_TICKS = 250;

/** Default receive buffer, bytes (SK_RMEM_MAX). */
export const SK_RMEM_MAX = 32_767;
export const MAX_WINDOW = 16_384;
export const MIN_WINDOW = 2048;
/**
 * Memory of a received buffer beyond its payload, bytes: headers and the sk_buff itself.
 * Found from the windows that the executed kernel advertised (golden cases of family b); options add nothing there.
 */
export const BUFFER_OVERHEAD_BYTES = 162;
/** MTU less headers of a 1500-byte device, and the MSS of a peer that names none. */
export const DEVICE_MSS_BYTES = 1460;
export const DEFAULT_MSS_BYTES = 536;

/** Buckets of the socket hash (SOCK_ARRAY_SIZE): by local port alone (R20). */
export const SOCK_ARRAY_SIZE = 256;
/** ISS of a connection that reuses a TIME_WAIT socket's 4-tuple: its last sequence number plus this (R19). */
export const TIME_WAIT_ISS_STEP = 128_000;

/** Descriptors of one process, and open files of the machine (NR_OPEN, NR_FILE). */
export const NR_OPEN = 256;
export const NR_FILE = 1024;
/** Descriptors that a server holds besides its connections: 0, 1, 2 and the listener. */
export const DESCRIPTORS_IN_USE = 4;

/** Bound of listen() from 1.2.11 on (unsigned), and up to 1.2.10 (signed) (R3). */
export const BACKLOG_MAX = 128;
export const BACKLOG_MAX_BEFORE_1_2_11 = 5;

/** Both directions shut down. */
export const RCV_SHUTDOWN = 1;
export const SEND_SHUTDOWN = 2;
export const SHUTDOWN_MASK = 3;
