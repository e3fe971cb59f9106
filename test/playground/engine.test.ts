import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PlayEngine } from '../../src/playground/engine.ts';
import type { FromWorker, QuestionFile, ToWorker } from '../../src/playground/protocol.ts';
import { BLANK, type PlayState, withSetting, withStack } from '../../src/playground/state.ts';
import { ACCEPT_QUEUE, SYN_QUEUE } from '../../src/listeners/listener.ts';

const NAMES = ['node-queue-pegged-at-512', 'tcp-max-syn-backlog-or-somaxconn', 'does-linux-drop-the-syn-or-the-ack'];
const QUESTIONS = NAMES.map((name): QuestionFile => {
  return { name, text: readFileSync(`scenarios/questions/${name}.yaml`, 'utf8'), title: name, answer: `of ${name}` };
});

type Answer<K extends FromWorker['kind']> = Extract<FromWorker, { kind: K }>;

class Visit {
  readonly engine: PlayEngine;
  readonly said: FromWorker[] = [];
  private id = 0;

  constructor() {
    const breathe = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
    this.engine = new PlayEngine((message) => this.said.push(message), breathe);
    void this.engine.onMessage({ kind: 'open', questions: QUESTIONS });
  }

  /** Asks, and waits until it is done. */
  async ask<K extends FromWorker['kind']>(message: Omit<ToWorker, 'id'>, kind: K): Promise<Answer<K>> {
    await this.engine.onMessage({ ...message, id: ++this.id } as ToWorker);
    const last = this.said.at(-1);
    assert.is(last?.kind, kind, JSON.stringify(last).slice(0, 400));
    return last as Answer<K>;
  }

  run(state: Partial<PlayState>): Promise<Answer<'result'>> {
    return this.ask({ kind: 'run', state: { ...BLANK, ...state } } as ToWorker, 'result');
  }
}

const test = suite('engine of the playground');

test('a question gives the files of its shipped results, byte for byte', async () => {
  const visit = new Visit();
  for (const question of NAMES) {
    await visit.run({ question });
    const { sides } = await visit.ask({ kind: 'files' }, 'files');
    for (const { name, text } of sides[0] ?? []) {
      const shipped = name.endsWith('.yaml') ? `scenarios/questions/${name}` : `results/questions/${question}/${name}`;
      assert.is(text, readFileSync(shipped, 'utf8'), shipped);
    }
    assert.is(sides[0]?.length, 5);
  }
});

test('a dial moves what is dropped; another stack runs beside it, with what it knows', async () => {
  const visit = new Visit();
  const question = 'node-queue-pegged-at-512';
  const dropped = (message: Answer<'result'>, side = 0): number | null | undefined =>
    message.sides[side]?.metrics.find(({ path }) => path === 'listener.dropped_syns')?.value;
  const as = await visit.run({ question });
  const more = await visit.run(
    withSetting({ ...BLANK, question, other: 'linux-1.2' }, 'server.listen.backlog', '4000'),
  );
  assert.is(dropped(as), 6897);
  assert.is(dropped(more), 0);
  assert.ok((dropped(more, 1) ?? 0) > 9000, 'Linux 1.2 cuts the backlog to 128');
  const { answers } = await visit.ask({ kind: 'changes' }, 'answers');
  assert.match(answers[1] ?? '', /What would change it/);
});

test('every dial of every question can be turned on every stack', async () => {
  const visit = new Visit();
  for (const stack of [null, 'linux-1.2', 'linux-2.4', 'freebsd-14', 'classic']) {
    await visit.run({ question: 'node-queue-pegged-at-512', stack });
    const prepared = visit.said.findLast((message) => message.kind === 'prepared');
    assert.ok(prepared !== undefined && prepared.frame.dials.length >= 3);
    for (const dial of prepared.frame.dials.flatMap(({ dials }) => dials)) {
      if (dial.kind === 'pause') continue;
      const value =
        dial.kind === 'choice' ? (dial.choices.at(-1)?.value ?? '') : `${dial.before}${dial.max}${dial.after}`;
      const state = withSetting({ ...BLANK, question: 'does-linux-drop-the-syn-or-the-ack', stack }, dial.path, value);
      await visit.run(state);
    }
  }
  const turned = withSetting({ ...BLANK, question: NAMES[0] ?? '' }, 'server.sysctl.net.core.somaxconn', '7');
  assert.equal(withStack(turned, 'freebsd-14').settings, []);
});

