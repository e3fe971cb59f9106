/**
 * Blocks of a pcapng file: one section, its interfaces with stamps in nanoseconds, and a packet after another, each with a direction,
 * a comment, and a verdict where something dropped it on the way.
 * Leaves out: interface statistics and name resolution.
 * Source: draft-ietf-opsawg-pcapng.
 */

/** What is told of one packet beside its bytes. */
export interface PacketNote {
  /** Index of its interface. */
  readonly on: number;
  readonly atNs: number;
  readonly isToServer: boolean;
  /** Empty: none. */
  readonly comment: string;
  /** It never reached the host's stack: the verdict XDP_DROP. */
  readonly isDroppedBefore: boolean;
}

const Block = { Section: 0x0a0d0d0a, Interface: 1, Enhanced: 6 } as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LINKTYPE_ETHERNET = 1;
const Code = {
  End: 0,
  Comment: 1,
  Name: 2,
  Description: 3,
  Application: 4,
  Resolution: 9,
  Flags: 2,
  Verdict: 7,
} as const;
const NANOSECONDS = 9; // 10^-9 s
const INBOUND = 1;
const OUTBOUND = 2;
/** What is longer is an interface that gathers packets for larger ones: none of ours is. */
const SNAP_BYTES = 262_144;
const VERDICT_OF_XDP = 2;
const XDP_DROP = 1;
const WORD = 2 ** 32;

/** A block under construction: little-endian, padded to 32 bits. */
class BlockBuilder {
  private bytes: Uint8Array;
  private view: DataView;
  private at: number;

  constructor(type: number) {
    this.bytes = new Uint8Array(256);
    this.view = new DataView(this.bytes.buffer);
    this.at = 0;
    this.u32(type);
    this.u32(0); // the length, when it is known
  }

  u16(value: number): void {
    this.reserve(2);
    this.view.setUint16(this.at, value, true);
    this.at += 2;
  }

  u32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  padded(bytes: Uint8Array): void {
    const room = Math.ceil(bytes.length / 4) * 4;
    this.reserve(room);
    this.bytes.set(bytes, this.at);
    this.at += room;
  }

  option(code: number, value: Uint8Array): void {
    this.u16(code);
    this.u16(value.length);
    this.padded(value);
  }

  /** @returns the block, whole. */
  end(): Uint8Array {
    const length = this.at + 4;
    this.u32(length);
    this.view.setUint32(4, length, true);
    return this.bytes.subarray(0, length);
  }

  private reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const wider = new Uint8Array(Math.max(2 * this.bytes.length, this.at + count));
    wider.set(this.bytes);
    this.bytes = wider;
    this.view = new DataView(wider.buffer);
  }
}

function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The first block of the file. @param application what wrote it. @param comment on the whole file. */
export function sectionBlock(application: string, comment: string): Uint8Array {
  const block = new BlockBuilder(Block.Section);
  block.u32(BYTE_ORDER_MAGIC);
  block.u16(1); // version 1.0
  block.u16(0);
  block.u32(0xffff_ffff); // the length of the section is not known before its end
  block.u32(0xffff_ffff);
  block.option(Code.Comment, textBytes(comment));
  block.option(Code.Application, textBytes(application));
  block.option(Code.End, new Uint8Array(0));
  return block.end();
}

/** An interface of Ethernet frames. Interfaces are numbered from 0 as they come. */
export function interfaceBlock(name: string, description: string): Uint8Array {
  const block = new BlockBuilder(Block.Interface);
  block.u16(LINKTYPE_ETHERNET);
  block.u16(0);
  block.u32(SNAP_BYTES);
  block.option(Code.Name, textBytes(name));
  block.option(Code.Description, textBytes(description));
  block.option(Code.Resolution, Uint8Array.of(NANOSECONDS));
  block.option(Code.End, new Uint8Array(0));
  return block.end();
}

/** One packet. @param frame all of its bytes. */
export function packetBlock(
  frame: Uint8Array,
  { atNs, comment, isDroppedBefore, isToServer, on }: PacketNote,
): Uint8Array {
  const block = new BlockBuilder(Block.Enhanced);
  block.u32(on);
  block.u32(Math.floor(atNs / WORD));
  block.u32(atNs % WORD);
  block.u32(frame.length);
  block.u32(frame.length);
  block.padded(frame);
  if (comment !== '') block.option(Code.Comment, textBytes(comment));
  block.option(Code.Flags, Uint8Array.of(isToServer ? INBOUND : OUTBOUND, 0, 0, 0));
  // The value has 64 bits, of the section's byte order.
  if (isDroppedBefore) block.option(Code.Verdict, Uint8Array.of(VERDICT_OF_XDP, XDP_DROP, 0, 0, 0, 0, 0, 0, 0));
  block.option(Code.End, new Uint8Array(0));
  return block.end();
}
