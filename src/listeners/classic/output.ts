/** What the textbook listener sends: SYN-ACKs, segments of its connections, RSTs. */
import type { Counters } from '../../engine/counters.ts';
import { Flag } from '../../network/segment.ts';
import type { StackEnvironment } from '../listener.ts';
import type { Connections } from './connections.ts';
import { ClassicCounter } from './counters.ts';

const WINDOW = 14600;
const MSS_BYTES = 1460;
const SYN_ACK = Flag.Syn | Flag.Ack;

export class Output {
  private readonly env: StackEnvironment;
  private readonly counters: Counters;
  private readonly connections: Connections;

  constructor(env: StackEnvironment, counters: Counters, connections: Connections) {
    this.env = env;
    this.counters = counters;
    this.connections = connections;
  }

  sendSynAck(slot: number): void {
    const { connections } = this;
    const iss = connections.sndNxtOf(slot) - 1;
    this.synAck(connections.endpointOf(slot), connections.peerOf(slot), iss, connections.rcvNxtOf(slot));
  }

  synAck(endpoint: number, peer: number, seq: number, ack: number): void {
    const { network, segments } = this.env;
    const answer = segments.openWith(endpoint, peer, SYN_ACK, seq, ack, WINDOW, MSS_BYTES);
    this.counters.add(ClassicCounter.SynAcksOut, 1);
    network.transmit(answer);
  }

  /** Sends on behalf of a connection. */
  send(slot: number, flags: number, lengthBytes: number): void {
    const { network, segments } = this.env;
    const { connections } = this;
    const segment = segments.openWith(
      connections.endpointOf(slot),
      connections.peerOf(slot),
      flags,
      connections.sndNxtOf(slot),
      connections.rcvNxtOf(slot),
      WINDOW,
      0,
    );
    segments.setLength(segment, lengthBytes);
    network.transmit(segment);
  }

  /** Answers a segment with `flags` by RST, unless it is one. */
  reset(segment: number, flags: number): void {
    if ((flags & Flag.Rst) !== 0) return;
    const { network, segments } = this.env;
    const hasAck = (flags & Flag.Ack) !== 0;
    const seq = hasAck ? segments.ackOf(segment) : 0;
    const ack = hasAck ? 0 : segments.seqOf(segment) + 1;
    const rst = hasAck ? Flag.Rst : Flag.Rst | Flag.Ack;
    this.counters.add(ClassicCounter.ResetsOut, 1);
    network.transmit(
      segments.open(segments.sourceOf(segment), segments.peerOf(segment), segments.portOf(segment), rst, seq, ack),
    );
  }
}