test('dials end where the scenario would no longer be one: whom a pause names stays', async () => {
  const visit = new Visit();
  const text = `duration: 5s
server: { stack: linux-6.18, accept: { workers: 4, pauses: [{ at: 0s, for: 1s, worker: 2 }] } }
traffic: { users: { kind: clients, arrivals: poisson(20/s) } }
`;
  await visit.run({ text });
  const prepared = visit.said.findLast((message) => message.kind === 'prepared');
  const dials = prepared?.frame.dials.flatMap((group) => group.dials) ?? [];
  for (const dial of dials) {
    if (dial.kind !== 'number') continue;
    if (dial.path === 'server.accept.workers') assert.is(dial.min, 3);
    await visit.run(withSetting({ ...BLANK, text }, dial.path, `${dial.before}${dial.min}${dial.after}`));
  }
});

test('what is no scenario, needs a file, or never ends is said, and the next request is served', async () => {
  const visit = new Visit();
  const text = 'duration: 5s\nserver: { stack: linux-6.18, listen: { backlgo: 5 } }\ntraffic: {}\n';
  const first = await visit.ask({ kind: 'run', state: { ...BLANK, text } } as ToWorker, 'problems');
  assert.match(
    first.issues.map(({ expected, where }) => `${where} ${expected}`).join(),
    /my-scenario\.yaml:2:\d+ .*backlog/,
  );
  const capture =
    'duration: 5s\nserver: { stack: classic }\ntraffic: { f: { kind: syn-flood, arrivals: capture(x.pcap) } }\n';
  const second = await visit.ask({ kind: 'run', state: { ...BLANK, text: capture } } as ToWorker, 'problems');
  assert.match(second.issues[0]?.expected ?? '', /command line/);
  const unknown = await visit.ask({ kind: 'run', state: { ...BLANK, question: 'no' } } as ToWorker, 'problems');
  assert.is(unknown.issues.length, 1);
  // Limits of the scenario hold here too; without any the playground has its own.
  const endless = `duration: 1000s
limits: { events: 200000 }
server: { stack: linux-6.18, listen: { backlog: 100 } }
traffic: { users: { kind: clients, arrivals: poisson(100000/s) } }
`;
  const { sides } = await visit.run({ text: endless });
  assert.match(sides[0]?.stopped ?? '', /limits\.events/);
});

test('a newer request ends what is done for an older one', async () => {
  const visit = new Visit();
  const heavy = `duration: 1000s
server: { stack: linux-6.18, listen: { backlog: 100 } }
traffic: { users: { kind: clients, arrivals: poisson(20000/s) } }
`;
  const old = visit.engine.onMessage({ kind: 'run', id: 1, state: { ...BLANK, text: heavy } });
  const newest = visit.engine.onMessage({ kind: 'run', id: 2, state: { ...BLANK, question: NAMES[2] ?? '' } });
  await Promise.all([old, newest]);
  const results = visit.said.filter((message) => message.kind === 'result');
  assert.equal(
    results.map((message) => message.id),
    [2],
  );
});

