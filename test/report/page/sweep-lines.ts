/** Lines of a sweep.csv of many points and settings, as a latin hypercube gives them: its numbers follow a law, and no run. */

const METRICS = [
  'users.unserved',
  'users.connect_ms.p99',
  'listener.dropped_syns',
  'listener.accept_queue.max',
  'listener.syn_queue.max',
  'flood.admitted',
];

/** Five settings; the backlog moves what is lost most. @param points at least 1. */
export function latinSweep(points: number): string[] {
  const header = [
    'server.listen.backlog',
    'traffic.users.arrivals',
    'server.accept.service',
    'server.stack',
    'traffic.users.rtt',
    'replications',
    'problem',
    ...METRICS.flatMap((name) => [name, `${name}.half_width`, `${name}.n`]),
  ].join(',');
  const stacks = ['linux-4.4', 'linux-5.15', 'linux-6.18', 'freebsd-14'];
  const rows = Array.from({ length: points }, (_, i) => {
    const at = (axis: number): number => scattered(i + points * axis);
    const backlog = 16 + Math.floor(4000 * at(1));
    const rate = 50 + Math.floor(950 * at(2));
    const service = 1 + Math.floor(50 * at(3));
    const values = [backlog, `poisson(${rate}/s)`, `${service}ms`, stacks[i % 4], `${10 + Math.floor(190 * at(4))}ms`];
    if (i % 500 === 499)
      return [...values, 0, 'limits.events was passed', ...METRICS.flatMap(() => ['', '', ''])].join(',');
    const lost = Math.max(0, Math.round(4e6 / backlog + 3 * rate + 20 * service - 2000));
    const numbers = METRICS.map((_name, m) => lost * (m + 1) + (i % 7));
    return [...values, 5, '', ...numbers.flatMap((mean) => [mean, mean / 20, 5])].join(',');
  });
  return [header, ...rows];
}

/** A number in [0, 1) that looks like chance, and is the same every time. */
function scattered(n: number): number {
  let mixed = Math.imul(n ^ (n >>> 15), 0x2c1b_3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a_2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
