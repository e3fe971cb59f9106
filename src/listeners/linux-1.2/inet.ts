/**
 * The INET layer: inet_listen, inet_accept and inet_release of net/inet/af_inet.c, 1.2.13.
 * Not modelled: R71b, the "pair" of a half-accepted socket and the wait for SYN_RECV are dead code in the
 * original, since tcp_accept never returns a child in SYN_RECV.
 */
import { BLOCKED, Errno } from '../../network/socket-api.ts';
import { BACKLOG_MAX, BACKLOG_MAX_BEFORE_1_2_11, TcpState } from './constants.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';
import { destroySock, releaseSock } from './sock.ts';
import { tcpAccept } from './tcp-accept.ts';
import { tcpClose, tcpCloseListener } from './tcp-close.ts';

const LAST_SIGNED_CLAMP = 10; // 1.2.10
/** A closed listener is destroyed after this many ticks (R77: 2 to 3). */
const LISTENER_LINGER_TICKS = 2;
/** First port that a socket may be given by itself. */
const PROT_SOCK = 1024;
const PORT_MAX = 65_535;
const NO_CHILD = -1;

/**
 * R3: the bound that listen(backlog) sets. Up to 1.2.10 the comparison is signed, so a negative number is not
 * clamped and becomes an unsigned char; from 1.2.11 on it is unsigned, so a negative number is the maximum.
 */
export function clampBacklog(version: string, backlog: number): number {
  const patch = Number(version.split('.')[2] ?? '13');
  if (patch <= LAST_SIGNED_CLAMP) return Math.min(backlog | 0, BACKLOG_MAX_BEFORE_1_2_11) & 0xff;
  return Math.min(backlog >>> 0, BACKLOG_MAX);
}

/** INV2: the longest queue that any listen() of `version` can have allowed; a second one does not shorten it (R4). */
export function queueBoundOf(version: string): number {
  return Math.max(clampBacklog(version, -1), clampBacklog(version, BACKLOG_MAX));
}

/** R2-R4: the first call opens the port; a later one changes the bound, and nothing else. */
export function inetListen(k: Kernel, listener: ListenSocket, backlog: number): void {
  if (listener.port === 0 && !bindEphemeral(k, listener)) return; // R2: EAGAIN, which R1 throws away
  listener.maxAckBacklog = clampBacklog(k.spec.version, backlog);
  if (listener.isListening) return;
  listener.ackBacklog = 0;
  listener.isListening = true;
  const chain = k.chainOf(listener.port);
  if (chain !== null) chain.listenerCount++;
}

/**
 * R69 (8-11), R71, R71a: takes a child. A blocking call returns the error of a dead one and destroys it; a
 * non-blocking call returns any child as a good descriptor, looking at nothing.
 * @returns a child, -errno, or BLOCKED.
 */
export function inetAccept(k: Kernel, listener: ListenSocket, nonblock: boolean): number {
  k.calls?.onEnter('inet_accept', NO_CHILD);
  return k.returns(acceptChild(k, listener, nonblock));
}

function acceptChild(k: Kernel, listener: ListenSocket, nonblock: boolean): number {
  const child = tcpAccept(k, listener, nonblock);
  if (child === BLOCKED || child < 0) return child;
  const { socks } = k;
  const err = socks.err[child]!;
  k.dequeued.source = socks.index.sourceOf(child);
  k.dequeued.peer = socks.index.peerOf(child);
  k.dequeued.state = socks.state[child]!;
  k.dequeued.err = err;
  if (nonblock || socks.state[child] === TcpState.Established || err <= 0) return child;
  socks.err[child] = 0;
  socks.dead[child] = 1;
  destroySock(k, child);
  return -err;
}

/** close() of a connection: nobody has it any more. */
export function inetRelease(k: Kernel, child: number): void {
  k.calls?.onEnter('inet_release', child);
  tcpClose(k, child);
  k.socks.dead[child] = 1;
  releaseSock(k, child);
  k.calls?.onLeave(0);
}

/** R75: the last close() of the listener wakes its sleepers, then closes it and its queue. */
export function inetReleaseListener(k: Kernel, listener: ListenSocket): void {
  if (!listener.isListening) return;
  k.wakeAcceptors(listener);
  tcpCloseListener(k, listener);
  listener.dead = true;
  listener.goneAtNs = k.timers.instantAfter(LISTENER_LINGER_TICKS);
  const chain = k.chainOf(listener.port);
  if (chain !== null) chain.listenerCount--;
}

/**
 * R77: bind() of a new socket to `port`. Orphans of an old listener hold the port until they are gone, unless
 * SO_REUSEADDR; the old listener itself holds it for some ticks more in any case. @returns 0 or -EADDRINUSE.
 */
export function inetBind(k: Kernel, port: number, reuseaddr: boolean): number {
  const now = k.env.loop.nowNs;
  for (const listener of k.listeners) {
    if (listener.port === port && (listener.isListening || now < listener.goneAtNs)) return -Errno.EADDRINUSE;
  }
  return k.socks.countOnPort(port) > 0 && !reuseaddr ? -Errno.EADDRINUSE : 0;
}

/** R2: gives an unbound socket a port of its own. @returns false when there is none. */
function bindEphemeral(k: Kernel, listener: ListenSocket): boolean {
  for (let port = PROT_SOCK; port <= PORT_MAX && !k.faults.noPort; port++) {
    if (k.listeners.some((other) => other.port === port)) continue;
    listener.port = port;
    k.openChain(port);
    return true;
  }
  return false;
}
