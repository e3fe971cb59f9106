/**
 * TCP Fast Open on the side that connects: what the first SYN of a connection brings, and the cookies that addresses keep. A SYN that
 * is sent again is an ordinary one.
 * Leaves out: cookies that get lost or old, and kernels that turn Fast Open off where SYNs get lost (tcp_fastopen_blackhole_timeout_sec
 * of 4.12 to 5.13); an address is one host.
 * Source: RFC 7413; tcp_send_syn_data, tcp_rcv_fastopen_synack: net/ipv4/tcp_output.c, tcp_input.c, v6.6.
 */
import { FastOpenCookie, Option, type SegmentPool } from '../network/segment.ts';
import type { ClientsSpec, FloodSpec } from './specs.ts';

/** Payload that a SYN brings, bytes: a whole request. */
export const REQUEST_BYTES = 5;

export class FastOpenCookies {
  private readonly addresses: number; // Infinity: each client has its own
  private readonly isCached: boolean;
  private readonly known: Uint8Array; // address → 1: it has a cookie

  constructor({ addresses, fastopen }: ClientsSpec) {
    this.addresses = addresses;
    this.isCached = fastopen === 'cached';
    this.known = new Uint8Array(fastopen === 'request' && addresses !== Infinity ? addresses : 0);
  }

  get bytes(): number {
    return this.known.byteLength;
  }

  /** Adds the option to the first SYN of `peer`, and with a cookie its payload. @returns whether there is any payload. O(1). */
  addTo(segments: SegmentPool, segment: number, peer: number, payloadBytes: number): boolean {
    const hasCookie = this.isCached || (this.known.length > 0 && this.known[peer % this.addresses] === 1);
    segments.addFastOpen(segment, hasCookie ? FastOpenCookie.Valid : FastOpenCookie.Request);
    if (!hasCookie || payloadBytes === 0) return false;
    segments.setLength(segment, payloadBytes);
    return true;
  }

  /** The SYN-ACK in `segment` may bring the address of `peer` a cookie. O(1). */
  learn(segments: SegmentPool, segment: number, peer: number): void {
    if (this.known.length > 0 && (segments.optionsOf(segment) & Option.FastOpen) !== 0) {
      this.known[peer % this.addresses] = 1;
    }
  }
}

/** What every SYN of a flood brings, a FastOpenCookie; -1: nothing. */
export function floodCookieOf({ fastopen }: FloodSpec): number {
  if (fastopen === undefined) return -1;
  if (fastopen === 'request') return FastOpenCookie.Request;
  return fastopen === 'stolen' ? FastOpenCookie.Valid : FastOpenCookie.Forged;
}
