/** The shortest program: who is served behind a backlog of 64 while the accept loop pauses. */
import { parseScenario, simulate } from 'halfopen';

const text = `
duration: 30s
server:
  stack: linux-6.18
  listen: { backlog: 64 }
  accept: { pauses: [{ at: 10s, for: 2s }] }
traffic:
  users: { kind: clients, arrivals: poisson(100/s), rtt: 20ms, until: 25s }
`;

const { metrics } = simulate({ scenario: parseScenario(text, 'pause.yaml'), files: new Map() });
for (const { path, unit, value } of metrics.filter(({ path }) =>
  /^users\.(?:started|served|connect_ms\.max)$/.test(path),
))
  process.stdout.write(`${path} ${value} ${unit}\n`);
