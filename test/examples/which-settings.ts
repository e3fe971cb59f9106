/** tune: which of several settings serves most for the shortest queue, through a flood and a pause; what each of the others costs more. */
import { tune } from 'halfopen';

const scenario = `
duration: 20s
server:
  stack: linux-6.18
  listen: { backlog: 16 }
  accept: { service: 2ms, pauses: [{ at: 12s, for: 1s }] }
traffic:
  users: { kind: clients, arrivals: poisson(50/s), rtt: 40ms, timeout: 3s }
  flood: { kind: syn-flood, arrivals: poisson(200/s), start: 2s, until: 10s }
`;

const { best, confidence, contenders } = await tune({
  scenario,
  vary: ['server.listen.backlog=16,64,256', 'server.sysctl.net.ipv4.tcp_syncookies=0,1'],
  cost: '10*users.unserved + 0.01*server.listen.backlog',
  difference: 20,
});
process.stdout.write(`best, right with probability ${confidence}: ${JSON.stringify(best?.at)}\n`);
for (const { at, more, standing } of contenders)
  process.stdout.write(`${Object.values(at).join(' ')}: ${standing} ${more?.mean?.toFixed(1) ?? ''}\n`);
