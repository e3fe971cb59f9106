import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder } from '../support/cli.ts';

type Json = Record<string, any>;

const test = suite('halfopen stacks');

test('lists the stacks and where kernels turn, within the terminal', () => {
  const { status, stdout } = halfopen(['stacks']);
  assert.is(status, 0);
  assert.match(stdout, /^linux-1\.2 /);
  assert.match(stdout, /^6\.12\.10 +SYN queue: full when qlen > B: holds B \+ 1 +measured$/m);
  assert.ok(stdout.split('\n').every((line) => line.length <= 80));
  const document = JSON.parse(halfopen(['stacks', '--json']).stdout) as Json;
  assert.ok(document['turning_points'].length > 20);
  assert.is(document['stacks'].length, 4);
});

test('resolves a kernel, with the reason of every row', () => {
  const { kernels } = JSON.parse(halfopen(['stacks', 'linux-5.10.234', '--json']).stdout) as Json;
  const [queue] = kernels[0]['rows'];
  assert.equal([queue['from'], queue['backported'], queue['evidence']], ['6.13', true, 'measured']);
  assert.match(halfopen(['stacks', 'linux-6.12']).stdout, /linux-6\.12: Linux 6\.12; from 6\.12\.10 on/);
});

test('what a kernel resolves to fits the terminal, and no cell is lost', () => {
  for (const [name, columns] of [
    ['linux-6.18', 80],
    ['linux-5.10.234', 80],
    ['freebsd-14', 80],
    ['linux-6.18', 140],
  ] as const) {
    const { stdout } = halfopen(['stacks', name], { env: { COLUMNS: String(columns) } });
    for (const line of stdout.split('\n')) assert.ok(line.length <= columns, `${name}, ${columns} columns: ${line}`);
    assert.match(stdout, /^net\.|^kern\./m);
  }
  const { stdout } = halfopen(['stacks'], { env: { COLUMNS: '60' } });
  for (const line of stdout.split('\n')) assert.ok(line.length <= 60, line);
});

test('a vendor kernel is a mistake, unless it is assumed; a later one gets a warning', () => {
  const refused = halfopen(['stacks', 'linux-4.18.0-553.el8']);
  assert.is(refused.status, 2);
  assert.match(refused.stderr, /vendor kernel/);
  assert.match(
    halfopen(['stacks', 'linux-4.18.0-553.el8', '--assume']).stdout,
    /assumed\s+to\s+behave\s+as\s+linux-4\.18\.0/,
  );
  inEmptyFolder((cwd) => {
    const scenario = (stack: string): string =>
      `duration: 1s\nserver: { stack: ${stack} }\ntraffic: { users: { kind: clients, arrivals: poisson(5/s) } }\n`;
    const check = (stack: string, ...args: string[]) =>
      halfopen(['check', '-', ...args], { cwd, input: scenario(stack) });
    assert.match(check('linux-3.10.0-1160.el7').stderr, /stdin:2:18: expected a kernel .* --assume/);
    assert.is(check('linux-3.10.0-1160.el7', '--assume').status, 0);
    assert.match(check('linux-9.9').stderr, /taken as linux-7\.2/);
    assert.match(check('linux-6.1').stderr, /taken as 6\.1; from 6\.1\.125 on, SYN queue/);
    assert.is(check('linux-6.18').stderr, '');
  });
});
test.run();
