/**
 * The frame that a simulated segment would be on the wire: Ethernet, IPv4 and TCP headers with correct checksums, the options that the
 * segment carries, and its payload as zero bytes. The server is 192.0.2.1; peers of traffic entry s are 10.s.x.y (11.… from 256 on),
 * and the port tells apart those that share an address.
 * Leaves out: the padding to 64 bytes and the frame check sequence, which a recording host does not see either; IP options; the echo of
 * time stamps (TSecr is 0), which would have to be remembered for each peer.
 * Source: RFC 791, RFC 9293 3.1, RFC 7323, RFC 2018, RFC 7413 4.1.1, RFC 1071 (checksum).
 */
import { FastOpenCookie, Flag, Option, type SegmentPool } from '../../network/segment.ts';

const ETHERNET_BYTES = 14;
const IP_BYTES = 20;
const TCP_BYTES = 20;
const IP_PACKET_BYTES_MAX = 65_535;
const FRAME_BYTES_MAX = ETHERNET_BYTES + IP_PACKET_BYTES_MAX;
const ETHERTYPE_IPV4 = 0x0800;
const DONT_FRAGMENT = 0x4000;
const TTL = 64;
const PROTOCOL_TCP = 6;
const SERVER_ADDRESS = 0xc0_00_02_01; // 192.0.2.1, TEST-NET-1
const CLIENT_NETWORKS = 10; // first byte of addresses of the first 256 entries
const PORT_FIRST = 40_000;
const PORT_MIN = 1024;
const PORTS = 65_536 - PORT_MIN;
/** Makes an address into a cookie; any odd number would do. */
const COOKIE_FACTOR = 0x9e3779b1;
/** Shift of windows that a stack with the option announces: the windows of a simulated segment are bytes already. */
const WINDOW_SHIFT = 0;

const OptionKind = {
  End: 0,
  NoOperation: 1,
  Mss: 2,
  WindowScale: 3,
  SackPermitted: 4,
  Timestamps: 8,
  FastOpen: 34,
} as const;

/** Builds one frame after the other into the same bytes. */
export class TcpFrame {
  readonly bytes: Uint8Array;
  /** Bytes of the frame that was built last. */
  length: number;
  private readonly view: DataView;
  private readonly addressCounts: readonly number[]; // traffic entry → addresses of its peers, Infinity: one each
  private readonly identifications: Uint16Array; // sender: 0 the server, 1 all others

  /** @param addressCounts traffic entry → distinct addresses that its peers take in turn; Infinity: each its own. */
  constructor(addressCounts: readonly number[]) {
    this.bytes = new Uint8Array(FRAME_BYTES_MAX);
    this.length = 0;
    this.view = new DataView(this.bytes.buffer);
    this.addressCounts = addressCounts;
    this.identifications = new Uint16Array(2);
  }

  /** @param nowNs for time stamps. @param isToServer the direction. O(bytes of the frame). */
  build(segments: SegmentPool, segment: number, nowNs: number, isToServer: boolean): void {
    const optionBytes = this.writeOptions(segments, segment, nowNs);
    const headerBytes = TCP_BYTES + optionBytes;
    const payloadBytes = Math.min(segments.lengthOf(segment), IP_PACKET_BYTES_MAX - IP_BYTES - headerBytes);
    this.length = ETHERNET_BYTES + IP_BYTES + headerBytes + payloadBytes;
    this.bytes.fill(0, ETHERNET_BYTES + IP_BYTES + headerBytes, this.length);
    const source = segments.sourceOf(segment);
    const peer = segments.peerOf(segment);
    const client = { address: this.addressOf(source, peer), port: this.portOf(source, peer) };
    const server = { address: SERVER_ADDRESS, port: segments.portOf(segment) };
    const [from, to] = isToServer ? [client, server] : [server, client];
    this.writeEthernet(isToServer);
    this.writeIp(from.address, to.address, isToServer);
    this.writeTcp(segments, segment, from.port, to.port, headerBytes);
  }

  /** Number of the address of `peer` in its entry's network. */
  private addressOf(source: number, peer: number): number {
    const count = Math.min(this.addressCounts[source] ?? Infinity, 2 ** 16);
    const network = ((CLIENT_NETWORKS + (source >>> 8)) << 24) | ((source & 0xff) << 16);
    return (network | (((peer % count) + 1) & 0xffff)) >>> 0;
  }

  private portOf(source: number, peer: number): number {
    const count = Math.min(this.addressCounts[source] ?? Infinity, 2 ** 16);
    return PORT_MIN + ((PORT_FIRST - PORT_MIN + Math.floor(peer / count)) % PORTS);
  }

  /** Locally administered addresses: the server's, and that of the router all others are behind. */
  private writeEthernet(isToServer: boolean): void {
    const { bytes, view } = this;
    bytes.fill(0, 0, ETHERNET_BYTES);
    bytes[0] = 2;
    bytes[5] = isToServer ? 1 : 2;
    bytes[6] = 2;
    bytes[11] = isToServer ? 2 : 1;
    view.setUint16(12, ETHERTYPE_IPV4);
  }

