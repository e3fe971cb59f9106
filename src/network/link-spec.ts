/** What a scenario says about a link. Each direction has these limits for itself. */
export interface LinkSpec {
  readonly name: string;
  /** Bits per second, > 0; Infinity: packets take no time to send. */
  readonly rateBps: number;
  /** Propagation delay, ns. */
  readonly delayNs: number;
  /** Uniform extra delay in [0, jitterNs]; packets are never reordered. */
  readonly jitterNs: number;
  /** Probability that a packet is lost, [0, 1]. */
  readonly loss: number;
  /** Packets that may wait, beside the one being sent; Infinity = no limit. */
  readonly queuePackets: number;
  /** Bytes that may wait, beside the packet being sent; Infinity = no limit. */
  readonly queueBytes: number;
}
