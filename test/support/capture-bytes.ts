/** Builds captures byte by byte, so that every format can be tested without a recorder. */

export interface PacketSpec {
  /** TCP flags, default SYN. */
  readonly flags?: number;
  /** Destination port, default 80. */
  readonly port?: number;
  /** Source port, default 40000. */
  readonly from?: number;
  /** Initial sequence number, default 0. */
  readonly isn?: number;
  /** Last byte of the source address, default 1. */
  readonly host?: number;
  readonly version?: 4 | 6;
  /** 32-bit words of IPv4 options, or 8-byte IPv6 extension headers. */
  readonly extra?: number;
  readonly fragmentOffset?: number;
  readonly protocol?: number;
}

export type LinkName = 'null' | 'ethernet' | 'vlan' | 'qinq' | 'raw' | 'sll' | 'sll2';
const LINK_TYPES: Readonly<Record<LinkName, number>> = {
  null: 0,
  ethernet: 1,
  vlan: 1,
  qinq: 1,
  raw: 101,
  sll: 113,
  sll2: 276,
};
const TCP = 6;

function linkTypeOf(link: LinkName): number {
  return LINK_TYPES[link];
}

/** Bytes of an IP packet with a TCP header. */
export function ipPacket(spec: PacketSpec = {}): Uint8Array {
  const tcp = new Uint8Array(20);
  const view = new DataView(tcp.buffer);
  view.setUint16(0, spec.from ?? 40_000);
  view.setUint16(2, spec.port ?? 80);
  view.setUint32(4, spec.isn ?? 0);
  view.setUint8(12, 0x50);
  view.setUint8(13, spec.flags ?? 2);
  return join((spec.version ?? 4) === 4 ? ipv4Header(spec, tcp.length) : ipv6Header(spec, tcp.length), tcp);
}

function ipv4Header(spec: PacketSpec, payload: number): Uint8Array {
  const words = 5 + (spec.extra ?? 0);
  const header = new Uint8Array(words * 4).fill(1, 20); // no-operation options
  const view = new DataView(header.buffer);
  view.setUint8(0, 0x40 | words);
  view.setUint16(2, header.length + payload);
  view.setUint16(6, spec.fragmentOffset ?? 0);
  view.setUint8(8, 64);
  view.setUint8(9, spec.protocol ?? TCP);
  view.setUint32(12, 0x0a000000 + (spec.host ?? 1));
  view.setUint32(16, 0x0a000002);
  return header;
}

function ipv6Header(spec: PacketSpec, payload: number): Uint8Array {
  const extra = spec.extra ?? 0;
  const header = new Uint8Array(40 + 8 * extra);
  const view = new DataView(header.buffer);
  view.setUint8(0, 0x60);
  view.setUint16(4, 8 * extra + payload);
  const last = spec.protocol ?? TCP;
  view.setUint8(6, extra > 0 ? 60 : last); // destination options
  view.setUint8(7, 64);
  header.fill(0xfd, 8, 40);
  view.setUint8(23, spec.host ?? 1);
  for (let i = 0; i < extra; i++) {
    header[40 + 8 * i] = i + 1 < extra ? 60 : last;
    header.set([0, 1, 4], 40 + 8 * i + 1); // no further bytes; a PadN option of four
  }
  return header;
}

/** Puts a link-layer header before an IP packet. */
export function frame(link: LinkName, packet: Uint8Array): Uint8Array {
  const isIpv6 = (packet[0] ?? 0) >> 4 === 6;
  const etherType = isIpv6 ? [0x86, 0xdd] : [0x08, 0x00];
  const mac = new Uint8Array(12).fill(2);
  switch (link) {
    case 'null':
      return join(Uint8Array.of(isIpv6 ? 30 : 2, 0, 0, 0), packet);
    case 'ethernet':
      return join(mac, Uint8Array.from(etherType), packet);
    case 'vlan':
      return join(mac, Uint8Array.of(0x81, 0, 0, 7, ...etherType), packet);
    case 'qinq':
      return join(mac, Uint8Array.of(0x88, 0xa8, 0, 7, 0x81, 0, 0, 8, ...etherType), packet);
    case 'raw':
      return packet;
    case 'sll':
      return join(new Uint8Array(14), Uint8Array.from(etherType), packet);
    case 'sll2':
      return join(Uint8Array.from(etherType), new Uint8Array(18), packet);
  }
}

