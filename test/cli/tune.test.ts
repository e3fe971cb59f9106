import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder } from '../support/cli.ts';

const PAUSE = `title: How large a backlog for a pause?
duration: 12s
server: { stack: linux-6.18, listen: { backlog: 32 }, accept: { pauses: [{ at: 2s, for: 2s }] } }
traffic: { users: { kind: clients, stack: linux-6.18, arrivals: periodic(50/s), start: 10ms, rtt: 0s } }
`;
const tune = (args: readonly string[], cwd: string, input = PAUSE) =>
  halfopen(['tune', '-', ...args], { cwd, input, env: { NO_COLOR: '1', COLUMNS: '80' } });

const test = suite('halfopen tune');

test('the answer, how sure it is, the curve and what to paste, in 80 columns', () => {
  inEmptyFolder((cwd) => {
    const { status, stderr, stdout } = tune(['--goal', 'listener.dropped_syns == 0', '--out', 'o'], cwd);
    assert.is(status, 0, stderr);
    assert.match(stdout, /server\.listen\.backlog=99 is the smallest that meets listener\.dropped_syns == 0\./);
    assert.match(stdout, /Exact: .*Now it\s+is 32, which fails the goal\./s);
    assert.match(stdout, /● meets, ○ fails/);
    for (const line of ['listen(fd, 99)', 'net.core.somaxconn = 99', 'listen 80 backlog=99;', 'tcp-backlog 99'])
      assert.ok(stdout.includes(line), line);
    assert.ok(
      stdout.split('\n').every((line) => line.length <= 80),
      stdout,
    );
    const csv = readFileSync(join(cwd, 'o/tune.csv'), 'utf8').split('\n');
    assert.is(csv[0], 'server.listen.backlog,runs,verdict,listener.dropped_syns,listener.dropped_syns half_width');
    assert.ok(csv.some((line) => line.startsWith('98,1,fails,1,')));
    assert.ok(csv.some((line) => /^99,\d+,meets,0,/.test(line)));
  });
});

test('one JSON document', () => {
  inEmptyFolder((cwd) => {
    const args = ['--goal', 'users.connect_ms.max <= 500ms', '--vary', 'server.listen.backlog=1..200', '--json'];
    const { status, stdout } = tune(args, cwd);
    assert.is(status, 0);
    const answer = JSON.parse(stdout) as Record<string, any>;
    assert.equal(
      [answer.command, answer.find, answer.found, answer.value, answer.confidence, answer.interval, answer.monotone],
      ['tune', 'server.listen.backlog', true, 99, 1, [99, 99], true],
    );
    const at = (value: number) => answer.evidence.find((one: { value: number }) => one.value === value);
    assert.equal([at(98).meets, at(99).meets, at(99).metrics['users.connect_ms.max'].mean], [false, true, 0]);
    assert.equal([answer.settings[0].where, answer.settings[0].line], ['listen()', 'listen(fd, 99)']);
    assert.equal(answer.hints, []);
  });
});

test('no answer is exit code 1, and says what would help', () => {
  inEmptyFolder((cwd) => {
    const { status, stdout } = tune(
      ['--goal', 'listener.dropped_syns == 0', '--find', 'server.listen.backlog=1..50'],
      cwd,
    );
    assert.is(status, 1);
    assert.match(stdout, /No server\.listen\.backlog from 1 to 50 that was tried meets/);
    assert.match(stdout, /an application that does not pause meets the goal/);
  });
});

test('mistakes: every one with its column, exit code 2, nothing written', () => {
  inEmptyFolder((cwd) => {
    const args = [
      '--goal',
      'users.unsrved <= 0.1% or listener.dropped_syns = 0',
      '--find',
      'server.listen.backlog=9..1',
    ];
    const { status, stderr } = tune([...args, '--out', 'o'], cwd);
    assert.is(status, 2);
    assert.match(stderr, /--goal:1:1: expected a metric.*did you mean users\.unserved/);
    assert.match(stderr, /--goal:1:23: expected conditions joined by and/);
    assert.match(stderr, /--goal:1:48: expected one of <=/);
    assert.match(stderr, /--find:1:23: expected a second end above the first: 1\.\.9/);
    const options = ['--confidence', '--quorum', '--runs', '--budget'];
    const wrong = tune(['--goal', 'listener.dropped_syns == 0', ...options.flatMap((one) => [one, 'x'])], cwd);
    assert.is(wrong.status, 2);
    for (const option of options) assert.match(wrong.stderr, new RegExp(`${option}: expected .*, received x`));
    assert.throws(() => readFileSync(join(cwd, 'o/tune.csv')), /ENOENT/);
  });
});
const CHOICE = ['--vary', 'server.listen.backlog=32,99,200', '--vary', 'server.sysctl.net.ipv4.tcp_syncookies=0,1'];
const COST = ['--cost', '10*listener.dropped_syns + 0.5*server.listen.backlog'];

