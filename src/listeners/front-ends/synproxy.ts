/**
 * SYNPROXY: answers every SYN by a cookie and keeps nothing; who brings the cookie back is connected to the server by a SYN of
 * the proxy's own, and from then on sequence numbers are translated. The client believes to be connected before the server
 * has been asked.
 *
 *   client          proxy          server
 *     SYN  ───────→  (nothing)
 *     ←─── SYN-ACK, cookie
 *     ACK  ───────→  entry, SYN ────→
 *                    ←─── SYN-ACK    (if the server has room)
 *     ←── data ──    ACK ───────────→
 *
 * What the server is told in answer to its SYN-ACK is an event of its own: the server is still sending when it is asked.
 * Leaves out: options in time stamps, the window of 0 that has a client wait for the server: its data waits here, one segment
 * of it.
 * Source: D7a; nf_synproxy_core.c, ipt_SYNPROXY.c.
 */
import { Counters } from '../../engine/counters.ts';
import { Gauges } from '../../engine/gauges.ts';
import type { EventSink } from '../../engine/loop.ts';
import { Phase } from '../../engine/time.ts';
import { Flag } from '../../network/segment.ts';
import { HostFate } from '../../network/syn-transit.ts';
import type { FrontEnd, FrontEndCause, FrontEndEnvironment } from '../front-end.ts';
import { Cookies } from '../textbook-cookies.ts';
import type { SynproxySpec } from '../specs.ts';
import { type FlowHost, Flows, FlowState } from './flows.ts';

/** As /proc/net/stat/synproxy has them, and what the table drops. */
const Counter = {
  SynReceived: 0,
  CookieInvalid: 1,
  CookieValid: 2,
  CookieRetrans: 3,
  ConnReopened: 4,
  Drop: 5,
} as const;
const COUNTERS = ['syn_received', 'cookie_invalid', 'cookie_valid', 'cookie_retrans', 'conn_reopened', 'drop'];

const CAUSES: readonly FrontEndCause[] = [
  {
    cause: 'conntrack_full',
    text: "the proxy's table of connections was full",
    counter: Counter.Drop,
    setting: 'server.front_end.max',
    rule: 'D7a',
  },
];
const WINDOW = 65_535;
const MSS_BYTES = 1460;
const SYN_ACK = Flag.Syn | Flag.Ack;
const NONE = -1;
/** After the segments of an instant, before packets that a processor has kept waiting. */
const ANSWER_PHASE = Phase.Process - 2;

export class Synproxy implements FrontEnd, FlowHost, EventSink {
  readonly counters: Counters;
  readonly gauges: Gauges;
  readonly causes = CAUSES;
  readonly firstAtNs: Float64Array;
  private readonly env: FrontEndEnvironment;
  private readonly cookies: Cookies;
  private readonly flows: Flows;
  private readonly answers: number; // lane of segments in answer to the server
  private held: Int32Array; // flow → segment of the client that waits for the server, NONE

  constructor(spec: SynproxySpec, env: FrontEndEnvironment) {
    this.counters = new Counters(COUNTERS);
    this.gauges = new Gauges(['nf_conntrack_count']);
    this.firstAtNs = new Float64Array(CAUSES.length).fill(-1);
    this.env = env;
    this.cookies = new Cookies(env.loop, env.random);
    this.flows = new Flows(env.loop, spec.max, spec, this);
    this.answers = env.loop.lane(0, env.loop.eventType(this, 0, ANSWER_PHASE));
    this.held = new Int32Array(0);
  }

  get bytes(): number {
    return this.flows.bytes + this.held.byteLength;
  }

  transmit(segment: number): void {
    const { env, flows } = this;
    const { segments } = env;
    const flags = segments.flagsOf(segment);
    const flow = flows.find(segments.endpointOf(segment), segments.peerOf(segment));
    if (segments.isSyn(segment)) return this.onSyn(segment, flow);
    if (flow < 0) return this.onCookie(segment, flags);
    if (flows.stateOf(flow) === FlowState.SynSent && (flags & Flag.Rst) === 0) return this.onRetry(flow, segment);
    flows.setState(flow, flows.next(flow, flags, true));
    this.env.segments.setAck(segment, segments.ackOf(segment) + flows.delta[flow]!);
    env.host.transmit(segment);
  }

  answer(segment: number): void {
    const { env, flows } = this;
    const { segments } = env;
    const flags = segments.flagsOf(segment);
    const flow = flows.find(segments.endpointOf(segment), segments.peerOf(segment));
    if (flow < 0) {
      // Of a connection that nobody has any more.
      segments.free(segment);
      return;
    }
    if ((flags & SYN_ACK) === SYN_ACK) return this.onSynAck(flow, segment);
    // Before the server has named its number there is nothing to translate: a RST is one for the client's.
    const isUnasked = flows.stateOf(flow) === FlowState.SynSent;
    const delta = flows.delta[flow]!;
    flows.setState(flow, flows.next(flow, flags, false));
    segments.setSeq(segment, isUnasked ? delta + 1 : segments.seqOf(segment) - delta);
    env.clients.transmit(segment);
  }

