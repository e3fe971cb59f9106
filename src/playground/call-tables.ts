/**
 * What the functions on a step's way are called, by the version from which on: a part of the way is rows of names, outermost first.
 * Leaves out: functions that only pass on; locks; what a compiler makes of an inline function.
 * Sources. Linux: net/ipv4/{tcp_ipv4,tcp_input,tcp_minisocks,tcp_timer,tcp,syncookies,inet_connection_sock}.c, include/net/{tcp,sock}.h
 * and net/socket.c as read in 2.2.1, 2.4.22, 2.6.11, 2.6.18, 3.18, 4.0.5, 4.4, 4.17 and 6.18; a row between two of these has the release
 * that its change is dated to. FreeBSD: sys/netinet/{tcp_input,tcp_syncache}.c and sys/kern/uipc_{socket,syscalls}.c of 9.3, 10.4, 14.0
 * and main; what is between them is said of the first release that the change is dated to.
 */

/** Oldest first; empty names: nothing of its own happens there in those versions. */
export type Rows = readonly (readonly [from: string, names: string])[];

export const LINUX = {
  /** Any segment for a listener. tcp_ipv4.c. */
  listen: [['2.2', 'tcp_v4_rcv tcp_v4_do_rcv tcp_rcv_state_process']],
  /** A SYN that nobody knows yet. tcp_ipv4.c; what is not IPv4's own moved to tcp_input.c in 3.17. */
  request: [
    ['2.2', 'tcp_v4_rcv tcp_v4_do_rcv tcp_rcv_state_process tcp_v4_conn_request'],
    ['3.17', 'tcp_v4_rcv tcp_v4_do_rcv tcp_rcv_state_process tcp_v4_conn_request tcp_conn_request'],
  ],
  /** tcp.h; inet_connection_sock.c from 2.6.14 on. */
  queueRequest: [
    ['2.2', 'tcp_synq_queue'],
    ['2.4', 'tcp_v4_synq_add'],
    ['2.6.14', 'inet_csk_reqsk_queue_hash_add'],
  ],
  /** syncookies.c; from 3.17 on through an operation of the address family. */
  sendCookie: [['2.2', 'cookie_v4_init_sequence']],
  /** tcp.h, sock.h; a comparison within its caller in 2.2. */
  isAcceptQueueFull: [
    ['2.2', ''],
    ['2.4', 'tcp_acceptq_is_full'],
    ['2.6', 'sk_acceptq_is_full'],
  ],
  /** tcp.h, inet_connection_sock.h; a macro in 2.2. */
  isSynQueueFull: [
    ['2.2', ''],
    ['2.4', 'tcp_synq_is_full'],
    ['2.6.14', 'inet_csk_reqsk_queue_is_full'],
  ],
  /** The last quarter of tcp_max_syn_backlog: who is proven was known to the route or the peer until 3.6, then to tcp_metrics.c. */
  isProven: [
    ['2.2', ''],
    ['2.4', 'tcp_synq_len'],
    ['2.6.14', 'inet_csk_reqsk_queue_len'],
    ['3.6', 'tcp_peer_is_proven'],
  ],
  /** A SYN with a Fast Open cookie makes its child at once. tcp_ipv4.c, then tcp_fastopen.c. */
  makeFastChild: [
    ['2.2', ''],
    ['3.7', 'tcp_v4_conn_req_fastopen'],
    ['3.16', 'tcp_try_fastopen tcp_fastopen_create_child'],
  ],
  /** Within the above until 4.3. tcp_input.c. */
  queueFastChild: [
    ['2.2', ''],
    ['4.4', 'inet_csk_reqsk_queue_add'],
  ],
  /** A segment of somebody half-open: until 4.3 through the listener, then a request is found as a connection is. */
  findRequest: [
    ['2.2', 'tcp_v4_rcv tcp_v4_do_rcv tcp_v4_hnd_req tcp_check_req'],
    ['4.4', 'tcp_v4_rcv tcp_check_req'],
  ],
  /** tcp_ipv4.c, syncookies.c. */
  checkCookie: [
    ['2.2', 'tcp_v4_rcv tcp_v4_do_rcv tcp_v4_hnd_req cookie_v4_check'],
    ['4.4', 'tcp_v4_rcv tcp_v4_do_rcv tcp_v4_cookie_check cookie_v4_check'],
  ],
  makeChild: [['2.2', 'tcp_v4_syn_recv_sock']],
  /** After the child was made; in 2.2 its request stays where it is. tcp_minisocks.c, inet_connection_sock.c. */
  queueChild: [
    ['2.2', ''],
    ['2.4', 'tcp_acceptq_queue'],
    ['2.6.14', 'inet_csk_reqsk_queue_add'],
    ['4.4', 'inet_csk_complete_hashdance inet_csk_reqsk_queue_add'],
  ],
  /** The same for a cookie, which had no request. syncookies.c. */
  queueChildOfCookie: [
    ['2.2', ''],
    ['2.4', 'tcp_acceptq_queue'],
    ['2.6.14', 'inet_csk_reqsk_queue_add'],
  ],
  /** RST for somebody half-open. tcp_ipv4.c in 2.2, then tcp_minisocks.c. */
  dropRequest: [
    ['2.2', 'tcp_v4_rcv tcp_v4_do_rcv tcp_v4_hnd_req tcp_v4_rst_req'],
    ['2.4', 'tcp_v4_rcv tcp_v4_do_rcv tcp_v4_hnd_req tcp_check_req tcp_synq_drop'],
    ['2.6.14', 'tcp_v4_rcv tcp_v4_do_rcv tcp_v4_hnd_req tcp_check_req inet_csk_reqsk_queue_drop'],
    ['4.4', 'tcp_v4_rcv tcp_check_req inet_csk_reqsk_queue_drop'],
  ],
  /** net/socket.c, af_inet.c: accept4() came in 2.6.28, and its body became a function of its own in 4.17. */
  acceptCall: [
    ['2.2', 'sys_accept inet_accept'],
    ['2.6.28', 'sys_accept4 inet_accept'],
    ['4.17', '__sys_accept4 inet_accept'],
  ],
  accept: [
    ['2.2', 'tcp_accept'],
    ['2.6.14', 'inet_csk_accept'],
  ],
  /** 2.2 scans requests for one with a child; 2.4 takes the first of a list. tcp.c, request_sock.h. */
  lookForChild: [
    ['2.2', 'tcp_find_established'],
    ['2.4', ''],
  ],
  takeChild: [
    ['2.2', 'tcp_find_established'],
    ['2.4', ''],
    ['2.6.13', 'reqsk_queue_get_child'],
    ['3.7', 'reqsk_queue_remove'],
  ],
  sleep: [
    ['2.2', 'wait_for_connect'],
    ['2.6.14', 'inet_csk_wait_for_connect'],
  ],
  select: [
    ['2.2', 'sock_poll tcp_poll tcp_listen_poll tcp_find_established'],
    ['2.4', 'sock_poll tcp_poll tcp_listen_poll'],
    ['2.6.14', 'sock_poll tcp_poll inet_csk_listen_poll'],
  ],
  close: [['2.2', 'inet_release tcp_close']],
  /** tcp_timer.c: a scan of all listeners, of one listener, a timer for each request. */
  timer: [
    ['2.2', 'tcp_sltimer_handler tcp_syn_recv_timer'],
    ['2.4', 'tcp_keepalive_timer tcp_synack_timer'],
    ['2.6.14', 'tcp_keepalive_timer tcp_synack_timer inet_csk_reqsk_queue_prune'],
    ['4.1', 'reqsk_timer_handler'],
  ],
} as const satisfies Readonly<Record<string, Rows>>;

