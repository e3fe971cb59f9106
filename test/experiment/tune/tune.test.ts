import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mm1k } from '../../../src/experiment/formulas/markov-queues.ts';
import { tune } from '../../../src/experiment/tune/tune-scenario.ts';
import { isInputError } from '../../../src/engine/errors.ts';
import { counts } from '../../support/counts.ts';

const test = suite('tuning');

/** A server whose accept loop pauses, with arrivals in the middle of their periods: lambda T of them fall into the pause. */
const pause = (perSec: number, ms: number): string => `duration: 12s
server:
  stack: linux-6.18
  listen: { backlog: 128 }
  sysctl: { net.core.somaxconn: 65535 }
  accept: { pauses: [{ at: 2s, for: ${ms}ms }] }
traffic:
  users: { kind: clients, stack: linux-6.18, arrivals: periodic(${perSec}/s), start: ${Math.round(5e8 / perSec)}ns, rtt: 0s }
`;

test('behind a pause the smallest backlog without a loss is A - 1, exactly (kernel rules, closed forms)', async () => {
  const pairs = [
    [100, 2000],
    [100, 500],
    [50, 3000],
    [200, 1000],
    [400, 250],
    [250, 400],
    [80, 1250],
    [20, 5000],
    [500, 100],
    [40, 4000],
  ] as const;
  for (const [perSec, ms] of pairs) {
    const scenario = pause(perSec, ms);
    const answer = await tune({ scenario, goal: 'listener.dropped_syns == 0', find: 'server.listen.backlog=1..4096' });
    const { confidence, interval, isExact, isMonotone, value } = answer;
    const expected = (perSec * ms) / 1000 - 1;
    assert.equal([value, interval, confidence, isExact], [expected, [expected, expected], 1, true]);
    assert.ok(isMonotone);
    assert.equal(answer.settings[0]?.line, `listen(fd, ${expected})`);
  }
});

/** M/M/1/K: load, and the K whose loss is just below the target, which lies between 0.2 and 0.001. */
const QUEUES = [
  [0.7, 3],
  [0.9, 5],
  [0.8, 4],
  [0.75, 5],
  [0.7, 8],
  [0.8, 6],
  [0.75, 12],
  [0.85, 9],
  [0.8, 14],
  [0.7, 16],
] as const;

test('of M/M/1/K queues it finds every K', async () => {
  const verdicts: string[] = [];
  for (const [load, places] of QUEUES.slice(0, counts.tuneQueues)) {
    const loss = (k: number): number => mm1k(load * 1000, 1000, k).blocking;
    const target = Math.sqrt(loss(places - 1) * loss(places));
    assert.ok(target < 0.2 && target > 1e-3, String(target));
    const scenario = `duration: 27s
warmup: 2s
sample: 27s
server:
  stack: classic
  classic: { slots: 100000, hold: fixed(1s) }
  listen: { backlog: 60 }
  accept: { workers: 1, service: exponential(1ms) }
traffic:
  users: { kind: clients, stack: schedule(0s; fails 1s), arrivals: poisson(${load * 1000}/s), rtt: 0s, speaks: false }
`;
    const goal = `users.syns_refused <= ${target * 100}%`;
    const { interval, value } = await tune({ scenario, goal, find: 'server.listen.backlog=1..128' });
    const [low, high] = interval ?? [NaN, NaN];
    assert.ok(low <= places - 1 && places - 1 <= high, `load ${load}: ${places - 1} is not from ${low} to ${high}`);
    verdicts.push(value === null ? 'undecided' : value === places - 1 ? 'right' : 'wrong');
  }
  assert.not(verdicts.includes('wrong'));
  assert.not(verdicts.includes('undecided'), verdicts.join());
});

test('where nothing depends on the value, and it lies at the bound, that is said soon', async () => {
  const scenario = `duration: 20s
sample: 20s
server: { stack: linux-6.18, listen: { backlog: 128 }, accept: { service: exponential(1ms) } }
links: { access: { delay: 1ms, loss: 1% } }
traffic:
  users: { kind: clients, stack: schedule(0s; fails 1s), arrivals: poisson(200/s), rtt: 10ms, link: access, speaks: false, until: 18s }
`;
  // A SYN or its answer is lost: 1 - 0.99^2.
  const input = { scenario, goal: 'users.unserved <= 1.99%', eventsMax: 4e7 };
  const { events, evidence, found, hints, interval } = await tune({
    ...input,
    find: 'server.listen.backlog=50..65535',
  });
  assert.equal([found, interval], [false, null]);
  assert.ok(evidence.every(({ verdict }) => verdict === 'open'));
  assert.match(hints[0]?.text ?? '', /makes no difference to the goal/);
  assert.ok(events < 0.6 * input.eventsMax, String(events));
});

