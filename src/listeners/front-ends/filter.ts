/**
 * A filter that drops packets whose address cannot be where they come from: of the networks that floods with forged
 * addresses come from, a share filters what leaves them.
 * Leaves out: which networks; an address is filtered or not for the whole run.
 * Source: D8; BCP 38, RFC 4987 3.1.
 */
import { Counters } from '../../engine/counters.ts';
import { Gauges } from '../../engine/gauges.ts';
import { HostFate } from '../../network/syn-transit.ts';
import type { FrontEnd, FrontEndCause, FrontEndEnvironment } from '../front-end.ts';
import { mixed } from '../mix.ts';
import type { FilterSpec } from '../specs.ts';

const WORD = 2 ** 32;
const CAUSES: readonly FrontEndCause[] = [
  {
    cause: 'filtered',
    text: 'their addresses were forged, and the networks they came from filter such',
    counter: 0,
    setting: 'server.front_end.forged',
    rule: 'D8',
  },
];

export class Filter implements FrontEnd {
  readonly counters: Counters;
  readonly gauges: Gauges;
  readonly causes = CAUSES;
  readonly firstAtNs: Float64Array;
  readonly bytes = 0;
  private readonly env: FrontEndEnvironment;
  private readonly limit: number; // of a hash below which an address is filtered
  private readonly secret: number;

  constructor({ forged }: FilterSpec, env: FrontEndEnvironment) {
    this.counters = new Counters(['filtered']);
    this.gauges = new Gauges([]);
    this.firstAtNs = new Float64Array(CAUSES.length).fill(-1);
    this.env = env;
    this.limit = forged * WORD;
    this.secret = env.random.below(WORD);
  }

  transmit(segment: number): void {
    const { host, isForged, loop, segments, transit } = this.env;
    const source = segments.sourceOf(segment);
    const isFiltered =
      isForged[source] === true && mixed(this.secret, mixed(source, segments.peerOf(segment))) < this.limit;
    if (!isFiltered) return host.transmit(segment);
    this.counters.add(0, 1);
    if (this.firstAtNs[0]! < 0) this.firstAtNs[0] = loop.nowNs;
    if (segments.isSyn(segment)) transit.endAtHost(source, HostFate.DroppedByFrontEnd);
    segments.free(segment);
  }

  answer(segment: number): void {
    this.env.clients.transmit(segment);
  }

  checkInvariants(): void {
    // It has no state.
  }
}