test('the best of several settings under a cost, why the others are not, and what to paste, in 80 columns', () => {
  inEmptyFolder((cwd) => {
    const goal = ['--goal', 'users.connect_ms.max <= 500ms'];
    const { status, stderr, stdout } = tune([...CHOICE, ...COST, ...goal, '--out', 'o'], cwd);
    assert.is(status, 0, stderr);
    assert.match(
      stdout,
      /server\.listen\.backlog=99, server\.sysctl\.net\.ipv4\.tcp_syncookies=1 costs least of\s+those that meet users\.connect_ms\.max <=\s+500ms\./,
    );
    assert.match(stdout, /One other\s+is\s+as good\./);
    assert.match(stdout, /\n200 +[01] +1 +100 .* costs 50\.5 more/);
    assert.match(stdout, /\n32 +[01] +1 .* fails users\.connect_ms\.max/);
    assert.ok(stdout.includes('listen(fd, 99)'));
    // What stays as it is need not be pasted.
    assert.not.match(stdout, /tcp_syncookies = /);
    assert.ok(
      stdout.split('\n').every((line) => line.length <= 80),
      stdout,
    );
    const csv = readFileSync(join(cwd, 'o/tune.csv'), 'utf8').split('\n');
    assert.match(
      csv[0] ?? '',
      /^server\.listen\.backlog,server\.sysctl\.net\.ipv4\.tcp_syncookies,runs,goal,standing,cost,cost half_width,/,
    );
    assert.ok(csv.some((line) => line.startsWith('99,1,1,meets,best,49.5')));
    assert.is(csv.length, 1 + 6 + 1);
  });
});

test('a choice as one JSON document, the same for one thread and for two', () => {
  inEmptyFolder((cwd) => {
    const chance = PAUSE.replace('periodic(50/s), start: 10ms', 'poisson(50/s)');
    const [one, two] = ['1', '2'].map((threads) =>
      tune([...CHOICE, ...COST, '--difference', '5', '--json', '--threads', threads], cwd, chance),
    );
    assert.is(one?.status, 0, one?.stderr);
    assert.is(two?.stdout, one?.stdout);
    const answer = JSON.parse(one?.stdout ?? '') as Record<string, any>;
    assert.equal([answer.command, answer.found, answer.confidence, answer.difference], ['tune', true, 0.99, 5]);
    assert.equal(answer.varied, ['server.listen.backlog', 'server.sysctl.net.ipv4.tcp_syncookies']);
    assert.is(answer.contenders.length, 6);
    assert.is(answer.best.standing, 'best');
    assert.ok(answer.contenders.every((one: { why: string }) => one.why !== ''));
    assert.ok(answer.best.metrics['listener.dropped_syns'].n >= 8);
  });
});

test('options of one question are refused in the other', () => {
  inEmptyFolder((cwd) => {
    const refusal = (...args: string[]): string => {
      const { status, stderr } = tune(args, cwd);
      assert.is(status, 2, stderr);
      return stderr;
    };
    assert.match(refusal(), /--goal: expected a goal, such as users\.unserved <= 0\.1%, received nothing/);
    assert.match(
      refusal(...CHOICE),
      /--cost: expected what is to be least, .*to choose among settings, received nothing/,
    );
    assert.match(refusal('--vary', 'server.listen.backlog=1,2', '--goal', 'users.reset == 0'), /--cost: expected/);
    assert.match(refusal('--vary', 'server.listen.backlog=1..64x2', '--goal', 'users.reset == 0'), /--cost: expected/);
    const both = refusal(...CHOICE, ...COST, '--find', 'server.listen.backlog=1..5', '--largest');
    assert.match(
      both,
      /--find: expected --vary PATH=VALUES with --cost, received --find server\.listen\.backlog=1\.\.5/,
    );
    assert.match(both, /--largest: expected it with --find/);
    assert.match(refusal(...COST), /--vary: expected at least one PATH=VALUES, received nothing/);
    assert.match(
      refusal(...CHOICE, '--cost', 'users.unsrved'),
      /--cost:1:1: expected a metric.*\n {2}users\.unsrved\n/,
    );
    assert.match(refusal('--goal', 'users.reset == 0', '--difference', '5'), /--difference: expected it together/);
    assert.match(refusal(...CHOICE, ...COST, '--difference', 'x'), /--difference: expected a cost above 0/);
  });
});
test.run();
