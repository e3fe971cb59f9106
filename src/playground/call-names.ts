/**
 * The functions of the original that a step goes through, outermost first: of Linux from 2.2 on and of FreeBSD those on the way from the
 * packet or the system call to where the queue is changed or the SYN dropped. Models of these stacks are not divided as the kernels are,
 * so the names are told from what happened. Linux 1.2 is, and tells its own (CallObserver).
 * Leaves out: functions that only pass on; locks; anything of a stack that is nobody's code (classic).
 * Source: net/ipv4/{tcp_ipv4,tcp_input,tcp_minisocks,inet_connection_sock,syncookies}.c
 * of 2.2 to 6.18; sys/netinet/{tcp_input,tcp_syncache}.c and kern/uipc_{socket,syscalls}.c of FreeBSD.
 */
import type { LinuxSpec, StackSpec } from '../listeners/specs.ts';
import { isBefore, versionOf } from '../listeners/stacks.ts';

/** What happens in a step, as far as it decides which functions run. */
export const StepKind = {
  Syn: 'syn',
  Ack: 'ack',
  Reset: 'reset',
  Accept: 'accept',
  /** A sleeping accept() goes on. */
  Resume: 'resume',
  Select: 'select',
  Close: 'close',
  Timer: 'timer',
  /** A segment that a link, a front end or the processor drops. */
  Lost: 'lost',
} as const;
export type StepKind = (typeof StepKind)[keyof typeof StepKind];