  private writeIp(from: number, to: number, isToServer: boolean): void {
    const { view } = this;
    const sender = isToServer ? 1 : 0;
    const at = ETHERNET_BYTES;
    view.setUint16(at, 0x4500);
    view.setUint16(at + 2, this.length - ETHERNET_BYTES);
    view.setUint16(at + 4, this.identifications[sender]!++);
    view.setUint16(at + 6, DONT_FRAGMENT);
    view.setUint8(at + 8, TTL);
    view.setUint8(at + 9, PROTOCOL_TCP);
    view.setUint16(at + 10, 0);
    view.setUint32(at + 12, from);
    view.setUint32(at + 16, to);
    view.setUint16(at + 10, this.checksum(at, at + IP_BYTES, 0));
  }

  private writeTcp(segments: SegmentPool, segment: number, from: number, to: number, headerBytes: number): void {
    const { view } = this;
    const at = ETHERNET_BYTES + IP_BYTES;
    const flags = segments.flagsOf(segment);
    view.setUint16(at, from);
    view.setUint16(at + 2, to);
    view.setUint32(at + 4, segments.seqOf(segment));
    view.setUint32(at + 8, (flags & Flag.Ack) === 0 ? 0 : segments.ackOf(segment));
    view.setUint8(at + 12, (headerBytes / 4) << 4);
    view.setUint8(at + 13, flags);
    view.setUint16(at + 14, segments.windowOf(segment));
    view.setUint32(at + 16, 0); // checksum, urgent pointer
    // The pseudo-header: addresses, protocol, length.
    let sum = PROTOCOL_TCP + (this.length - at);
    for (let word = ETHERNET_BYTES + 12; word < at; word += 2) sum += view.getUint16(word);
    view.setUint16(at + 16, this.checksum(at, this.length, sum));
  }

  /** @returns bytes of the options, a multiple of 4. */
  private writeOptions(segments: SegmentPool, segment: number, nowNs: number): number {
    const { view } = this;
    const first = ETHERNET_BYTES + IP_BYTES + TCP_BYTES;
    const options = segments.optionsOf(segment);
    const isSyn = (segments.flagsOf(segment) & Flag.Syn) !== 0;
    let at = first;
    if (segments.mssOf(segment) > 0) {
      view.setUint16(at, (OptionKind.Mss << 8) | 4);
      view.setUint16(at + 2, segments.mssOf(segment));
      at += 4;
    }
    if (isSyn && (options & Option.SackPermitted) !== 0) at = this.writeShort(at, OptionKind.SackPermitted);
    if ((options & Option.Timestamps) !== 0) {
      view.setUint32(at, 0x01_01_00_0a | (OptionKind.Timestamps << 8));
      view.setUint32(at + 4, Math.floor(nowNs / 1e6) >>> 0);
      view.setUint32(at + 8, 0);
      at += 12;
    }
    if (isSyn && (options & Option.WindowScale) !== 0) {
      view.setUint32(at, 0x01_00_03_00 | (OptionKind.WindowScale << 16) | WINDOW_SHIFT);
      at += 4;
    }
    if ((options & Option.FastOpen) !== 0) at = this.writeFastOpen(at, segments, segment);
    return at - first;
  }

  /** Two fillers, and an empty option or 8 bytes: of a valid cookie those of the address, of another one their complement. */
  private writeFastOpen(at: number, segments: SegmentPool, segment: number): number {
    const { view } = this;
    const cookie = segments.cookieOf(segment);
    if (cookie === FastOpenCookie.Request) return this.writeShort(at, OptionKind.FastOpen);
    const address = this.addressOf(segments.sourceOf(segment), segments.peerOf(segment));
    const word = (Math.imul(address, COOKIE_FACTOR) ^ (cookie === FastOpenCookie.Valid ? 0 : -1)) >>> 0;
    view.setUint32(at, 0x01_01_00_0a | (OptionKind.FastOpen << 8));
    view.setUint32(at + 4, word);
    view.setUint32(at + 8, ~word >>> 0);
    return at + 12;
  }

  /** Two fillers and an option without a value. */
  private writeShort(at: number, kind: number): number {
    this.view.setUint32(at, 0x01_01_00_02 | (kind << 8));
    return at + 4;
  }

  /** The complement of the one's complement sum of 16-bit words, with `sum` to begin with. */
  private checksum(from: number, end: number, sum: number): number {
    const { bytes, view } = this;
    let total = sum;
    let at = from;
    for (; at + 1 < end; at += 2) total += view.getUint16(at);
    if (at < end) total += bytes[at]! << 8;
    while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x1_0000);
    return ~total & 0xffff;
  }
}
