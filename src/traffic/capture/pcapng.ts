/**
 * The block-structured capture format: sections of either byte order, interfaces with their own link type,
 * time resolution and offset; enhanced, simple and obsolete packet blocks. Other blocks are passed over, and so are packets with the
 * verdict of having been dropped before the host's stack (XDP_DROP, as recorders of XDP programs write it).
 * Source: draft-ietf-opsawg-pcapng.
 */
import type { ByteReader } from './byte-reader.ts';
import { isKnownLinkType, PacketParser, Verdict } from './packet.ts';
import { PACKET_BYTES_MAX, refuse } from './pcap.ts';
import type { SynCollector } from './syn-collector.ts';

const Block = { Section: 0x0a0d0d0a, Interface: 1, Packet: 2, Simple: 3, Enhanced: 6 } as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const BLOCK_BYTES_MIN = 12;
const INTERFACES_MAX = 65_536;
const OPTION_END = 0;
const OPTION_TSRESOL = 9;
const OPTION_TSOFFSET = 14;
const OPTION_VERDICT = 7;
const VERDICT_OF_XDP = 2;
const XDP_DROP = 1;
const NS_PER_S = 1_000_000_000n;

interface Interface {
  readonly linkType: number;
  /** Units of the time stamp in a second. */
  readonly unitsPerSecond: bigint;
  readonly offsetSeconds: bigint;
}

/** True when the file begins with a section header. */
export function isPcapng(reader: ByteReader): boolean {
  return reader.has(0, 4) && reader.net32(0) === Block.Section;
}

/** Reads all blocks. @throws InputError with the offset of what is wrong. */
export function readPcapng(reader: ByteReader, fileName: string, collector: SynCollector): void {
  new PcapngReader(reader, fileName, collector).read();
}

class PcapngReader {
  private readonly reader: ByteReader;
  private readonly fileName: string;
  private readonly collector: SynCollector;
  private readonly parser: PacketParser;
  private interfaces: Interface[];

  constructor(reader: ByteReader, fileName: string, collector: SynCollector) {
    this.reader = reader;
    this.fileName = fileName;
    this.collector = collector;
    this.parser = new PacketParser(reader);
    this.interfaces = [];
  }

  read(): void {
    const { reader } = this;
    let at = 0;
    while (at < reader.length) {
      if (!reader.has(at, BLOCK_BYTES_MIN)) {
        this.collector.isCutShort = true;
        return;
      }
      if (reader.net32(at) === Block.Section) this.beginSection(at);
      const bytes = reader.u32(at + 4);
      if (bytes < BLOCK_BYTES_MIN || bytes % 4 !== 0) {
        throw refuse(
          this.fileName,
          at + 4,
          `a block length that is a multiple of 4, at least ${BLOCK_BYTES_MIN}`,
          `${bytes}`,
        );
      }
      if (!reader.has(at, bytes)) {
        this.collector.isCutShort = true;
        return;
      }
      const trailer = reader.u32(at + bytes - 4);
      if (trailer !== bytes)
        throw refuse(this.fileName, at + bytes - 4, `the block length ${bytes} again`, `${trailer}`);
      this.readBlock(reader.u32(at), at + 8, at + bytes - 4);
      at += bytes;
    }
  }

  /** The byte order of a section is its own; its interfaces are numbered from 0. */
  private beginSection(at: number): void {
    const { reader } = this;
    const magic = reader.net32(at + 8);
    reader.setLittleEndian(magic !== BYTE_ORDER_MAGIC);
    const read = reader.u32(at + 8);
    if (read !== BYTE_ORDER_MAGIC)
      throw refuse(this.fileName, at + 8, 'the byte-order magic 1a2b3c4d', read.toString(16));
    this.interfaces = [];
  }

  /** @param body first byte behind type and length. @param end first byte behind the body. */
  private readBlock(type: number, body: number, end: number): void {
    switch (type) {
      case Block.Interface:
        this.readInterface(body, end);
        break;
      case Block.Enhanced:
        this.readPacket(body, end, this.need(body, end, 20) ? this.reader.u32(body) : 0);
        break;
      case Block.Packet:
        this.readPacket(body, end, this.need(body, end, 20) ? this.reader.u16(body) : 0);
        break;
      case Block.Simple:
        this.readSimple(body, end);
        break;
      default:
        break;
    }
  }

  private need(body: number, end: number, bytes: number): boolean {
    if (end - body >= bytes) return true;
    throw refuse(this.fileName, body, `a block body of at least ${bytes} bytes`, `${end - body} bytes`);
  }

