/** tune: the smallest backlog that takes everybody who comes while the accept loop pauses, and the lines to paste. */
import { tune } from 'halfopen';

const scenario = `
duration: 20s
server:
  stack: linux-6.18
  listen: { backlog: 128 }
  accept: { pauses: [{ at: 5s, for: 2s }] }
traffic:
  users: { kind: clients, arrivals: periodic(100/s), start: 5ms, rtt: 0s }
`;

const answer = await tune({ scenario, goal: 'listener.dropped_syns == 0', find: 'server.listen.backlog=1..4096' });
process.stdout.write(`${answer.find}=${answer.text}, right with probability ${answer.confidence}\n`);
for (const { line, where } of answer.settings) process.stdout.write(`${where}: ${line}\n`);
