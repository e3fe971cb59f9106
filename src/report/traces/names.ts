/**
 * How traces name what they tell of: clients (`users#3`), segments (`SYN-ACK seq 0 ack 65537`), results of calls. The number behind a
 * client's name counts the connections of its traffic entry from 0: a client that connects again gets a new one.
 */
import { FastOpenCookie, Flag, Option, type SegmentPool } from '../../network/segment.ts';
import { BLOCKED, errnoName } from '../../network/socket-api.ts';

const FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [Flag.Syn, 'SYN'],
  [Flag.Fin, 'FIN'],
  [Flag.Rst, 'RST'],
  [Flag.Psh, 'PSH'],
  [Flag.Ack, 'ACK'],
];
const OPTIONS: readonly (readonly [bit: number, name: string])[] = [
  [Option.SackPermitted, 'sackOK'],
  [Option.WindowScale, 'wscale'],
  [Option.Timestamps, 'timestamps'],
];

/** What the Fast Open option says, by FastOpenCookie: the words are tcpdump's. */
const COOKIES: Readonly<Record<number, string>> = {
  [FastOpenCookie.Request]: 'tfo cookiereq',
  [FastOpenCookie.Valid]: 'tfo cookie',
  [FastOpenCookie.Forged]: 'tfo wrong cookie',
};

/** `SYN`, `SYN-ACK`, `ACK`, `FIN-ACK`, `RST`, `data` for an ACK with payload. */
export function kindOf(segments: SegmentPool, segment: number): string {
  const flags = segments.flagsOf(segment);
  if (segments.lengthOf(segment) > 0 && (flags & (Flag.Syn | Flag.Rst | Flag.Fin)) === 0) return 'data';
  const names = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return names.length === 0 ? 'null segment' : names.join('-');
}

/** What a segment says beside its flags: `seq 0 ack 65537 win 8000 mss 1460`. */
export function fieldsOf(segments: SegmentPool, segment: number): string {
  const flags = segments.flagsOf(segment);
  const parts = [`seq ${segments.seqOf(segment)}`];
  if ((flags & Flag.Ack) !== 0) parts.push(`ack ${segments.ackOf(segment)}`);
  parts.push(`win ${segments.windowOf(segment)}`);
  if (segments.mssOf(segment) > 0) parts.push(`mss ${segments.mssOf(segment)}`);
  const options = segments.optionsOf(segment);
  for (const [bit, name] of OPTIONS) if ((options & bit) !== 0) parts.push(name);
  if ((options & Option.FastOpen) !== 0) parts.push(COOKIES[segments.cookieOf(segment)] ?? 'tfo');
  if (segments.lengthOf(segment) > 0) parts.push(`${segments.lengthOf(segment)} bytes`);
  return parts.join(' ');
}

/** What accept() returned: `sleeps`, `fd 3`, `EAGAIN`. */
export function resultOf(result: number): string {
  if (result === BLOCKED) return 'sleeps';
  return result < 0 ? errnoName(result) : `fd ${result}`;
}

/** Nanoseconds as seconds with nine digits: `12.000000001`. */
export function secondsOf(ns: number): string {
  const seconds = Math.floor(ns / 1e9);
  return `${seconds}.${String(ns - seconds * 1e9).padStart(9, '0')}`;
}
