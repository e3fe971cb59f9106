/**
 * What the host sends: SYN-ACKs, RSTs, and the segments of its connections.
 * Sequence numbers are signed on their way into a segment, which holds them mod 2^32: V8 may box what is above 2^31.
 * A segment may be answered before `transmit` returns: whoever sends has finished with the rows it changes.
 * Leaves out: routes, ARP, the device queue.
 * Source: tcp_make_synack, tcp_v4_send_reset, tcp_v4_send_ack (B11).
 */
import { FastOpenCookie, Flag, Option } from '../../network/segment.ts';
import { Count } from './counters.ts';
import type { Kernel } from './kernel.ts';

/** Window of a connection that has received little. */
const WINDOW = 65_535;
const MSS_BYTES = 1460;
const SYN_ACK = Flag.Syn | Flag.Ack;

/** SYN-ACK with `options` to whom `segment` came from. */
export function sendSynAckTo(kernel: Kernel, segment: number, isn: number, options: number): void {
  const { segments } = kernel.env;
  const ack = (segments.seqOf(segment) + 1) | 0;
  send(kernel, segments.endpointOf(segment), segments.peerOf(segment), isn, ack, options, false);
}

/** SYN-ACK of a stored request, the first or a further one. @param bringsFastOpen it brings a Fast Open cookie. */
export function sendSynAck(kernel: Kernel, slot: number, bringsFastOpen = false): void {
  const { requests } = kernel;
  requests.noteSynAck(slot, kernel.env.loop.nowNs);
  send(
    kernel,
    requests.endpointOf(slot),
    requests.peerOf(slot),
    requests.serverIsnOf(slot),
    (requests.clientIsnOf(slot) + 1) | 0,
    requests.optionsOf(slot),
    bringsFastOpen,
  );
}

/** SYN-ACK of a child by Fast Open, which has not sent anything else that counts; it acknowledges the SYN's data. */
export function sendSynAckOfChild(kernel: Kernel, slot: number): void {
  const { children } = kernel;
  const isn = (children.sndUna[slot]! - 1) | 0;
  const ack = children.rcvNxt[slot]!;
  send(kernel, children.endpointOf(slot), children.peerOf(slot), isn, ack, children.optionsOf(slot), false);
}

function send(
  kernel: Kernel,
  endpoint: number,
  peer: number,
  isn: number,
  ack: number,
  options: number,
  bringsFastOpen: boolean,
): void {
  const { network, segments } = kernel.env;
  const { values } = kernel.counters;
  const answer = segments.openWith(endpoint, peer, SYN_ACK, isn, ack, WINDOW, MSS_BYTES);
  if (options !== 0) segments.setOptions(answer, options);
  if (bringsFastOpen) segments.addFastOpen(answer, FastOpenCookie.Valid);
  values[Count.TcpOutSegs]!++;
  values[Count.SynAcks]!++;
  network.transmit(answer);
}

/** RST for a segment that fits no connection (RFC 9293 3.5.2). A RST is never answered. */
export function sendReset(kernel: Kernel, segment: number): void {
  const { network, segments } = kernel.env;
  const flags = segments.flagsOf(segment);
  if ((flags & Flag.Rst) !== 0) return;
  const hasAck = (flags & Flag.Ack) !== 0;
  const syn = (flags & Flag.Syn) === 0 ? 0 : 1;
  const fin = (flags & Flag.Fin) === 0 ? 0 : 1;
  const end = (segments.seqOf(segment) + segments.lengthOf(segment) + syn + fin) | 0;
  const { values } = kernel.counters;
  values[Count.TcpOutSegs]!++;
  values[Count.TcpOutRsts]!++;
  const rst = hasAck ? Flag.Rst : Flag.Rst | Flag.Ack;
  const seq = hasAck ? segments.ackOf(segment) : 0;
  network.transmit(
    segments.openWith(segments.endpointOf(segment), segments.peerOf(segment), rst, seq, hasAck ? 0 : end, 0, 0),
  );
}

/** ACK in the name of a request: it says what is expected (B3.3). */
export function sendRequestAck(kernel: Kernel, slot: number): void {
  const { network, segments } = kernel.env;
  const { requests } = kernel;
  kernel.counters.values[Count.TcpOutSegs]!++;
  network.transmit(
    segments.openWith(
      requests.endpointOf(slot),
      requests.peerOf(slot),
      Flag.Ack,
      (requests.serverIsnOf(slot) + 1) | 0,
      (requests.clientIsnOf(slot) + 1) | 0,
      WINDOW,
      0,
    ),
  );
}

/** A segment of connection `slot` from sequence number `seq` on, with `lengthBytes` of payload. */
export function sendFromChild(kernel: Kernel, slot: number, flags: number, seq: number, lengthBytes: number): void {
  const { network, segments } = kernel.env;
  const { children } = kernel;
  const segment = segments.openWith(
    children.endpointOf(slot),
    children.peerOf(slot),
    flags,
    seq,
    children.rcvNxt[slot]!,
    (flags & Flag.Rst) === 0 ? WINDOW : 0,
    0,
  );
  if (lengthBytes > 0) segments.setLength(segment, lengthBytes);
  if ((children.optionsOf(slot) & Option.Timestamps) !== 0) segments.setOptions(segment, Option.Timestamps);
  kernel.counters.values[Count.TcpOutSegs]!++;
  network.transmit(segment);
}