/** A slow flood against a queue without cookies, whose 3/4 of tcp_max_syn_backlog is less than half of a large backlog (surprise 6). */
const BLACK_OUT = `duration: 60s
server:
  stack: linux-6.18
  listen: { backlog: 128 }
  sysctl: { net.core.somaxconn: 4096, net.ipv4.tcp_syncookies: 0, net.ipv4.tcp_max_syn_backlog: 256 }
traffic:
  users: { kind: clients, stack: linux-6.18, arrivals: periodic(9/s), rtt: 20ms, speaks: false, timeout: 10s }
  flood: { kind: syn-flood, arrivals: periodic(100/s), until: 50s }
`;

test('where a larger backlog blacks the server out, it says that the goal is not monotone, and where it is met', async () => {
  const goal = 'users.unserved <= 60%';
  const answer = await tune({ scenario: BLACK_OUT, goal, find: 'server.listen.backlog=1..4096' });
  assert.is(answer.isMonotone, false);
  assert.is(answer.confidence, null);
  assert.is(answer.ranges.length, 1);
  const [from, to] = answer.ranges[0]!;
  assert.ok(from > 1 && to < 600, `${from} to ${to}`);
  assert.is(answer.evidence.at(-1)?.verdict, 'fails');
});

test('under a flood of forged addresses without cookies, growth is not the cure, even where it would hold this flood', async () => {
  const flood = BLACK_OUT.replace('max_syn_backlog: 256', 'max_syn_backlog: 65536');
  for (const scenario of [BLACK_OUT, flood, flood.replace(/ {2}users: .*\n/, '')]) {
    const goal = scenario.includes('users:') ? 'users.unserved <= 5%' : 'listener.dropped_syns == 0';
    const { hints, settings } = await tune({ scenario, goal, find: 'server.listen.backlog=1..4096' });
    assert.equal(
      settings.map(({ line }) => line),
      ['net.ipv4.tcp_syncookies = 1'],
    );
    assert.match(hints[0]?.text ?? '', /a longer queue is no cure.*tcp_syncookies=1 the queue as it is meets the goal/);
  }
});

test('under a burst of honest clients before a slow accept, growth is the cure', async () => {
  const scenario = `duration: 20s
server: { stack: linux-6.18, listen: { backlog: 16 }, accept: { service: 5ms } }
traffic: { users: { kind: clients, stack: linux-6.18, arrivals: burst(300), rtt: 20ms, timeout: 3s } }
`;
  const answer = await tune({ scenario, goal: 'users.unserved == 0' });
  assert.equal([answer.present?.verdict, answer.isMonotone], ['fails', true]);
  assert.ok(answer.value! > 16);
  assert.is(answer.settings[0]?.line, `listen(fd, ${answer.value})`);
  assert.equal(
    answer.settings.map(({ where }) => where),
    ['listen()', 'sysctl', 'nginx', 'Node.js', 'Redis', 'PostgreSQL', 'HAProxy', 'systemd'],
  );
});

test('sledge, pull request 395: 200 clients at once lose SYNs behind 128, and none behind 4096', async () => {
  const scenario = `duration: 6s
server: { stack: linux-6.8, listen: { backlog: 128 }, accept: { start: 5ms, service: 50us } }
traffic: { users: { kind: clients, stack: linux-6.8, arrivals: periodic(50000/s), count: 200, rtt: 0s } }
`;
  const answer = await tune({ scenario, goal: 'users.connect_ms.max < 1000', find: 'server.listen.backlog=64..4096' });
  const at = (value: number) => answer.evidence.find((one) => one.value === value);
  const worstMs = at(128)?.metrics[0]?.mean ?? 0;
  assert.is(at(128)?.verdict, 'fails');
  assert.ok(worstMs >= 1000 && worstMs <= 1150, String(worstMs));
  assert.is(at(4096)?.verdict, 'meets');
  // All 200 come before the first accept().
  assert.is(answer.value, 199);
});