  /** Hands `segment`, an answer, to the server. */
  onEvent(_kind: number, segment: number): void {
    this.env.host.transmit(segment);
  }

  onCount(count: number): void {
    this.gauges.set(0, count, this.env.loop.nowNs);
  }

  onClose(flow: number): void {
    const held = this.held[flow] ?? NONE;
    if (held === NONE) return;
    this.env.segments.free(held);
    this.held[flow] = NONE;
  }

  checkInvariants(): void {
    this.flows.checkInvariants();
  }

  private onSyn(segment: number, flow: number): void {
    const { clients, segments, transit } = this.env;
    const endpoint = segments.endpointOf(segment);
    const peer = segments.peerOf(segment);
    const irs = segments.seqOf(segment);
    this.counters.add(Counter.SynReceived, 1);
    transit.endAtHost(segments.sourceOf(segment), HostFate.AnsweredByFrontEnd);
    if ((segments.flagsOf(segment) & Flag.Rst) === 0) {
      if (flow >= 0 && this.flows.stateOf(flow) >= FlowState.Closing) this.reopen(flow);
      const iss = this.cookies.make(endpoint, peer, irs);
      clients.transmit(segments.openWith(endpoint, peer, SYN_ACK, iss, irs + 1, WINDOW, MSS_BYTES));
    }
    segments.free(segment);
  }

  private reopen(flow: number): void {
    this.counters.add(Counter.ConnReopened, 1);
    this.flows.close(flow);
  }

  /** The first segment that brings the cookie; a wrong one is dropped without a word. */
  private onCookie(segment: number, flags: number): void {
    const { env, flows } = this;
    const { loop, segments } = env;
    const endpoint = segments.endpointOf(segment);
    const peer = segments.peerOf(segment);
    const irs = (segments.seqOf(segment) - 1) >>> 0;
    const iss = (segments.ackOf(segment) - 1) >>> 0;
    const isAck = (flags & (Flag.Ack | Flag.Rst | Flag.Syn)) === Flag.Ack;
    if (!isAck || !this.cookies.check(endpoint, peer, irs, iss)) {
      if (isAck) this.counters.add(Counter.CookieInvalid, 1);
      segments.free(segment);
      return;
    }
    if (flows.isFull) {
      this.counters.add(Counter.Drop, 1);
      if (this.firstAtNs[0]! < 0) this.firstAtNs[0] = loop.nowNs;
      segments.free(segment);
      return;
    }
    this.counters.add(Counter.CookieValid, 1);
    const flow = flows.open(endpoint, peer, FlowState.SynSent);
    flows.irs[flow] = irs;
    flows.delta[flow] = iss; // until the server has named its own
    this.hold(flow, segment);
    this.sendSyn(flow, endpoint, peer);
  }

  /** The server has not answered yet: the client's segment has it asked again. */
  private onRetry(flow: number, segment: number): void {
    const { segments } = this.env;
    const endpoint = segments.endpointOf(segment);
    const peer = segments.peerOf(segment);
    this.counters.add(Counter.CookieRetrans, 1);
    this.hold(flow, segment);
    this.flows.setState(flow, FlowState.SynSent);
    this.sendSyn(flow, endpoint, peer);
  }

  /** Keeps the client's last segment with data, if it has none yet; others carry nothing that the proxy does not know. */
  private hold(flow: number, segment: number): void {
    const { segments } = this.env;
    while (flow >= this.held.length) this.grow();
    const keeps = segments.lengthOf(segment) > 0 && this.held[flow] === NONE;
    if (keeps) this.held[flow] = segment;
    else segments.free(segment);
  }

  private sendSyn(flow: number, endpoint: number, peer: number): void {
    const { host, segments, transit } = this.env;
    const segment = segments.openWith(endpoint, peer, Flag.Syn, this.flows.irs[flow]!, 0, WINDOW, MSS_BYTES);
    transit.endAtHost(segments.sourceOf(segment), HostFate.OpenedByFrontEnd);
    host.transmit(segment);
  }

  /** The server has room: it gets its ACK, and what the client has said meanwhile. */
  private onSynAck(flow: number, segment: number): void {
    const { answers, env, flows } = this;
    const { loop, segments } = env;
    const endpoint = segments.endpointOf(segment);
    const peer = segments.peerOf(segment);
    const seq = segments.seqOf(segment);
    segments.free(segment);
    if (flows.stateOf(flow) === FlowState.SynSent) {
      flows.delta[flow] = seq - flows.delta[flow]!;
      flows.setState(flow, FlowState.Established);
    }
    loop.scheduleIn(answers, segments.openWith(endpoint, peer, Flag.Ack, flows.irs[flow]! + 1, seq + 1, WINDOW, 0));
    const held = this.held[flow]!;
    if (held === NONE) return;
    this.held[flow] = NONE;
    segments.setAck(held, segments.ackOf(held) + flows.delta[flow]!);
    loop.scheduleIn(answers, held);
  }

  private grow(): void {
    const held = new Int32Array(Math.max(64, 2 * this.held.length)).fill(NONE);
    held.set(this.held);
    this.held = held;
  }
}
