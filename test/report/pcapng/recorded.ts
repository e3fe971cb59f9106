/** Scenarios that differ in all that a capture shows, and what is recorded of a run of each. */
import { PacketRecorder } from '../../../src/report/pcapng/packet-recorder.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';
import type { RunResult } from '../../../src/simulation/result.ts';
import { simulate } from '../../../src/simulation/simulate.ts';

const LINK = 'links: { wan: { rate: 1Mbps, delay: 10ms, jitter: 1ms, loss: 5%, queue: 10 packets } }';
/** Name → scenario; all traffic is over long before the end, so nothing is on its way then. */
export const RECORDED: Readonly<Record<string, string>> = {
  'linux-1.2 behind a link that loses packets': `duration: 4000s
server: { stack: linux-1.2, listen: { backlog: 5 }, accept: { service: exponential(100ms) } }
${LINK}
traffic:
  users: { kind: clients, stack: linux-2.4, arrivals: poisson(5/s), until: 60s, rtt: 20ms, link: wan }
  flood: { kind: syn-flood, arrivals: poisson(2/s), until: 30s, sources: responsive, reset_after: 50ms, link: wan }
`,
  'linux-6.18 with a full accept queue, on two paths': `duration: 600s
server:
  stack: linux-6.18
  listen: { backlog: 8 }
  sysctl: { net.ipv4.tcp_syncookies: 0, net.ipv4.tcp_abort_on_overflow: 1 }
  accept: { service: exponential(50ms), pauses: [{ at: 5s, for: 5s }], reply: 3000 bytes }
${LINK}
traffic:
  users: { kind: clients, stack: linux-6.5, arrivals: poisson(10/s), until: 30s, rtt: 20ms, link: wan }
  near: { kind: clients, stack: [windows, macos], arrivals: poisson(5/s), until: 30s, rtt: 1ms, addresses: 3 }
`,
  'linux-6.18 with Fast Open': `duration: 600s
server:
  stack: linux-6.18
  listen: { backlog: 64, fastopen: 16 }
  sysctl: { net.ipv4.tcp_fastopen: 3 }
  accept: { service: exponential(5ms) }
${LINK}
traffic:
  users: { kind: clients, stack: linux-6.18, arrivals: poisson(10/s), until: 30s, addresses: 20, fastopen: request, link: wan }
  stolen: { kind: syn-flood, arrivals: poisson(2/s), until: 30s, sources: responsive, reset_after: 50ms, fastopen: stolen }
  guessed: { kind: syn-flood, arrivals: poisson(2/s), until: 30s, fastopen: guessed }
`,
  'freebsd-14 under attack': `duration: 300s
server: { stack: freebsd-14, listen: { backlog: 4 }, accept: { mode: poll, period: 500ms } }
traffic:
  users: { kind: clients, stack: freebsd-14, arrivals: poisson(5/s), until: 20s, rtt: 30ms, timeout: 10s }
  botnet: { kind: connection-flood, arrivals: poisson(20/s), until: 20s, hold: 1s }
  bogus: { kind: ack-flood, arrivals: poisson(5/s), until: 20s }
  closed: { kind: syn-flood, arrivals: poisson(5/s), until: 20s, port: 81 }
`,
};

export interface Recorded {
  readonly bytes: Uint8Array;
  readonly result: RunResult;
}

/** Runs a scenario, and records it. */
export function record(text: string): Recorded {
  const blocks: Uint8Array[] = [];
  const recorder = new PacketRecorder((bytes) => blocks.push(bytes.slice()), 'a test');
  const scenario = parseScenario(text, 'recorded.yaml');
  const result = simulate({ scenario, files: new Map(), observer: recorder });
  recorder.end();
  return { bytes: Buffer.concat(blocks), result };
}
