/**
 * ICMP errors about a SYN-ACK: the request ends if the error is one that tells that nobody is there, and if it quotes
 * the sequence number that was sent (B3.8).
 * Leaves out: errors about connections, which they do not end.
 * Source: tcp_v4_err, tcp_req_err.
 */
import { endpointOf } from '../../network/tuple-index.ts';
import { Count } from './counters.ts';
import { DropCounters } from './feature.ts';
import type { Kernel } from './kernel.ts';
import { dropRequest } from './tcp-check-req.ts';

const UNREACHABLE = 3;
const TIME_EXCEEDED = 11;
const PARAMETER_PROBLEM = 12;
/** Codes of UNREACHABLE that end a request. */
const NET = 0;
const HOST = 1;

export function icmpError(
  kernel: Kernel,
  source: number,
  peer: number,
  port: number,
  type: number,
  code: number,
  seq: number,
): void {
  const { requests } = kernel;
  const { values } = kernel.counters;
  const slot = requests.findTuple(endpointOf(source, port), peer);
  if (slot < 0) return;
  if (seq !== requests.serverIsnOf(slot)) {
    values[Count.OutOfWindowIcmps]!++;
    return;
  }
  const isFatal =
    type === TIME_EXCEEDED || type === PARAMETER_PROBLEM || (type === UNREACHABLE && (code === NET || code === HOST));
  if (!isFatal) return;
  if (kernel.profile.dropCounters === DropCounters.ListenDrops) values[Count.ListenDrops]!++;
  dropRequest(kernel, slot);
}
