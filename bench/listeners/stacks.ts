/** The stacks that are measured, in the words of a scenario file. */
import type { StackSpec } from '../../src/listeners/specs.ts';
import { parseScenario } from '../../src/scenario/parse.ts';

interface BenchStack {
  /** Section `server` of a listener that refuses what finds no room: without SYN cookies, where it has them. */
  readonly refusing: string;
  /** The same, with room for so many half-open connections. */
  readonly roomy: (halfOpen: number) => string;
}

const STACKS = {
  'linux-1.2': { refusing: 'stack: linux-1.2', roomy: () => 'stack: linux-1.2' },
  'linux-6.18': {
    refusing: 'stack: linux-6.18, sysctl: { net.ipv4.tcp_syncookies: 0 }',
    // Without cookies the last quarter of tcp_max_syn_backlog is for proven peers: it lies beyond the backlog.
    roomy: (halfOpen) => {
      const bounds = `net.core.somaxconn: ${halfOpen}, net.ipv4.tcp_max_syn_backlog: ${2 * halfOpen}`;
      return `stack: linux-6.18, sysctl: { net.ipv4.tcp_syncookies: 0, ${bounds} }`;
    },
  },
  'freebsd-14': {
    refusing: 'stack: freebsd-14, sysctl: { net.inet.tcp.syncookies: 0 }',
    roomy: (halfOpen) => {
      const syncache = `net.inet.tcp.syncache.hashsize: 65536, net.inet.tcp.syncache.bucketlimit: 128`;
      return `stack: freebsd-14, sysctl: { ${syncache}, net.inet.tcp.syncache.cachelimit: ${halfOpen} }`;
    },
  },
  classic: { refusing: 'stack: classic', roomy: (halfOpen) => `stack: classic, classic: { slots: ${halfOpen} }` },
} as const satisfies Readonly<Record<string, BenchStack>>;

export type StackName = keyof typeof STACKS;
export const STACK_NAMES = Object.keys(STACKS) as StackName[];

/** A whole line of a scenario. @param settings further keys of the section: `listen: { backlog: 128 }`. */
export function serverText(stack: StackName, settings: string): string {
  return `server: { ${[STACKS[stack].refusing, settings].filter((text) => text !== '').join(', ')} }`;
}

/** @param settings as above. */
export function stackSpec(stack: StackName, settings = ''): StackSpec {
  return specOf(serverText(stack, settings));
}

/** Linux as it comes: what finds no room is answered by a SYN cookie. */
export function cookieSpec(): StackSpec {
  return specOf('server: { stack: linux-6.18 }');
}

/** A stack with room for `halfOpen` half-open connections; Linux 1.2 has 128 for a listener, and no more. */
export function roomySpec(stack: StackName, halfOpen: number): StackSpec {
  return specOf(`server: { ${STACKS[stack].roomy(halfOpen)} }`);
}

function specOf(server: string): StackSpec {
  const text = `duration: 1s\n${server}\ntraffic: { one: { kind: clients, arrivals: burst(1) } }`;
  return parseScenario(text, 'bench.yaml').server.stack;
}
