/** A bench for rules: one FreeBSD host (test/support/listener-bench.ts). */
import { FreeBsd } from '../../../src/listeners/freebsd/freebsd.ts';
import type { SysctlValues } from '../../../src/listeners/sysctl.ts';
import { ListenerBench, PORT } from '../../support/listener-bench.ts';

export { isnOf, OTHER_PORT } from '../../support/listener-bench.ts';

export class Host extends ListenerBench<FreeBsd> {
  constructor(name = 'freebsd-14', sysctl: SysctlValues = {}, backlog = 128) {
    super((env) => new FreeBsd({ kind: 'freebsd', name, sysctl }, env), backlog, PORT);
  }

  /** Instants of the SYN-ACKs to `peer`, s. */
  synAckTimes(peer: number): number[] {
    return this.sent.filter((s) => s.peer === peer && s.flags === 'SA').map((s) => s.atS);
  }

  /** Half-open connections. */
  get halfOpen(): number {
    return this.stack.gauges.levelOf(0);
  }

  get isPaused(): boolean {
    return this.stack.gauges.levelOf(2) === 1;
  }

  /** Losses by cause. */
  get losses(): Record<string, number> {
    const { counters } = this.stack.losses;
    return Object.fromEntries(counters.names.map((name, i) => [name, counters.valueOf(i)]));
  }

  /** SYNs of new peers until the first overflow. */
  fill(first: number, count: number): void {
    for (let peer = first; peer < first + count; peer++) this.syn(peer);
  }
}

/** A cache of one bucket of three entries, whose zone is larger: the kernel's is rounded up to whole slabs. */
export const ONE_BUCKET = {
  'net.inet.tcp.syncache.hashsize': 1,
  'net.inet.tcp.syncache.bucketlimit': 3,
  'net.inet.tcp.syncache.cachelimit': 100,
};
