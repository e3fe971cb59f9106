/**
 * The generic socket layer, net/socket.c of 1.2.13: what a system call checks of its descriptor before any
 * protocol is asked, and what it does with descriptors after.
 * Not modelled: R69 (5), an inode cannot fail to be found, since get_empty_inode sleeps instead.
 */
import { BLOCKED, Errno } from '../../network/socket-api.ts';
import { DESCRIPTORS_IN_USE, NR_FILE, NR_OPEN } from './constants.ts';
import { inetAccept, inetListen, inetRelease, inetReleaseListener } from './inet.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';

const NO_CHILD = -1;

/** The listener's descriptor, as the descriptor table and struct socket know it. A test may make it another one. */
export interface SocketFile {
  isOpen: boolean;
  isSocket: boolean;
  /** SS_UNCONNECTED: neither connected nor connecting. */
  isUnconnected: boolean;
  protocol: 'tcp' | 'udp';
  /** SO_ACCEPTCON: listen() was called. */
  isAccepting: boolean;
  /** Processes that share the descriptor (R78). */
  references: number;
}

export function createSocketFile(): SocketFile {
  return {
    isOpen: true,
    isSocket: true,
    isUnconnected: true,
    protocol: 'tcp',
    isAccepting: false,
    references: 1,
  };
}

/** R1, R69 (1-3): the checks that listen() and accept() share. @returns 0 or -errno. */
function checkDescriptor(file: SocketFile): number {
  if (!file.isOpen) return -Errno.EBADF;
  if (!file.isSocket) return -Errno.ENOTSOCK;
  return file.isUnconnected ? 0 : -Errno.EINVAL;
}

/** R1: after the descriptor's checks nothing can fail: what the protocol returns is thrown away. R6: even a UDP socket listens. */
export function sockListen(k: Kernel, file: SocketFile, listener: ListenSocket, backlog: number): number {
  const refused = checkDescriptor(file);
  if (refused !== 0) return refused;
  if (file.protocol === 'tcp') inetListen(k, listener, backlog);
  file.isAccepting = true;
  return 0;
}

/**
 * R69: accept(), in the order of its errors. R69 (13): a bad pointer for the peer's address is not noticed, so
 * none is taken here. R70: what the call holds until it returns is counted by Linux12.socketsUsed.
 * @returns a descriptor, -errno, or BLOCKED.
 */
export function sockAccept(
  k: Kernel,
  file: SocketFile,
  listener: ListenSocket,
  process: number,
  nonblock: boolean,
): number {
  k.calls?.onEnter('sock_accept', NO_CHILD);
  return k.returns(checkedAccept(k, file, listener, process, nonblock));
}

function checkedAccept(
  k: Kernel,
  file: SocketFile,
  listener: ListenSocket,
  process: number,
  nonblock: boolean,
): number {
  const refused = checkDescriptor(file);
  if (refused !== 0) return refused;
  if (!file.isAccepting) return -Errno.EINVAL; // R69 (4)
  if (k.faults.noSock) return -Errno.ENOBUFS; // R69 (6): the dummy sock that inet_accept throws away
  if (file.protocol !== 'tcp') return -Errno.EOPNOTSUPP; // R6, R69 (7)
  // R61, R69 (8): tested once, at entry. R2: a socket that found no port to listen on is noticed only here.
  if (!listener.isListening) return -Errno.EINVAL;
  return sockAcceptWait(k, listener, process, nonblock);
}

/** One pass of accept() behind its checks: a sleeper that is woken goes on here. */
export function sockAcceptWait(k: Kernel, listener: ListenSocket, process: number, nonblock: boolean): number {
  const child = inetAccept(k, listener, nonblock);
  if (child === BLOCKED || child < 0) return child;
  // R71, R71a: only a blocking call goes far enough to mark the new socket as connected.
  k.socks.connected[child] = nonblock ? 0 : 1;
  return takeDescriptor(k, process, child);
}

/** R69 (12): without a free descriptor the connection, already dequeued, is closed with a FIN, and lost. */
function takeDescriptor(k: Kernel, process: number, child: number): number {
  const { descriptorCounts, socks } = k;
  while (descriptorCounts.length <= process) descriptorCounts.push(0);
  const isFull = descriptorCounts[process]! >= NR_OPEN - DESCRIPTORS_IN_USE;
  if (isFull || k.openDescriptors >= NR_FILE - DESCRIPTORS_IN_USE) {
    inetRelease(k, child);
    return -Errno.EINVAL;
  }
  descriptorCounts[process]!++;
  k.openDescriptors++;
  socks.descriptor[child] = 1;
  socks.owner[child] = process;
  return child;
}

/** close() of an accepted connection. */
export function sockClose(k: Kernel, child: number): void {
  const { descriptorCounts, socks } = k;
  socks.descriptor[child] = 0;
  descriptorCounts[socks.owner[child]!]!--;
  k.openDescriptors--;
  inetRelease(k, child);
}

/** close() of the listener. R78: nothing happens until the last process that shares it closes. */
export function sockCloseListener(k: Kernel, file: SocketFile, listener: ListenSocket): number {
  if (!file.isOpen) return -Errno.EBADF;
  if (--file.references > 0) return 0;
  file.isOpen = false;
  inetReleaseListener(k, listener);
  return 0;
}

/** R7: read() and write() on a socket that accepts. @returns -errno; another socket is none of this model's. */
export function sockReadWrite(file: SocketFile): number {
  return checkDescriptor(file) || (file.isAccepting ? -Errno.EINVAL : -Errno.ENOTCONN);
}

/** R7: recv() and shutdown(), which ask the protocol: it is not connected. */
export function sockRecvShutdown(file: SocketFile): number {
  return checkDescriptor(file) || -Errno.ENOTCONN;
}

/** getpeername() of an accepted connection. R71a: the protocol has an address, the socket layer does not give it. */
export function sockGetPeerName(k: Kernel, child: number): number {
  return k.socks.connected[child] === 1 ? 0 : -Errno.ENOTCONN;
}
