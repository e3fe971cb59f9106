/**
 * ICMP unreachables: tcp_err of net/inet/tcp.c, 1.2.13, for children of a listener.
 * Source of the table: net/inet/icmp.c of 1.2.13. Leaves out: source quench, sockets in SYN_SENT.
 */
import { endpointOf } from '../../network/tuple-index.ts';
import { Errno } from '../../network/socket-api.ts';
import type { Kernel } from './kernel.ts';
import { getSock } from './sock.ts';

const EHOSTDOWN = 112;
const ENONET = 64;
const ENOPROTOOPT = 92;

/** Code → errno when it is fatal, 0 when it is not (net, host, source route, TOS). */
const FATAL_ERRNO = [
  0,
  0,
  ENOPROTOOPT,
  Errno.ECONNREFUSED,
  0,
  0,
  Errno.ENETUNREACH,
  EHOSTDOWN,
  ENONET,
  Errno.ENETUNREACH,
  Errno.EHOSTUNREACH,
  0,
  0,
] as const;

/** R50: a fatal code sets the error, and nothing else: no state, no wake-up, no slot. */
export function icmpUnreachable(k: Kernel, source: number, peer: number, port: number, code: number): void {
  const child = getSock(k, endpointOf(source, port), peer);
  const errno = FATAL_ERRNO[code] ?? 0;
  if (child >= 0 && errno !== 0) k.socks.err[child] = errno;
}