/** How it ended, as far as it decides. */
export const Outcome = {
  /** A slot was taken, a connection returned, a queue joined. */
  Done: 'done',
  Cookie: 'cookie',
  AcceptQueueFull: 'accept-queue-full',
  SynQueueFull: 'syn-queue-full',
  Sleeps: 'sleeps',
  Other: 'other',
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** @returns names, outermost first; empty where nobody's functions are simulated. */
export function callsOf(stack: StackSpec, kind: StepKind, outcome: Outcome): readonly string[] {
  switch (stack.kind) {
    case 'linux':
      return linuxCalls(stack.version, kind, outcome);
    case 'freebsd':
      return freeBsdCalls(stack.name, kind, outcome);
    case 'linux-1.2': // tells them itself
    case 'classic':
      return [];
  }
}

function linuxCalls(version: LinuxSpec['version'], kind: StepKind, outcome: Outcome): readonly string[] {
  const since = (from: string): boolean => !isBefore(version, versionOf(from));
  switch (kind) {
    case StepKind.Syn:
      return [
        'tcp_v4_rcv',
        'tcp_v4_do_rcv',
        'tcp_rcv_state_process',
        'tcp_v4_conn_request',
        ...(since('3.17') ? ['tcp_conn_request'] : []),
        ...synLeaf(outcome, since),
      ];
    case StepKind.Ack:
      return ackCalls(outcome, since);
    case StepKind.Reset:
      return ['tcp_v4_rcv', ...(since('4.4') ? ['tcp_check_req'] : ['tcp_v4_hnd_req', 'tcp_check_req'])];
    case StepKind.Accept:
    case StepKind.Resume: {
      const door = kind === StepKind.Resume ? [] : [since('2.6.28') ? 'sys_accept4' : 'sys_accept', 'inet_accept'];
      const inner = since('2.6.14') ? 'inet_csk_accept' : 'tcp_accept';
      const sleep = since('2.6.14') ? 'inet_csk_wait_for_connect' : 'wait_for_connect';
      const found = since('2.6.14') ? ['reqsk_queue_remove'] : since('2.4') ? [] : ['tcp_find_established'];
      return [...door, inner, ...(outcome === Outcome.Sleeps ? [sleep] : found)];
    }
    case StepKind.Select:
      return ['sock_poll', 'tcp_poll', ...(since('2.6.14') ? ['inet_csk_listen_poll'] : [])];
    case StepKind.Close:
      return ['inet_release', 'tcp_close'];
    case StepKind.Timer:
      return [timerOf(since)];
    case StepKind.Lost:
      return [];
  }
}

type Since = (version: string) => boolean;

function synLeaf(outcome: Outcome, since: Since): readonly string[] {
  switch (outcome) {
    case Outcome.Done:
      return [since('2.6.14') ? 'inet_csk_reqsk_queue_hash_add' : 'tcp_v4_synq_add'];
    case Outcome.Cookie:
      return [since('3.14') ? 'cookie_init_sequence' : 'cookie_v4_init_sequence'];
    case Outcome.AcceptQueueFull:
      return [since('2.6') ? 'sk_acceptq_is_full' : 'tcp_acceptq_is_full'];
    case Outcome.SynQueueFull:
      return [since('2.6.14') ? 'inet_csk_reqsk_queue_is_full' : 'tcp_synq_is_full'];
    default:
      return [];
  }
}

function ackCalls(outcome: Outcome, since: Since): readonly string[] {
  if (outcome === Outcome.Other) return ['tcp_v4_rcv', 'tcp_v4_do_rcv', 'tcp_rcv_state_process'];
  const head = since('4.4') ? ['tcp_v4_rcv', 'tcp_check_req'] : ['tcp_v4_rcv', 'tcp_v4_hnd_req', 'tcp_check_req'];
  const cookie = since('4.4')
    ? ['tcp_v4_rcv', 'tcp_v4_do_rcv', 'cookie_v4_check']
    : ['tcp_v4_rcv', 'tcp_v4_hnd_req', 'cookie_v4_check'];
  const way = outcome === Outcome.Cookie ? cookie : head;
  if (outcome === Outcome.AcceptQueueFull) return [...way, 'tcp_v4_syn_recv_sock', 'sk_acceptq_is_full'];
  const add = since('2.6.14') ? 'inet_csk_reqsk_queue_add' : 'tcp_acceptq_queue';
  return [...way, 'tcp_v4_syn_recv_sock', add];
}

function timerOf(since: Since): string {
  if (since('4.1')) return 'reqsk_timer_handler';
  if (since('2.6.14')) return 'inet_csk_reqsk_queue_prune';
  return since('2.4') ? 'tcp_synack_timer' : 'tcp_syn_recv_timer';
}

function freeBsdCalls(name: string, kind: StepKind, outcome: Outcome): readonly string[] {
  const isOld = /^freebsd-(?:9|10|11)\b/.test(name); // sockets waited in so_comp, which accept() took from by itself
  const dequeue = isOld ? [] : ['solisten_dequeue'];
  const sleep = outcome === Outcome.Sleeps ? ['msleep'] : [];
  switch (kind) {
    case StepKind.Syn:
      return ['tcp_input', 'syncache_add', ...synLeafOfFreeBsd(outcome)];
    case StepKind.Ack:
      return outcome === Outcome.Other
        ? ['tcp_input', 'tcp_do_segment']
        : [
            'tcp_input',
            'syncache_expand',
            ...(outcome === Outcome.Cookie ? ['syncookie_lookup'] : []),
            'syncache_socket',
            'sonewconn',
          ];
    case StepKind.Reset:
      return ['tcp_input', 'syncache_chkrst'];
    case StepKind.Accept:
      return ['sys_accept', 'kern_accept', ...dequeue, ...sleep];
    case StepKind.Resume:
      return ['kern_accept', ...dequeue, ...sleep];
    case StepKind.Select:
      return ['sys_select', 'sopoll', 'sopoll_generic'];
    case StepKind.Close:
      return ['soclose', 'tcp_usr_close', 'tcp_disconnect'];
    case StepKind.Timer:
      return ['syncache_timer'];
    case StepKind.Lost:
      return [];
  }
}

function synLeafOfFreeBsd(outcome: Outcome): readonly string[] {
  if (outcome === Outcome.Cookie) return ['syncookie_generate'];
  return outcome === Outcome.Done ? ['syncache_insert'] : [];
}
