/** simulate: who is served while a flood of forged addresses fills the SYN queue, with and without SYN cookies. */
import { parseScenario, simulate } from 'halfopen';

const text = `
duration: 30s
server:
  stack: linux-6.18
  listen: { backlog: 128 }
  sysctl: { net.ipv4.tcp_syncookies: 0 }
traffic:
  users: { kind: clients, arrivals: poisson(20/s), rtt: 40ms, timeout: 5s, until: 25s }
  flood: { kind: syn-flood, arrivals: poisson(400/s) }
`;

for (const cookies of ['0', '1']) {
  const setting = { path: 'server.sysctl.net.ipv4.tcp_syncookies', value: cookies };
  const result = simulate({ scenario: parseScenario(text, 'flood.yaml', [setting]), files: new Map() });
  const valueOf = (path: string) => result.metrics.find((metric) => metric.path === path)?.value ?? 0;
  const served = `${valueOf('users.served')} of ${valueOf('users.started')} served`;
  process.stdout.write(`tcp_syncookies=${cookies}: ${served}\n`);
}