  private readInterface(body: number, end: number): void {
    this.need(body, end, 8);
    if (this.interfaces.length >= INTERFACES_MAX) {
      throw refuse(this.fileName, body, `at most ${INTERFACES_MAX} interfaces`, 'more');
    }
    const linkType = this.reader.u16(body);
    let unitsPerSecond = 1_000_000n;
    let offsetSeconds = 0n;
    for (let at = body + 8; at + 4 <= end;) {
      const code = this.reader.u16(at);
      const length = this.reader.u16(at + 2);
      if (code === OPTION_END || at + 4 + length > end) break;
      if (code === OPTION_TSRESOL && length >= 1) unitsPerSecond = this.resolution(at + 4);
      if (code === OPTION_TSOFFSET && length >= 8) offsetSeconds = BigInt.asIntN(64, this.u64(at + 4));
      at += 4 + Math.ceil(length / 4) * 4;
    }
    this.interfaces.push({ linkType, unitsPerSecond, offsetSeconds });
  }

  /** A power of 10, or of 2 when the top bit is set. */
  private resolution(at: number): bigint {
    const value = this.reader.u8(at);
    const exponent = value & 0x7f;
    const isBinary = (value & 0x80) !== 0;
    if (exponent > (isBinary ? 63 : 19))
      throw refuse(this.fileName, at, 'a time resolution within 64 bits', `${value}`);
    let units = 1n;
    for (let i = 0; i < exponent; i++) units *= isBinary ? 2n : 10n;
    return units;
  }

  /** Two 32-bit words of the section's byte order, as an option holds them. */
  private u64(at: number): bigint {
    const first = BigInt(this.reader.u32(at));
    const second = BigInt(this.reader.u32(at + 4));
    return this.reader.isLittleEndian ? (second << 32n) | first : (first << 32n) | second;
  }

  /** Enhanced and obsolete packet blocks agree but for the width of the interface number. */
  private readPacket(body: number, end: number, interfaceIndex: number): void {
    const { reader, collector } = this;
    const from = this.interfaces[interfaceIndex];
    if (from === undefined) {
      const received = `interface ${interfaceIndex} of ${this.interfaces.length}`;
      throw refuse(this.fileName, body, 'an interface described before', received);
    }
    const captured = reader.u32(body + 12);
    if (captured > PACKET_BYTES_MAX || captured > end - body - 20) {
      throw refuse(this.fileName, body + 12, `a packet of at most ${end - body - 20} bytes`, `${captured} bytes`);
    }
    const verdict = this.verdictOf(body + 20, captured, end, from.linkType);
    const units = (BigInt(reader.u32(body + 4)) << 32n) | BigInt(reader.u32(body + 8));
    const seconds = units / from.unitsPerSecond + from.offsetSeconds;
    const nanos = ((units % from.unitsPerSecond) * NS_PER_S) / from.unitsPerSecond;
    collector.add(verdict, this.parser, Number(seconds), Number(nanos));
  }

  /** @param at the packet's bytes, `captured` of them, behind which options follow up to `end`. @returns a Verdict. */
  private verdictOf(at: number, captured: number, end: number, linkType: number): number {
    if (!isKnownLinkType(linkType)) return Verdict.NotIp;
    const verdict = this.parser.parse(at, captured, linkType);
    if (verdict !== Verdict.Syn) return verdict;
    return this.isDropped(at + Math.ceil(captured / 4) * 4, end) ? Verdict.Dropped : verdict;
  }

  /** Whether the options from `begin` on hold the verdict XDP_DROP. */
  private isDropped(begin: number, end: number): boolean {
    const { reader } = this;
    for (let at = begin; at + 4 <= end;) {
      const code = reader.u16(at);
      const length = reader.u16(at + 2);
      if (code === OPTION_END || at + 4 + length > end) return false;
      // One byte for the kind of verdict, then eight in the byte order of the section.
      const isXdp = code === OPTION_VERDICT && length === 9 && reader.u8(at + 4) === VERDICT_OF_XDP;
      if (isXdp && this.u64(at + 5) === BigInt(XDP_DROP)) return true;
      at += 4 + Math.ceil(length / 4) * 4;
    }
    return false;
  }

  /** A simple packet block has no time: a SYN in it cannot be replayed. */
  private readSimple(body: number, end: number): void {
    this.need(body, end, 4);
    const { collector, parser, reader } = this;
    const from = this.interfaces[0];
    const captured = Math.min(reader.u32(body), end - body - 4);
    const isKnown = from !== undefined && isKnownLinkType(from.linkType);
    const verdict = isKnown ? parser.parse(body + 4, captured, from.linkType) : Verdict.NotIp;
    if (verdict === Verdict.Syn) {
      collector.noTimeCount++;
      collector.packetCount++;
    } else {
      collector.add(verdict, parser, 0, 0);
    }
  }
}
