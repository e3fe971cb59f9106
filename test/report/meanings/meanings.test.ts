import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CLASSIC_COUNTERS, POLICY_COUNTERS } from '../../../src/listeners/classic/counters.ts';
import { FREEBSD_COUNTERS } from '../../../src/listeners/freebsd/counters.ts';
import { COUNTER_NAMES as LINUX_12_COUNTERS } from '../../../src/listeners/linux-1.2/counters.ts';
import { COUNTER_NAMES as LINUX_COUNTERS } from '../../../src/listeners/linux/counters.ts';
import { SETTINGS } from '../../../src/listeners/linux/settings.ts';
import { type Family, familyOf, meaningOf, meaningsOf } from '../../../src/report/meanings/meanings.ts';

const COUNTERS: Readonly<Record<Family, readonly string[]>> = {
  'linux-1.2': LINUX_12_COUNTERS,
  linux: LINUX_COUNTERS,
  freebsd: FREEBSD_COUNTERS,
  classic: [...CLASSIC_COUNTERS, ...POLICY_COUNTERS],
};
const FAMILIES = Object.keys(COUNTERS) as Family[];

const test = suite('meanings');

test('every counter of every stack has a meaning, and none is told that no stack counts', () => {
  for (const family of FAMILIES) {
    assert.equal(
      COUNTERS[family].filter((name) => meaningOf(name, family) === null),
      [],
      family,
    );
  }
  const counted = new Set(FAMILIES.flatMap((family) => COUNTERS[family]));
  const frontEnds = /^(?:syn_received|cookie_|conn_|drop$|nf_|filtered)/;
  for (const family of FAMILIES) {
    const told = meaningsOf(family).filter(({ kind, name }) => kind === 'counter' && !frontEnds.test(name));
    assert.equal(
      told.filter(({ name }) => !counted.has(name)),
      [],
    );
  }
});

test('a name has one meaning on a stack, in sentences, with a rule', () => {
  for (const family of FAMILIES) {
    const all = meaningsOf(family);
    assert.is(new Set(all.map(({ kind, name }) => `${kind} ${name}`)).size, all.length, family);
    for (const { name, rule, text } of all) {
      assert.match(text, /^[A-Z0-9].*\.$/, name);
      assert.ok(rule !== '', name);
    }
  }
});

test('every sysctl of Linux has a meaning', () => {
  assert.equal(
    SETTINGS.filter(({ name }) => meaningOf(name, 'linux')?.kind !== 'setting').map(({ name }) => name),
    [],
  );
});

test('names are found as the results spell them, and by the path of a scenario or metric', () => {
  assert.is(meaningOf('listener.TcpExtListenDrops', 'linux')?.name, 'TcpExtListenDrops');
  assert.is(meaningOf('listener.accept_queue.max', 'classic')?.name, 'accept_queue');
  assert.is(meaningOf('server.sysctl.net.core.somaxconn', 'linux')?.name, 'net.core.somaxconn');
  assert.is(meaningOf('server.listen.backlog', 'linux')?.name, 'backlog');
  assert.match(meaningOf('accept_queue_3', 'linux')?.text ?? '', /listener 3/);
  assert.is(meaningOf('nothing', 'linux'), null);
  assert.is(meaningOf('constructor', 'linux'), null);
});

test('counters that nothing in the model moves say so, and from which version on a kernel has them', () => {
  const told = (name: string): string => meaningOf(name, 'linux')?.text ?? '';
  assert.match(told('TcpExtTCPBacklogDrop'), /From Linux 2\.6\.34 on; always 0 here/);
  assert.match(told('TcpExtTCPBacklogDrop'), /Up to 4\.3 .* listener/);
  assert.match(told('TcpExtPFMemallocDrop'), /From Linux 4\.11 on; always 0 here/);
});

test('a stack is of the family whose counters it has', () => {
  assert.equal(['linux-1.2', 'linux-2.2', 'linux-6.18', 'freebsd-9', 'classic'].map(familyOf), [
    'linux-1.2',
    'linux',
    'linux',
    'freebsd',
    'classic',
  ]);
});
test.run();
