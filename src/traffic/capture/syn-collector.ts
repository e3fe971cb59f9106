/** Gathers the SYNs of a capture: their times, and how many packets were passed over, and why. */
import { CapacityError, InputError } from '../../engine/errors.ts';
import { grown } from '../../engine/slot-pool.ts';
import { NS_PER_S } from '../../engine/time.ts';
import { type PacketParser, VERDICT_NAMES, Verdict } from './packet.ts';
import type { SynIdentities } from './syn-identities.ts';

/** What a reader of captures returns. */
export interface CaptureTimes {
  readonly format: 'pcap' | 'pcapng' | 'csv';
  /** Offset of each SYN from the first one, ns, ascending. */
  readonly atNs: Float64Array;
  /** Packets (CSV: rows) in the file. */
  readonly packetCount: number;
  /** SYNs kept: the length of `atNs`. */
  readonly synCount: number;
  /** Packets passed over, by cause: not_ip, not_tcp, fragment, truncated, not_a_syn, dropped, other_port, no_time, retransmission. */
  readonly passedOver: Readonly<Record<string, number>>;
  /** SYNs that were earlier than the one before them in the file; they are put in order. */
  readonly outOfOrderCount: number;
  /** True when the file ends inside a packet, as a killed recorder leaves it. */
  readonly isCutShort: boolean;
}

const PORTS_SHOWN = 3;

export class SynCollector {
  packetCount: number;
  isCutShort: boolean;
  /** SYNs without a time (simple packet blocks). */
  noTimeCount: number;
  private readonly port: number | null;
  private readonly limit: number;
  private readonly identities: SynIdentities | null; // null: every SYN counts
  private readonly verdicts: Float64Array; // Verdict → packets
  private readonly ports: Float64Array; // port → SYNs
  private count: number;
  private otherPortCount: number;
  private seconds: Float64Array; // SYN → whole seconds of its time
  private nanos: Float64Array; // SYN → ns within the second

  /**
   * @param port keeps SYNs to this port only; null keeps all.
   * @param limit most SYNs to keep.
   * @param identities finds retransmissions, to pass them over; null keeps them.
   */
  constructor(port: number | null, limit: number, identities: SynIdentities | null) {
    this.packetCount = 0;
    this.isCutShort = false;
    this.noTimeCount = 0;
    this.port = port;
    this.limit = limit;
    this.identities = identities;
    this.verdicts = new Float64Array(VERDICT_NAMES.length);
    this.ports = new Float64Array(65_536);
    this.count = 0;
    this.otherPortCount = 0;
    this.seconds = new Float64Array(1024);
    this.nanos = new Float64Array(1024);
  }

  /** Notes one packet at which `parser` has just looked and, when it is a SYN to the port, its time. @throws CapacityError above the limit. */
  add(verdict: number, parser: PacketParser, seconds: number, nanos: number): void {
    this.packetCount++;
    this.verdicts[verdict]!++;
    if (verdict !== Verdict.Syn) return;
    this.ports[parser.destinationPort]!++;
    if (this.port !== null && parser.destinationPort !== this.port) {
      this.otherPortCount++;
      return;
    }
    this.addTime(seconds, nanos);
    this.identities?.add(parser);
  }

  /** Notes a time that is a SYN's by itself. */
  addTime(seconds: number, nanos: number): void {
    if (this.count >= this.limit)
      throw new CapacityError('capture SYNs', `more than ${this.limit} SYNs in one capture`);
    if (this.count === this.seconds.length) {
      this.seconds = grown(this.seconds, new Float64Array(this.count * 2));
      this.nanos = grown(this.nanos, new Float64Array(this.count * 2));
    }
    this.seconds[this.count] = seconds;
    this.nanos[this.count] = nanos;
    this.count++;
  }

  /** @throws InputError when there is no SYN, or when they lie further apart than a run can be long. */
  result(format: CaptureTimes['format'], fileName: string): CaptureTimes {
    if (this.count === 0) throw this.nothingFound(fileName);
    const retransmissionCount = this.passOverRetransmissions();
    const atNs = new Float64Array(this.count);
    let outOfOrderCount = 0;
    for (let i = 0; i < this.count; i++) {
      atNs[i] = (this.seconds[i]! - this.seconds[0]!) * NS_PER_S + (this.nanos[i]! - this.nanos[0]!);
      if (i > 0 && atNs[i]! < atNs[i - 1]!) outOfOrderCount++;
    }
    if (outOfOrderCount > 0) {
      atNs.sort();
      const firstNs = atNs[0]!;
      for (let i = 0; i < atNs.length; i++) atNs[i]! -= firstNs;
    }
    const spanNs = atNs[atNs.length - 1]!;
    if (!(spanNs <= Number.MAX_SAFE_INTEGER)) {
      const received = `${Math.round(spanNs / NS_PER_S)} s`;
      throw new InputError([{ where: fileName, expected: 'SYNs within 104 days of each other', received }]);
    }
    const passedOver: Record<string, number> = {
      other_port: this.otherPortCount,
      no_time: this.noTimeCount,
      retransmission: retransmissionCount,
    };
    for (let v = 1; v < VERDICT_NAMES.length; v++) passedOver[VERDICT_NAMES[v] ?? ''] = this.verdicts[v]!;
    return {
      format,
      atNs,
      packetCount: this.packetCount,
      synCount: this.count,
      passedOver,
      outOfOrderCount,
      isCutShort: this.isCutShort,
    };
  }

  /** Closes the gaps that they leave. @returns how many there were. */
  private passOverRetransmissions(): number {
    if (this.identities === null) return 0;
    const { nanos, seconds } = this;
    const isRetransmission = this.identities.retransmissions();
    let kept = 0;
    for (let i = 0; i < isRetransmission.length; i++) {
      if (isRetransmission[i] === 1) continue;
      seconds[kept] = seconds[i]!;
      nanos[kept] = nanos[i]!;
      kept++;
    }
    const passedOver = isRetransmission.length - kept;
    this.count -= passedOver;
    return passedOver;
  }

  private nothingFound(fileName: string): InputError {
    const busiest = [...this.ports.entries()]
      .filter(([, syns]) => syns > 0)
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, PORTS_SHOWN)
      .map(([port, syns]) => `${syns} to port ${port}`);
    const what =
      busiest.length > 0 ? `SYNs elsewhere (${busiest.join(', ')})` : `no SYN in ${this.packetCount} packets`;
    const expected = this.port === null ? 'at least one SYN' : `at least one SYN to port ${this.port}`;
    return new InputError([{ where: fileName, expected, received: what }]);
  }
}