test('agentmail, pull request 46: Node’s 511 is pegged at 512 while the loop stalls, and 4096 are more than enough', async () => {
  const scenario = `duration: 40s
server: { stack: linux-6.18, listen: { backlog: 511 }, accept: { service: 1ms, pauses: [{ at: 5s, for: 20s }] } }
traffic: { users: { kind: clients, stack: linux-6.18, arrivals: periodic(92/s), rtt: 10ms, until: 36s } }
`;
  const goal = 'listener.TcpExtListenOverflows == 0 and listener.accept_queue.max <= 4096';
  const answer = await tune({ scenario, goal, find: 'server.listen.backlog=128..4096' });
  assert.equal([answer.present, answer.isMonotone], [{ value: 511, verdict: 'fails' }, true]);
  // 92/s for 20 s, and one less than wait.
  assert.ok(Math.abs(answer.value! - (92 * 20 - 1)) <= 1, String(answer.value));
});

test('a cap is found out by trying, and told', async () => {
  const scenario = pause(100, 2000).replace('somaxconn: 65535', 'somaxconn: 128');
  const answer = await tune({ scenario, goal: 'listener.dropped_syns == 0', find: 'server.listen.backlog=1..4096' });
  assert.equal([answer.found, answer.interval, answer.settings.length], [false, null, 0]);
  assert.match(
    answer.hints[0]?.text ?? '',
    /net\.core\.somaxconn=128 caps the backlog.*With 4096 for both the goal is met/,
  );
});

test('cookies that hide a full SYN queue are told of, with what happens without them', async () => {
  const scenario = `duration: 10s
server: { stack: linux-6.18, listen: { backlog: 64 }, accept: { service: 1ms } }
traffic: { users: { kind: clients, stack: linux-6.18, arrivals: burst(300), rtt: 20ms, timeout: 900ms } }
`;
  const { hints, value } = await tune({ scenario, goal: 'users.unserved == 0' });
  assert.ok(value !== null && value < 299);
  assert.match(
    hints.map(({ text }) => text).join(),
    /cookies hide a full SYN queue: \d+ were sent.*tcp_syncookies=0 that value fails/,
  );
});

test('the largest rate that a server takes', async () => {
  const scenario = pause(10, 2000);
  const answer = await tune({
    scenario,
    goal: 'listener.dropped_syns == 0',
    find: 'traffic.users.arrivals=periodic(10/s)..periodic(500/s)',
    seeks: 'largest',
  });
  assert.ok(answer.found && answer.text === `periodic(${answer.value}/s)`);
  assert.ok(Math.abs(answer.value! - 129 / 2) <= 1, String(answer.value));
  assert.equal(answer.settings, []);
});

test('a goal, a path and limits that are wrong are told together', async () => {
  try {
    await tune({
      scenario: pause(10, 100),
      goal: 'users.unsrved <= 1%',
      find: 'server.listn.backlog=1..5',
      confidence: 0.2,
    });
    assert.unreachable();
  } catch (error) {
    if (!isInputError(error)) throw error;
    assert.equal(
      error.issues.map(({ where }) => where),
      ['--goal:1:1', '--find:1:1', '--confidence'],
    );
  }
});

test('a goal that is met as far as rare losses come in small clusters says so', async () => {
  const scenario = `duration: 1s
server:
  stack: linux-6.18
  listen: { backlog: 20 }
  accept: { service: exponential(5ms) }
  sysctl: { net.ipv4.tcp_syncookies: 0 }
traffic: { users: { kind: clients, arrivals: poisson(300/s), rtt: 20ms } }
`;
  const find = 'server.accept.workers=1..3';
  const { hints, value } = await tune({ scenario, goal: 'listener.dropped_syns <= 2', find });
  assert.is(value, 2);
  const told =
    /^listener\.dropped_syns came to (\d+) in (\d+) runs at 2\. That it is at most (\S+) a run .* assumption/;
  const [, counted, runs, most] = told.exec(hints.map(({ text }) => text).join('\n')) ?? [];
  assert.ok(Number(counted) / Number(runs) < Number(most) && Number(most) <= 2, hints[0]?.text);
  // Where each run loses as much there is nothing to assume.
  const overloaded = await tune({ scenario, goal: 'listener.dropped_syns >= 1', find, seeks: 'largest' });
  assert.is(overloaded.value, 1);
  assert.equal(
    overloaded.hints.filter(({ text }) => text.includes('assumption')),
    [],
  );
});

test.run();
