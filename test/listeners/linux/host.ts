/** A bench for rules: one Linux host of any version (test/support/listener-bench.ts). */
import { Linux } from '../../../src/listeners/linux/linux.ts';
import type { LinuxSettings, LinuxSpec } from '../../../src/listeners/specs.ts';
import { defaultSettings, kernelNamed } from '../../../src/listeners/stacks.ts';
import { ListenerBench, PORT } from '../../support/listener-bench.ts';

export interface HostOptions extends Partial<Omit<LinuxSpec, 'kind' | 'version' | 'settings'>> {
  readonly settings?: Partial<LinuxSettings>;
}

function linuxSpec(name: string, options: HostOptions = {}): LinuxSpec {
  const { version } = kernelNamed(name);
  if (version === null) throw new RangeError(name);
  const { settings, ...rest } = options;
  return {
    kind: 'linux',
    version,
    settings: { ...defaultSettings(version), ...settings },
    reuseport: 1,
    deferAcceptNs: 0,
    fastopen: 0,
    wheelHz: 0,
    ...rest,
  };
}

export class Host extends ListenerBench<Linux> {
  /** Listens with `backlog` on PORT, and with 128 on OTHER_PORT. */
  constructor(name: string, backlog = 128, options: HostOptions = {}) {
    super((env) => new Linux(linuxSpec(name, options), env), backlog, PORT);
  }

  /** Requests in the SYN queue. */
  get qlen(): number {
    return this.stack.gauges.levelOf(0);
  }

  /** Connections in the accept queue. */
  get acc(): number {
    return this.stack.gauges.levelOf(1);
  }

  get young(): number {
    return this.stack.gauges.levelOf(2);
  }

  /** Counters that are not 0, by their names without Tcp and TcpExt; counters of work and of segments are left out. */
  get moved(): Record<string, number> {
    const { names, values } = this.stack.counters;
    const own = names.map((name, i) => [name.replace(/^Tcp(?:Ext)?/, ''), values[i] ?? 0] as const);
    return Object.fromEntries(
      own.filter(([name, value]) => value !== 0 && /^[A-Z]/.test(name) && !name.endsWith('Segs')),
    );
  }

  /** SYNs of peers [from, to). */
  syns(from: number, to: number): void {
    for (let peer = from; peer < to; peer++) this.syn(peer);
  }

  /** Whole handshakes of peers [from, to). */
  connects(from: number, to: number): void {
    for (let peer = from; peer < to; peer++) this.connect(peer);
  }
}
