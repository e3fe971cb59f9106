/**
 * A stateful firewall that keeps an entry for every SYN: a table that is smaller than what the server behind it bears is the
 * first thing that a flood fills.
 * Leaves out: the time it takes, rules, packets of connections that began before it did.
 * Source: D9; nf_conntrack_proto_tcp.c, nf_conntrack_core.c.
 */
import { Counters } from '../../engine/counters.ts';
import { Gauges } from '../../engine/gauges.ts';
import { HostFate } from '../../network/syn-transit.ts';
import type { FrontEnd, FrontEndCause, FrontEndEnvironment } from '../front-end.ts';
import type { ConntrackSpec } from '../specs.ts';
import { type FlowHost, Flows, FlowState } from './flows.ts';

const Counter = { New: 0, Drop: 1, EarlyDrop: 2 } as const;

const CAUSES: readonly FrontEndCause[] = [
  {
    cause: 'conntrack_full',
    text: "the firewall's table of connections was full",
    counter: Counter.Drop,
    setting: 'server.front_end.max',
    rule: 'D9',
  },
];

export class Conntrack implements FrontEnd, FlowHost {
  readonly counters: Counters;
  readonly gauges: Gauges;
  readonly causes = CAUSES;
  readonly firstAtNs: Float64Array;
  private readonly env: FrontEndEnvironment;
  private readonly flows: Flows;
  private readonly dropsEarly: boolean;

  constructor(spec: ConntrackSpec, env: FrontEndEnvironment) {
    this.counters = new Counters(['nf_conntrack_new', 'nf_conntrack_drop', 'nf_conntrack_early_drop']);
    this.gauges = new Gauges(['nf_conntrack_count']);
    this.firstAtNs = new Float64Array(CAUSES.length).fill(-1);
    this.env = env;
    this.flows = new Flows(env.loop, spec.max, spec, this);
    this.dropsEarly = spec.whenFull === 'early-drop';
  }

  get bytes(): number {
    return this.flows.bytes;
  }

  transmit(segment: number): void {
    const { env, flows } = this;
    const { segments } = env;
    const flow = flows.find(segments.endpointOf(segment), segments.peerOf(segment));
    if (flow >= 0) flows.setState(flow, flows.next(flow, segments.flagsOf(segment), true));
    else if (segments.isSyn(segment) && !this.tryTrack(segment)) return this.drop(segment);
    env.host.transmit(segment);
  }

  answer(segment: number): void {
    const { env, flows } = this;
    const { segments } = env;
    const flow = flows.find(segments.endpointOf(segment), segments.peerOf(segment));
    if (flow >= 0) flows.setState(flow, flows.next(flow, segments.flagsOf(segment), false));
    env.clients.transmit(segment);
  }

  onCount(count: number): void {
    this.gauges.set(0, count, this.env.loop.nowNs);
  }

  checkInvariants(): void {
    this.flows.checkInvariants();
  }

  private tryTrack(segment: number): boolean {
    const { env, flows } = this;
    const { segments } = env;
    if (flows.isFull) {
      if (!this.dropsEarly || !flows.tryEarlyDrop(env.random)) return false;
      this.counters.add(Counter.EarlyDrop, 1);
    }
    this.counters.add(Counter.New, 1);
    flows.open(segments.endpointOf(segment), segments.peerOf(segment), FlowState.SynSent);
    return true;
  }

  private drop(segment: number): void {
    const { loop, segments, transit } = this.env;
    this.counters.add(Counter.Drop, 1);
    if (this.firstAtNs[0]! < 0) this.firstAtNs[0] = loop.nowNs;
    transit.endAtHost(segments.sourceOf(segment), HostFate.DroppedByFrontEnd);
    segments.free(segment);
  }
}
