/**
 * The system calls between an application (server/) and the stack that owns its listening socket
 * (listeners/). Both rooms stand on this one, so neither knows the other.
 *
 * A process is a small integer. A call that would sleep returns BLOCKED; the stack calls
 * `wakeUp(process)` when the kernel would make the process runnable, the application then calls
 * `resume(process)`, which goes on inside the same system call (and may return BLOCKED again: a
 * wake-up in vain). One process is in at most one call.
 * Leaves out: payload bytes (only lengths), sockets that are not TCP.
 */

/** Linux error numbers. A call reports an error as the negative number. */
export const Errno = {
  EINTR: 4,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EINVAL: 22,
  EPIPE: 32,
  ENOTSOCK: 88,
  EPROTO: 71,
  EOPNOTSUPP: 95,
  EADDRINUSE: 98,
  ENETUNREACH: 101,
  ECONNABORTED: 103,
  ECONNRESET: 104,
  ENOBUFS: 105,
  ENOTCONN: 107,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EHOSTUNREACH: 113,
} as const;

/** The call sleeps. Below every negative error number. */
export const BLOCKED = -1_000_000;

/** `select` results: at least one child can be accepted; the time-out passed. */
export const READY = 1;
export const TIMED_OUT = 0;

/** @returns `ETIMEDOUT` for 110 or -110; `errno 7` for one without a name. */
export function errnoName(errno: number): string {
  const positive = Math.abs(errno);
  for (const [name, value] of Object.entries(Errno)) if (value === positive) return name;
  return `errno ${positive}`;
}

/** Told by the stack that `process` is runnable. Must not call the stack before it returns. */
export interface Waker {
  wakeUp(process: number): void;
}

/** The processor that processes share with the packets of their host. */
export interface Cpu {
  /** When `process` may run: an instant that is not later than now, or the one to ask again. */
  freeAtNs(process: number): number;
  /** A system call of `process` takes `work` (CpuWork) from now on. */
  spend(process: number, work: number): void;
}

export const CpuWork = { Accept: 0, Close: 1 } as const;

/** One listening socket and the connections accepted from it, as the application sees them. */
export interface SocketApi {
  /** listen(fd, backlog): the first call opens the port, later ones change the bound. @returns 0 or -errno. */
  listen(backlog: number): number;
  /** accept(). @returns a descriptor >= 0, -errno, or BLOCKED. */
  accept(process: number, nonblock: boolean): number;
  /** select() on the listener. @param timeoutNs >= 0, or NEVER_NS. @returns READY, TIMED_OUT, -errno or BLOCKED. */
  select(process: number, timeoutNs: number): number;
  /** Goes on in the call in which `process` sleeps. Results as of that call. */
  resume(process: number): number;
  /** A signal with a handler (no SA_RESTART): wakes a sleeping call, which returns -EINTR. */
  signal(process: number): void;
  /** Non-blocking read of at most `bytesMax`. @returns bytes (0: end of file) or -errno. */
  read(descriptor: number, bytesMax: number): number;
  /** Sends `bytes` of payload. @returns bytes or -errno. */
  write(descriptor: number, bytes: number): number;
  /** close() of an accepted connection. @returns 0 or -errno. */
  close(descriptor: number): number;
  /** close() of the listener: what happens to its queued children is the stack's rule. @returns 0 or -errno. */
  closeListener(): number;
  /** Of several listening sockets on the port (SO_REUSEPORT): the one that `process` has. Absent: there is one. */
  memberOf?(process: number): number;
  /** close() of that one of them. @returns 0 or -errno. */
  closeMember?(member: number): number;
  /** Traffic source and peer (network/segment.ts) of an accepted connection, for the meters. */
  sourceOf(descriptor: number): number;
  peerOf(descriptor: number): number;
  /** True when the connection is dead already (a corpse that accept() returned as a good descriptor). */
  isDead(descriptor: number): boolean;
}
