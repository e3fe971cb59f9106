/**
 * A scenario, resolved: every default filled in, every number in the unit of its name.
 * Leaves out: YAML, units, messages (the other files of this room).
 */
import type { LinkSpec } from '../network/link-spec.ts';
import type { CpuSpec, FrontEndSpec, StackSpec } from '../listeners/specs.ts';
import type { AcceptSpec } from '../server/specs.ts';
import type { TrafficSpec } from '../traffic/specs.ts';

/** The host under study. */
export interface ServerSpec {
  /** As written: `linux-1.2`, `classic`. */
  readonly stackName: string;
  readonly stack: StackSpec;
  /** Argument of listen(). */
  readonly backlog: number;
  readonly port: number;
  /** Ports of further listeners (backlog 128) on the same host, where nobody accepts. */
  readonly otherPorts: readonly number[];
  readonly accept: AcceptSpec;
  /** Without it packets and system calls take no time. */
  readonly cpu?: CpuSpec;
  /** Without it nothing stands between the network and the host. */
  readonly frontEnd?: FrontEndSpec;
}

/** A run that passes one of these stops. */
export interface Limits {
  /** A run that handles more events stops. */
  readonly events: number;
  /** A run whose state takes more bytes stops. */
  readonly memoryBytes: number;
}

/** A scenario that can run: every value there, in the unit that its name ends with. It is plain data, and parseScenario makes it. */
export interface Scenario {
  /** File name without its ending; `stdin` for standard input. */
  readonly name: string;
  readonly title: string;
  readonly seed: string;
  readonly durationNs: number;
  readonly warmupNs: number;
  /** Interval of the time series. */
  readonly sampleNs: number;
  readonly skip: 'auto' | 'off';
  readonly limits: Limits;
  readonly server: ServerSpec;
  readonly links: readonly LinkSpec[];
  readonly traffic: readonly TrafficSpec[];
}
