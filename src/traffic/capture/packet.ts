/**
 * Finds the TCP SYN in a captured packet: Ethernet (with VLAN tags), Linux cooked, BSD loopback and raw IP;
 * IPv4 and IPv6 with extension headers.
 * Leaves out: tunnels, reassembly of fragments (a later fragment holds no TCP header).
 * Source: the link-layer types of www.tcpdump.org/linktypes.html; RFC 791, RFC 8200, RFC 9293.
 */
import type { ByteReader } from './byte-reader.ts';

/** Why a packet is no SYN; `syn` is the one that is. */
export const Verdict = {
  Syn: 0,
  NotIp: 1,
  NotTcp: 2,
  Fragment: 3,
  Truncated: 4,
  NotASyn: 5,
  /** It says itself that it was dropped before it reached the host's stack. */
  Dropped: 6,
} as const;
export const VERDICT_NAMES = ['syn', 'not_ip', 'not_tcp', 'fragment', 'truncated', 'not_a_syn', 'dropped'] as const;

/** Link types this reader knows. */
const LinkType = {
  Null: 0,
  Ethernet: 1,
  RawBsd: 12,
  RawOpenBsd: 14,
  Raw: 101,
  Loop: 108,
  LinuxSll: 113,
  Ipv4: 228,
  Ipv6: 229,
  LinuxSll2: 276,
} as const;
const KNOWN: ReadonlySet<number> = new Set(Object.values(LinkType));

export function isKnownLinkType(linkType: number): boolean {
  return KNOWN.has(linkType);
}

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const VLAN_TYPES: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const VLAN_TAGS_MAX = 8;
const EXTENSIONS_MAX = 32;
const PROTOCOL_TCP = 6;
const TCP_BYTES_NEEDED = 14; // up to and including the flags
const FLAGS_OFFSET = 13;
const SYN = 0x02;
const ACK = 0x10;

/** Looks at one packet after the other. Its fields tell of the last SYN, and only after a verdict of Syn. */
export class PacketParser {
  destinationPort: number;
  /** Offset of source and destination address, which lie side by side, and their bytes together (8 or 32). */
  addressesAt: number;
  addressesBytes: number;
  /** Offset of the TCP header. */
  tcpAt: number;
  private readonly reader: ByteReader;
  private end: number; // first byte behind the captured part of the packet

  constructor(reader: ByteReader) {
    this.destinationPort = 0;
    this.addressesAt = 0;
    this.addressesBytes = 0;
    this.tcpAt = 0;
    this.reader = reader;
    this.end = 0;
  }

  /** @param capturedBytes bytes of the packet from `offset` on that are in the file. @returns a Verdict. */
  parse(offset: number, capturedBytes: number, linkType: number): number {
    const { reader } = this;
    this.end = offset + capturedBytes;
    switch (linkType) {
      case LinkType.Ethernet:
        return this.has(offset, 14) ? this.afterVlanTags(reader.net16(offset + 12), offset + 14) : Verdict.Truncated;
      case LinkType.LinuxSll:
        return this.has(offset, 16) ? this.afterVlanTags(reader.net16(offset + 14), offset + 16) : Verdict.Truncated;
      case LinkType.LinuxSll2:
        return this.has(offset, 20) ? this.afterVlanTags(reader.net16(offset), offset + 20) : Verdict.Truncated;
      case LinkType.Null:
      case LinkType.Loop:
        return this.byVersion(offset + 4);
      default:
        return this.byVersion(offset);
    }
  }

  private has(offset: number, count: number): boolean {
    return offset + count <= this.end;
  }

  /** @param etherType of what begins at `offset`: a packet, or VLAN tags (each two bytes and the next EtherType) before it. */
  private afterVlanTags(etherType: number, offset: number): number {
    let type = etherType;
    let at = offset;
    for (let tags = 0; tags <= VLAN_TAGS_MAX; tags++) {
      if (!VLAN_TYPES.has(type)) return this.byEtherType(type, at);
      if (!this.has(at, 4)) return Verdict.Truncated;
      type = this.reader.net16(at + 2);
      at += 4;
    }
    return Verdict.NotIp;
  }

  private byEtherType(type: number, offset: number): number {
    if (type === ETHERTYPE_IPV4) return this.ipv4(offset);
    if (type === ETHERTYPE_IPV6) return this.ipv6(offset);
    return Verdict.NotIp;
  }

  private byVersion(offset: number): number {
    if (!this.has(offset, 1)) return Verdict.Truncated;
    const version = this.reader.u8(offset) >> 4;
    if (version === 4) return this.ipv4(offset);
    if (version === 6) return this.ipv6(offset);
    return Verdict.NotIp;
  }

  private ipv4(offset: number): number {
    const { reader } = this;
    if (!this.has(offset, 20)) return Verdict.Truncated;
    const headerBytes = (reader.u8(offset) & 0x0f) * 4;
    if (reader.u8(offset) >> 4 !== 4 || headerBytes < 20) return Verdict.NotIp;
    if (reader.u8(offset + 9) !== PROTOCOL_TCP) return Verdict.NotTcp;
    if ((reader.net16(offset + 6) & 0x1fff) !== 0) return Verdict.Fragment;
    this.addressesAt = offset + 12;
    this.addressesBytes = 8;
    return this.tcp(offset + headerBytes);
  }

  private ipv6(offset: number): number {
    const { reader } = this;
    if (!this.has(offset, 40)) return Verdict.Truncated;
    if (reader.u8(offset) >> 4 !== 6) return Verdict.NotIp;
    let next = reader.u8(offset + 6);
    let at = offset + 40;
    this.addressesAt = offset + 8;
    this.addressesBytes = 32;
    for (let count = 0; count < EXTENSIONS_MAX; count++) {
      if (next === PROTOCOL_TCP) return this.tcp(at);
      // Hop-by-hop, routing, destination options: next header, length in 8 bytes beyond the first.
      const isOptions = next === 0 || next === 43 || next === 60;
      if (!isOptions && next !== 44) return Verdict.NotTcp;
      if (!this.has(at, 8)) return Verdict.Truncated;
      if (next === 44 && (reader.net16(at + 2) & 0xfff8) !== 0) return Verdict.Fragment;
      next = reader.u8(at);
      at += isOptions ? (reader.u8(at + 1) + 1) * 8 : 8;
    }
    return Verdict.NotTcp;
  }

  private tcp(offset: number): number {
    if (!this.has(offset, TCP_BYTES_NEEDED)) return Verdict.Truncated;
    const flags = this.reader.u8(offset + FLAGS_OFFSET);
    if ((flags & (SYN | ACK)) !== SYN) return Verdict.NotASyn;
    this.destinationPort = this.reader.net16(offset + 2);
    this.tcpAt = offset;
    return Verdict.Syn;
  }
}
