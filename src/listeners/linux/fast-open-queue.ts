/**
 * How many Fast Open requests of one listener are pending, and its bound. One that is reset after somebody accepted it counts for a
 * minute more: whoever forges addresses with stolen cookies soon turns Fast Open off, for a while (B8.2).
 * Leaves out: the requests themselves (fast-open-child.ts).
 * Source: struct fastopen_queue, tcp_fastopen_queue_check, reqsk_fastopen_remove: net/ipv4/tcp_fastopen.c, net/core/request_sock.c, v4.2
 * and v6.6.
 */
import { assert } from '../../engine/errors.ts';
import { RingBuffer } from '../../engine/ring-buffer.ts';

const PENALTY_NS = 60e9;
const PENALTIES_MAX = 2 ** 24;

export class FastOpenQueue {
  /** max_qlen: as TCP_FASTOPEN says, cut to somaxconn; 0: off. */
  maxQlen: number;
  /** Handshakes that are not over, and penalties. */
  qlen: number;
  private readonly penaltyEndNs: RingBuffer; // oldest first

  constructor() {
    this.maxQlen = 0;
    this.qlen = 0;
    this.penaltyEndNs = new RingBuffer('f64', 1, PENALTIES_MAX);
  }

  /** Requests that count though they were reset. */
  get penalties(): number {
    return this.penaltyEndNs.count;
  }

  get bytes(): number {
    return this.penaltyEndNs.bytes;
  }

  /** Is there room for one more? If need be the oldest penalty makes it, once its minute is over. */
  hasRoom(nowNs: number): boolean {
    if (this.qlen < this.maxQlen) return true;
    if (this.penaltyEndNs.count === 0 || this.penaltyEndNs.at(0) > nowNs) return false;
    this.penaltyEndNs.shift();
    this.qlen--;
    return true;
  }

  /** One that was accepted is reset. */
  punish(nowNs: number): void {
    assert(this.penaltyEndNs.tryPush(nowNs + PENALTY_NS), 'more Fast Open requests were reset than any bound allows');
    this.qlen++;
  }

  /** The listener is closed. */
  forgetPenalties(): void {
    this.qlen -= this.penaltyEndNs.count;
    while (this.penaltyEndNs.count > 0) this.penaltyEndNs.shift();
  }
}
