/**
 * A listening socket is closed: the children in its accept queue are reset, or another member takes them (B9.4); its requests end at once (up to 4.3), or
 * at their next event (B4.9, B7.4).
 * Source: inet_csk_listen_stop.
 */
import { Errno } from '../../network/socket-api.ts';
import { Flag } from '../../network/segment.ts';
import { enqueueChild } from './accept-queue.ts';
import { Count } from './counters.ts';
import { moveFastOpen } from './fast-open-child.ts';
import type { Kernel } from './kernel.ts';
import { heirOf } from './reuseport.ts';
import { dropRequest } from './tcp-check-req.ts';
import { endChild } from './tcp-child.ts';
import { sendFromChild } from './tcp-output.ts';

/** @param member place in Kernel.listeners, of a member of the group. */
export function closeListener(kernel: Kernel, member: number): void {
  const listener = kernel.listeners[member]!;
  listener.isListening = false;
  leaveGroup(kernel, member);
  if (!kernel.profile.requestsOutliveListener) dropRequestsOf(kernel, member);
  while (listener.acceptQueue.count > 0) {
    const child = listener.acceptQueue.shift();
    kernel.countAccept(listener, -1);
    const { children } = kernel;
    const heir = heirOf(kernel, member, children.endpointOf(child), children.peerOf(child));
    if (heir === null) {
      disconnect(kernel, child);
    } else {
      moveFastOpen(kernel, child, heir);
      enqueueChild(kernel, heir, child);
    }
  }
  listener.fastOpen.forgetPenalties();
  kernel.gaugeFastOpen();
  listener.backlog = 0;
  kernel.gaugeSendQ();
  kernel.counters.values[Count.Wakeups]! += kernel.sleepers[member]!.wakeAll(-Errno.EINVAL);
}

/** The last member takes the place of the one that leaves (reuseport_detach_sock). */
function leaveGroup({ group }: Kernel, member: number): void {
  const place = group.indexOf(member);
  const last = group.pop();
  if (last !== undefined && last !== member) group[place] = last;
}

function dropRequestsOf(kernel: Kernel, member: number): void {
  const { requests } = kernel;
  for (let slot = 0; slot < requests.capacity; slot++) {
    if (requests.isOpen(slot) && requests.listener[slot] === member) dropRequest(kernel, slot);
  }
}

/** RST to the client; the child is forgotten. */
function disconnect(kernel: Kernel, child: number): void {
  const { children } = kernel;
  const isDead = !children.isLive(child);
  endChild(kernel, child);
  if (!isDead) {
    kernel.counters.values[Count.TcpOutRsts]!++;
    sendFromChild(kernel, child, Flag.Rst | Flag.Ack, children.sndNxt[child]!, 0);
  }
  children.close(child);
}