test('steps: a window of them, from an instant on, each with who waits after it', async () => {
  const visit = new Visit();
  await visit.run({ question: 'does-linux-drop-the-syn-or-the-ack', other: 'linux-1.2' });
  const { sides } = await visit.ask({ kind: 'steps', fromNs: 0, count: 40 } as ToWorker, 'steps');
  const [linux, old] = sides;
  assert.is(linux?.steps[0]?.what, 'SYN of users#0');
  assert.equal(linux?.steps[0]?.calls.map(({ name }) => name).slice(-2), [
    'tcp_conn_request',
    'inet_csk_reqsk_queue_hash_add',
  ]);
  assert.equal([linux?.bounds.acceptQueue, old?.bounds.acceptQueue, old?.isShared], [6, 5, true]);
  for (const { steps } of sides) {
    assert.ok(steps.some(({ isLoss, outcome }) => isLoss && outcome.startsWith('dropped: ')));
    for (const { acceptQueue, synQueue, waiters } of steps) {
      assert.is(waiters.filter(({ queue }) => queue === SYN_QUEUE).length, synQueue);
      assert.is(waiters.filter(({ queue }) => queue === ACCEPT_QUEUE).length, acceptQueue);
    }
  }
  const dropped = linux?.steps.find(({ isLoss }) => isLoss);
  assert.equal(dropped?.counters, ['TcpExtListenOverflows +1', 'TcpExtListenDrops +1']);
  const later = await visit.ask({ kind: 'steps', fromNs: 100e6, count: 3 } as ToWorker, 'steps');
  assert.is(later.sides[0]?.steps.length, 3);
  assert.ok((later.sides[0]?.steps[0]?.atNs ?? 0) >= 100e6);
});

test('steps: each listener of an SO_REUSEPORT group has its own accept queue', async () => {
  const visit = new Visit();
  const text = `duration: 20s
server:
  stack: linux-6.18
  listen: { backlog: 4, reuseport: 3 }
  accept: { workers: 3, service: 1ms, pauses: [{ at: 0s, for: 20s, worker: 1 }] }
traffic: { users: { kind: clients, arrivals: periodic(20/s), rtt: 20ms } }
`;
  await visit.run({ text });
  const { sides } = await visit.ask({ kind: 'steps', fromNs: 5e9, count: 40 } as ToWorker, 'steps');
  assert.equal(sides[0]?.bounds.members, [5, 5, 5]);
  const step = sides[0]?.steps.find(({ isLoss }) => isLoss);
  assert.is(step?.memberQueues[1], 5);
  assert.is(
    step?.memberQueues.reduce((sum, level) => sum + level, 0),
    step?.acceptQueue,
  );
  assert.is(step?.waiters.filter(({ member, queue }) => member === 1 && queue === ACCEPT_QUEUE).length, 5);
});

test('steps: a SYN with a Fast Open cookie can be accepted before its ACK', async () => {
  const visit = new Visit();
  const text = `duration: 5s
server: { stack: linux-6.18, listen: { backlog: 8, fastopen: 4 }, sysctl: { net.ipv4.tcp_fastopen: 3 } }
traffic: { users: { kind: clients, arrivals: periodic(20/s), rtt: 20ms, fastopen: cached } }
`;
  await visit.run({ text });
  const { sides } = await visit.ask({ kind: 'steps', fromNs: 0, count: 20 } as ToWorker, 'steps');
  const syn = sides[0]?.steps.find(({ what }) => what === 'SYN of users#1');
  assert.match(syn?.outcome ?? '', /^brings data and a Fast Open cookie, can be accepted/);
  assert.equal(
    syn?.calls.slice(-3).map(({ depth, name }) => `${depth} ${name}`),
    ['5 tcp_try_fastopen', '6 tcp_fastopen_create_child', '5 inet_csk_reqsk_queue_add'],
  );
});

test('steps of Linux 1.2 name what the kernel calls, and where accept() found somebody', async () => {
  const visit = new Visit();
  await visit.run({ question: 'node-queue-pegged-at-512', stack: 'linux-1.2' });
  const { sides } = await visit.ask({ kind: 'steps', fromNs: 0, count: 60 } as ToWorker, 'steps');
  const accepted = sides[0]?.steps.find(({ outcome }) => outcome.startsWith('returns users'));
  assert.is(accepted?.foundAt, 0);
  assert.equal(
    accepted?.calls.slice(0, 5).map(({ depth, name }) => `${depth} ${name}`),
    ['0 sock_accept', '1 inet_accept', '2 tcp_accept', '3 tcp_dequeue_established', '4 tcp_find_established'],
  );
});

test.run();
