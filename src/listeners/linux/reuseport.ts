/**
 * SO_REUSEPORT: several listeners on one port, each with queues and limits of its own. A hash of the 4-tuple picks one,
 * the same for every segment of a client, so who is hashed to a stuck listener never gets in (B9, R10).
 * Leaves out: BPF programs that pick, groups per processor.
 * Source: reuseport_select_sock, reciprocal_scale.
 */
import { hash } from './cookies.ts';
import { Count } from './counters.ts';
import type { Kernel } from './kernel.ts';
import type { ListenSocket } from './listen-socket.ts';

/** Which of `count` live members of the group the 4-tuple of `segment` goes to. @returns [0, count). */
export function memberOf(kernel: Kernel, segment: number, count: number): number {
  const { segments } = kernel.env;
  return placeOf(kernel, segments.endpointOf(segment), segments.peerOf(segment), count);
}

function placeOf(kernel: Kernel, endpoint: number, peer: number, count: number): number {
  return Math.floor(((hash(endpoint, peer, kernel.secrets[2]) >>> 0) * count) / 2 ** 32);
}

/**
 * Who takes over what a closed member leaves behind, by tcp_migrate_req (B9.4, from 5.14 on): a live member, or null.
 * Counted either way.
 */
export function heirOf(kernel: Kernel, member: number, endpoint: number, peer: number): ListenSocket | null {
  const { counters, group, listeners, settings, spec } = kernel;
  if (settings.migrateReq === 0 || member >= spec.reuseport || spec.reuseport === 1) return null;
  counters.values[group.length === 0 ? Count.MigrateReqFailure : Count.MigrateReqSuccess]!++;
  if (group.length === 0) return null;
  const heir = listeners[group[placeOf(kernel, endpoint, peer, group.length)]!]!;
  heir.mayOutgrow = true;
  return heir;
}

/** The listener of request `slot` is closed: another member takes it. @returns null when none does. */
export function migrateRequest(kernel: Kernel, slot: number): ListenSocket | null {
  const { listeners, requests } = kernel;
  const member = requests.listener[slot]!;
  const heir = heirOf(kernel, member, requests.endpointOf(slot), requests.peerOf(slot));
  if (heir === null) return null;
  const young = requests.timeouts[slot] === 0 ? 1 : 0;
  kernel.countRequest(listeners[member]!, -1, young);
  requests.listener[slot] = heir.index;
  kernel.countRequest(heir, 1, young);
  return heir;
}
