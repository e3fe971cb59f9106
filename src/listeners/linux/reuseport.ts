/**
 * SO_REUSEPORT: several listeners on one port, each with queues and limits of its own. A hash of the 4-tuple picks one,
 * the same for every segment of a client, so who is hashed to a stuck listener never gets in (B9, R10).
 * Leaves out: BPF programs that pick, groups per processor.
 * Source: reuseport_select_sock, reciprocal_scale.
 */
import { hash } from './cookies.ts';
import type { Kernel } from './kernel.ts';

/** Which of `count` live members of the group the 4-tuple of `segment` goes to. @returns [0, count). */
export function memberOf(kernel: Kernel, segment: number, count: number): number {
  const { segments } = kernel.env;
  const h = hash(segments.endpointOf(segment), segments.peerOf(segment), kernel.secrets[2]) >>> 0;
  return Math.floor((h * count) / 2 ** 32);
}
