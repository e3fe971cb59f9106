/** sweep: the share of clients that a server with two workers turns away, by load and by backlog, with 95 % intervals. */
import { sweep } from 'halfopen';

const scenario = `
duration: 20s
warmup: 1s
server:
  stack: classic
  listen: { backlog: 8 }
  accept: { workers: 2, service: exponential(10ms) }
traffic:
  users: { kind: clients, stack: schedule(0s; fails 1s), arrivals: poisson(150/s), speaks: false }
`;

const { points } = await sweep({
  scenario,
  vary: ['traffic.users.arrivals=poisson(150/s),poisson(190/s)', 'server.listen.backlog=8,16'],
  replications: 5,
});
for (const { at, metrics } of points) {
  const refused = metrics.find(({ path }) => path === 'users.syns_refused');
  const [mean, half] = [refused?.mean ?? 0, refused?.halfWidth ?? 0].map((value) => value.toFixed(1));
  process.stdout.write(`${Object.values(at).join(' backlog ')}: ${mean} ± ${half} SYNs refused\n`);
}
