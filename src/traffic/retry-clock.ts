/**
 * When a client stack sends the same thing again. Of a SYN the gaps are those of the stack's schedule; of what follows
 * the handshake they come from the round trip, as in RFC 6298, after a probe where the stack sends one.
 * Source: RFC 6298 (RTO after the first measurement); Linux: tcp_schedule_loss_probe(), and R7, measured.
 */
import type { ClientTimers } from './client-timers.ts';
import type { ClientStack } from './specs.ts';

/** What Linux adds to two round trips before it probes: the least RTO, since a single segment may meet a delayed ACK. */
const PROBE_NS = 0.2e9;
/** TCP_RTO_MAX. */
const RTO_NS_MAX = 120e9;

export class RetryClock {
  /** How often a SYN is sent before connect() fails. */
  readonly synsMax: number;
  private readonly stack: ClientStack;
  private readonly timers: ClientTimers;
  private readonly gapsNs: Float64Array; // number of SYNs before this one → time to the next
  private readonly lanes: Int32Array; // the same → lane

  constructor(timers: ClientTimers, stack: ClientStack) {
    const { failsAtNs, synAtNs } = stack;
    this.stack = stack;
    this.timers = timers;
    this.gapsNs = new Float64Array(synAtNs.map((atNs, i) => (synAtNs[i + 1] ?? failsAtNs) - atNs));
    this.lanes = new Int32Array(synAtNs.map((_, i) => timers.laneOf(this.gapsNs[i]!)));
    this.synsMax = this.gapsNs.length;
  }

  /** How often what follows the handshake is sent before the stack gives up. */
  get dataSendsMax(): number {
    const { data } = this.stack;
    return data === null ? this.synsMax : 1 + (data.probes ? 1 : 0) + data.retries;
  }

  /** connect() fails at the instant at which SYN `number` is sent: nobody waits for its answer (Linux 1.2). */
  isInVain(number: number): boolean {
    return number === this.synsMax - 1 && this.gapsNs[number] === 0;
  }

  /** Arms the timer of `slot` as SYN `number` (0, 1, …, synsMax - 1) is sent. */
  armSyn(slot: number, number: number): void {
    this.timers.armIn(slot, this.gapsNs[number]!, this.lanes[number]!);
  }

  /** Arms it as a request or a FIN is sent, `number` times before (0, 1, …, dataSendsMax - 1). */
  armData(slot: number, number: number, rttNs: number): void {
    const { data } = this.stack;
    if (data === null) return this.armSyn(slot, number);
    const rtoNs = rttNs + Math.max(data.varianceNsMin, 2 * rttNs);
    const isProbed = data.probes && number === 0;
    const doublings = Math.max(0, data.probes ? number - 1 : number);
    const delayNs = isProbed ? Math.min(2 * rttNs + PROBE_NS, rtoNs) : rtoNs * (1 << Math.min(doublings, 30));
    this.timers.armIn(slot, Math.min(Math.round(delayNs), RTO_NS_MAX), -1);
  }
}
