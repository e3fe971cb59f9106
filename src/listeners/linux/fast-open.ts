/**
 * TCP Fast Open at a listener: which SYNs open a connection before their handshake, and what each counts. A SYN gets here only when
 * nothing else stands against it, never when it is to be answered by a SYN cookie (B2.8); whatever is not taken has its handshake (B8.2).
 * Leaves out: keys that change, cookies by the experimental option, exceptions by socket and by route.
 * Source: tcp_try_fastopen (B8, B11): net/ipv4/tcp_fastopen.c, v4.2 and v6.6; tcp_fastopen_check: net/ipv4/tcp_ipv4.c, v3.10.
 */
import { FastOpenCookie, Option } from '../../network/segment.ts';
import { Count } from './counters.ts';
import { DropCounters, FastOpen } from './feature.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';

/** Bits of net.ipv4.tcp_fastopen. */
export const FastOpenBit = { Server: 0x2, NoCookie: 0x200, AllListeners: 0x400 } as const;

/** How a SYN that is admitted is answered. NoRoom: not at all. */
export const Opening = { Handshake: 0, HandshakeWithCookie: 1, Child: 2, NoRoom: 3 } as const;

/** Does the SYN ask for something of Fast Open? With data alone it does where no cookie is needed. */
export function asksForFastOpen(kernel: Kernel, segment: number): boolean {
  const { segments } = kernel.env;
  if (kernel.profile.fastOpen === FastOpen.None) return false;
  if ((segments.optionsOf(segment) & Option.FastOpen) !== 0) return true;
  return (kernel.settings.fastopen & FastOpenBit.NoCookie) !== 0 && segments.lengthOf(segment) > 0;
}

/** @returns an Opening. Counts; changes nothing else, but that a penalty may end. */
export function fastOpeningOf(kernel: Kernel, listener: ListenSocket, segment: number): number {
  const { segments } = kernel.env;
  const hasOption = (segments.optionsOf(segment) & Option.FastOpen) !== 0;
  const cookie = hasOption ? segments.cookieOf(segment) : -1;
  return kernel.profile.fastOpen === FastOpen.CountsOption
    ? openingByOption(kernel, listener, cookie)
    : openingByChild(kernel, listener, cookie);
}

/** From 3.16 on. @param cookie FastOpenCookie, -1: the SYN has none, only data. */
function openingByChild(kernel: Kernel, listener: ListenSocket, cookie: number): number {
  const { settings, counters } = kernel;
  const { values } = counters;
  if (cookie === FastOpenCookie.Request) values[Count.FastOpenCookieReqd]!++;
  if (!hasRoom(kernel, listener)) return Opening.Handshake;
  const needsCookie = (settings.fastopen & FastOpenBit.NoCookie) === 0;
  if (needsCookie && cookie === FastOpenCookie.Request) return Opening.HandshakeWithCookie;
  const isGood = !needsCookie || cookie === FastOpenCookie.Valid;
  if (isGood && isChildPossible(kernel, listener)) {
    values[Count.FastOpenPassive]!++;
    return Opening.Child;
  }
  values[Count.FastOpenPassiveFail]!++;
  return needsCookie ? Opening.HandshakeWithCookie : Opening.Handshake;
}

/** From 3.7 to 3.15: the option is counted, whatever becomes of it, and a child that cannot be made takes the SYN with it. */
function openingByOption(kernel: Kernel, listener: ListenSocket, cookie: number): number {
  const { values } = kernel.counters;
  const hasCookie = cookie > FastOpenCookie.Request;
  values[Count.FastOpenPassive]!++;
  if (!isOffered(kernel, listener)) {
    if (hasCookie) values[Count.FastOpenPassiveFail]!++;
    return Opening.Handshake;
  }
  if (!hasRoom(kernel, listener)) return Opening.Handshake;
  if (cookie === FastOpenCookie.Request) {
    values[Count.FastOpenCookieReqd]!++;
    return Opening.HandshakeWithCookie;
  }
  if (cookie === FastOpenCookie.Forged) {
    values[Count.FastOpenPassiveFail]!++;
    return Opening.HandshakeWithCookie;
  }
  if (isChildPossible(kernel, listener)) return Opening.Child;
  values[Count.FastOpenPassiveFail]!++;
  if (kernel.profile.dropCounters === DropCounters.ListenDrops) values[Count.ListenDrops]!++;
  return Opening.NoRoom;
}

function isOffered(kernel: Kernel, listener: ListenSocket): boolean {
  return (kernel.settings.fastopen & FastOpenBit.Server) !== 0 && listener.fastOpen.maxQlen > 0;
}

/** B8.2: without room Fast Open is counted as full. */
function hasRoom(kernel: Kernel, listener: ListenSocket): boolean {
  if (!isOffered(kernel, listener)) return false;
  if (listener.fastOpen.hasRoom(kernel.env.loop.nowNs)) return true;
  kernel.counters.values[Count.FastOpenListenOverflow]!++;
  return false;
}

/** Up to 4.9 a SYN may get by a full accept queue (A2.6), and then meets it here, as a final ACK would. */
function isChildPossible(kernel: Kernel, listener: ListenSocket): boolean {
  if (listener.acceptQueue.count <= listener.backlog) return true;
  const { values } = kernel.counters;
  values[Count.ListenOverflows]!++;
  values[Count.ListenDrops]!++;
  return false;
}
