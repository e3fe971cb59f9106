/**
 * The classic capture format: both byte orders, micro- and nanoseconds, any snap length.
 * A file that ends inside a record is read up to there.
 * Source: draft-ietf-opsawg-pcap.
 */
import { InputError } from '../../engine/errors.ts';
import type { ByteReader } from './byte-reader.ts';
import { isKnownLinkType, PacketParser } from './packet.ts';
import type { SynCollector } from './syn-collector.ts';

const MAGIC_MICRO = 0xa1b2c3d4;
const MAGIC_NANO = 0xa1b23c4d;
const HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
/** No packet is longer: a greater length means a damaged file (the bound of libpcap). */
export const PACKET_BYTES_MAX = 262_144;

/** True when the first bytes are those of a pcap file, in whatever byte order. */
export function isPcap(reader: ByteReader): boolean {
  if (!reader.has(0, 4)) return false;
  reader.setLittleEndian(true);
  const little = reader.u32(0);
  const big = reader.net32(0);
  return [MAGIC_MICRO, MAGIC_NANO].some((magic) => little === magic || big === magic);
}

/** Reads all records. @throws InputError with the offset of what is wrong. */
export function readPcap(reader: ByteReader, fileName: string, collector: SynCollector): void {
  const bigMagic = reader.net32(0);
  const isBig = bigMagic === MAGIC_MICRO || bigMagic === MAGIC_NANO;
  reader.setLittleEndian(!isBig);
  const nanosPerUnit = reader.u32(0) === MAGIC_NANO ? 1 : 1000;
  if (!reader.has(0, HEADER_BYTES))
    throw refuse(fileName, 0, `a header of ${HEADER_BYTES} bytes`, `${reader.length} bytes`);
  const linkType = reader.u32(20) & 0xffff;
  if (!isKnownLinkType(linkType)) {
    throw refuse(fileName, 20, 'link type Ethernet, Linux cooked, loopback or raw IP', `link type ${linkType}`);
  }
  const parser = new PacketParser(reader);
  let at = HEADER_BYTES;
  while (at < reader.length) {
    if (!reader.has(at, RECORD_HEADER_BYTES)) {
      collector.isCutShort = true;
      return;
    }
    const captured = reader.u32(at + 8);
    if (captured > PACKET_BYTES_MAX) {
      throw refuse(fileName, at + 8, `a packet of at most ${PACKET_BYTES_MAX} bytes`, `${captured} bytes`);
    }
    if (!reader.has(at + RECORD_HEADER_BYTES, captured)) {
      collector.isCutShort = true;
      return;
    }
    const verdict = parser.parse(at + RECORD_HEADER_BYTES, captured, linkType);
    collector.add(verdict, parser, reader.u32(at), reader.u32(at + 4) * nanosPerUnit);
    at += RECORD_HEADER_BYTES + captured;
  }
}

export function refuse(fileName: string, offset: number, expected: string, received: string): InputError {
  return new InputError([{ where: `${fileName}: offset ${offset}`, expected, received }]);
}