export interface CaptureRecord {
  /** Whole seconds and the rest of the time stamp, in the file's unit. */
  readonly seconds: number;
  readonly fraction: number;
  readonly bytes: Uint8Array;
}

export interface FileOptions {
  readonly big?: boolean;
  readonly link?: LinkName;
}

/** A pcap file. @param nano time stamps in nanoseconds. @param snap packets are cut to this length. */
export function pcap(
  records: readonly CaptureRecord[],
  options: FileOptions & { nano?: boolean; snap?: number } = {},
): Uint8Array {
  const little = options.big !== true;
  const snap = options.snap ?? 65_535;
  const header = words(little, [
    options.nano === true ? 0xa1b23c4d : 0xa1b2c3d4,
    0,
    0,
    0,
    snap,
    linkTypeOf(options.link ?? 'ethernet'),
  ]);
  const version = new DataView(header.buffer);
  version.setUint16(4, 2, little);
  version.setUint16(6, 4, little);
  const parts = records.map(({ seconds, fraction, bytes }) => {
    const cut = bytes.subarray(0, snap);
    return join(words(little, [seconds, fraction, cut.length, bytes.length]), cut);
  });
  return join(header, ...parts);
}

export interface PcapngInterface {
  readonly link?: LinkName;
  /** Digits of the time stamp's fraction, power of 10; with 0x80 set, of 2. Default: the option is absent (6). */
  readonly resolution?: number;
  /** Seconds to add to every time stamp. */
  readonly offset?: number;
}

export interface PcapngOptions extends PcapngInterface {
  readonly big?: boolean;
  /** Interfaces 1, 2, … of the section; the options themselves describe interface 0. */
  readonly others?: readonly PcapngInterface[];
}

export interface PcapngPacket {
  /** Time stamp in units of its interface. */
  readonly units: bigint;
  readonly bytes: Uint8Array;
  /** Interface, default 0. */
  readonly on?: number;
}

/** A pcapng section: header, interfaces, enhanced packet blocks with 64-bit time stamps. */
export function pcapng(stamps: readonly PcapngPacket[], options: PcapngOptions = {}): Uint8Array {
  const little = options.big !== true;
  const section = block(
    little,
    0x0a0d0d0a,
    join(words(little, [0x1a2b3c4d]), halves(little, [1, 0]), words(little, [0xffffffff, 0xffffffff])),
  );
  const interfaces = [options, ...(options.others ?? [])].map((from) => interfaceBlock(little, from));
  const packets = stamps.map(({ units, bytes, on }) => {
    const high = Number(units >> 32n);
    const low = Number(units & 0xffffffffn);
    return block(little, 6, join(words(little, [on ?? 0, high, low, bytes.length, bytes.length]), padded(bytes)));
  });
  return join(section, ...interfaces, ...packets);
}

function interfaceBlock(little: boolean, options: PcapngInterface): Uint8Array {
  const extras: Uint8Array[] = [];
  if (options.resolution !== undefined) extras.push(halves(little, [9, 1]), Uint8Array.of(options.resolution, 0, 0, 0));
  if (options.offset !== undefined) {
    const value = new Uint8Array(8);
    new DataView(value.buffer).setBigInt64(0, BigInt(options.offset), little);
    extras.push(halves(little, [14, 8]), value);
  }
  if (extras.length > 0) extras.push(words(little, [0]));
  const linkType = linkTypeOf(options.link ?? 'ethernet');
  return block(little, 1, join(halves(little, [linkType, 0]), words(little, [0]), ...extras));
}

/** One block of a pcapng file. */
export function block(little: boolean, type: number, body: Uint8Array): Uint8Array {
  const length = body.length + 12;
  return join(words(little, [type, length]), body, words(little, [length]));
}

export function words(little: boolean, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(i * 4, value, little));
  return bytes;
}

function halves(little: boolean, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint16(i * 2, value, little));
  return bytes;
}

function padded(bytes: Uint8Array): Uint8Array {
  return join(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