export const FREEBSD = {
  request: [
    ['9', 'tcp_input syncache_add _syncache_add'],
    ['10', 'tcp_input syncache_add'],
  ],
  queueRequest: [['9', 'syncache_insert']],
  sendCookie: [['9', 'syncookie_generate']],
  answerAgain: [['9', 'syncache_respond']],
  findRequest: [['9', 'tcp_input syncache_expand']],
  checkCookie: [['9', 'syncookie_lookup']],
  makeSocket: [['9', 'syncache_socket']],
  /** Looks whether the accept queue is full. uipc_socket.c; 14 parted making a socket from queueing it. */
  cloneSocket: [
    ['9', 'sonewconn'],
    ['14', 'solisten_clone'],
  ],
  queueSocket: [
    ['9', ''],
    ['14', 'solisten_enqueue'],
  ],
  dropRequest: [['9', 'tcp_input syncache_chkrst']],
  refuse: [['9', 'tcp_dropwithreset']],
  connection: [['9', 'tcp_input tcp_do_segment']],
  acceptCall: [['9', 'sys_accept']],
  /** uipc_syscalls.c; from 12 on a listening socket has a queue of its own kind (uipc_socket.c). */
  accept: [
    ['9', 'kern_accept'],
    ['10', 'kern_accept4'],
    ['12', 'kern_accept4 solisten_dequeue'],
  ],
  sleep: [['9', 'msleep']],
  select: [['9', 'sys_select kern_select sopoll sopoll_generic']],
  close: [['9', 'soclose tcp_usr_close tcp_disconnect']],
  timer: [['9', 'syncache_timer']],
} as const satisfies Readonly<Record<string, Rows>>;
