import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { changeWithinSeries, profileOf, resolvedRows, turningPoints } from '../../../src/listeners/linux/profiles.ts';
import { AcceptTest, SynAckTimer, SynQueue } from '../../../src/listeners/linux/feature.ts';
import { defaultSettings, settingsOf } from '../../../src/listeners/linux/settings.ts';
import { formatVersion, isKernelName, kernelNamed, versionOf } from '../../../src/listeners/linux/versions.ts';

const test = suite('linux: versions');

const profile = (version: string) => profileOf(versionOf(version));
const expected = (name: string): string => {
  const kernel = kernelNamed(name);
  return kernel.version === null ? kernel.expected : 'there is one';
};

test('a name is a version, to its patch level', () => {
  for (const [name, version] of [
    ['linux-2.2', '2.2'],
    ['linux-2.4.22', '2.4.22'],
    ['linux-2.6.32.9', '2.6.32.9'],
    ['linux-5.10.234', '5.10.234'],
    ['linux-6.18', '6.18'],
    ['linux-7.2.12', '7.2.12'],
  ] as const) {
    const kernel = kernelNamed(name);
    assert.is(kernel.version === null ? null : formatVersion(kernel.version), version);
  }
  assert.ok(isKernelName('linux-9.9') && !isKernelName('linux-1.2') && !isKernelName('linus-2.4'));
});

test('what is no kernel is refused with the reason', () => {
  assert.match(expected('linux-2.0'), /of older ones only linux-1\.2/);
  assert.match(expected('linux-2.5'), /2\.5 was a series for developers/);
  assert.match(expected('linux-2.8'), /2\.x ended with 2\.6/);
  assert.match(expected('linux-4.21'), /4\.x ended with 4\.20/);
  assert.match(expected('linux-6'), /such as linux-6\.18/);
  assert.match(expected('linux-banana'), /such as linux-6\.18/);
});

test('a later kernel is the newest, with a warning', () => {
  for (const name of ['linux-7.3', 'linux-8.0.1']) {
    const kernel = kernelNamed(name);
    assert.ok(kernel.version !== null);
    assert.is(formatVersion(kernel.version), '7.2');
    assert.match(kernel.warning ?? '', /taken as linux-7\.2/);
  }
});

test('a vendor kernel is refused, unless it is assumed to be what its number says', () => {
  for (const name of [
    'linux-3.10.0-1160.el7.x86_64',
    'linux-4.18.0-553.el8',
    'linux-5.15.0-91-generic',
    'linux-6.1.0.fc37',
  ]) {
    assert.match(expected(name), /vendor kernel .* --assume takes it as linux-\d/);
    const kernel = kernelNamed(name, true);
    assert.ok(kernel.version !== null, name);
    assert.match(kernel.warning ?? '', /assumed to behave as linux-\d/);
  }
});

test('the SYN queue holds one more from a patch level on', () => {
  for (const [version, rule] of [
    ['5.4.289', SynQueue.AtBacklog],
    ['5.4.290', SynQueue.OverBacklog],
    ['5.10.233', SynQueue.AtBacklog],
    ['5.10.234', SynQueue.OverBacklog],
    ['5.11', SynQueue.AtBacklog],
    ['5.19.17', SynQueue.AtBacklog],
    ['6.1.124', SynQueue.AtBacklog],
    ['6.1.125', SynQueue.OverBacklog],
    ['6.6.31', SynQueue.AtBacklog],
    ['6.11.11', SynQueue.AtBacklog],
    ['6.12', SynQueue.AtBacklog],
    ['6.12.10', SynQueue.OverBacklog],
    ['6.13', SynQueue.OverBacklog],
    ['7.2', SynQueue.OverBacklog],
  ] as const) {
    assert.is(profile(version).synQueue, rule, version);
  }
});

test('behaviours turn where the table of variants says', () => {
  const told = (version: string): unknown[] => {
    const { synQueue, acceptTest, timer, initialRtoNs } = profile(version);
    return [synQueue, acceptTest, timer, initialRtoNs / 1e9];
  };
  assert.equal(told('2.2.26'), [SynQueue.OverMax, AcceptTest.None, SynAckTimer.Scan, 3]);
  assert.equal(told('2.4.37'), [SynQueue.PowerOfMax, AcceptTest.FullAndYoung, SynAckTimer.Sweep, 3]);
  assert.equal(told('2.6.32.9'), [SynQueue.PowerOfMin, AcceptTest.FullAndYoung, SynAckTimer.Sweep, 3]);
  assert.equal(told('3.10'), [SynQueue.PowerOfMin, AcceptTest.FullAndYoung, SynAckTimer.Sweep, 1]);
  assert.equal(told('4.3.6'), [SynQueue.PowerOfMin, AcceptTest.FullAndYoung, SynAckTimer.PerRequest, 1]);
  assert.equal(told('4.9.337'), [SynQueue.AtBacklog, AcceptTest.FullAndYoung, SynAckTimer.PerRequest, 1]);
  assert.equal(told('4.10'), [SynQueue.AtBacklog, AcceptTest.Full, SynAckTimer.PerRequest, 1]);
});

test('a name without a patch level is told where its series turned', () => {
  assert.match(changeWithinSeries(versionOf('6.12')) ?? '', /^from 6\.12\.10 on, SYN queue: /);
  assert.is(changeWithinSeries(versionOf('6.12.10')), null);
  assert.is(changeWithinSeries(versionOf('6.11')), null);
});

test('every behaviour has one row a version, and every row says how it is known', () => {
  for (const version of ['2.2', '2.6.20', '3.16', '4.19.325', '5.10.234', '7.2']) {
    for (const { behaviour, row, evidence } of resolvedRows(versionOf(version))) {
      assert.ok(row.source !== '' && ['read', 'measured', 'inferred'].includes(evidence), `${version} ${behaviour}`);
    }
  }
  const backported = resolvedRows(versionOf('6.6.72')).filter((one) => one.backported);
  assert.equal(
    backported.map(({ behaviour, evidence }) => `${behaviour}: ${evidence}`),
    ['SYN queue: inferred', 'TcpCurrEstab counts connections that are: inferred'],
  );
  const versions = turningPoints().map(({ version }) => version);
  assert.ok(
    versions.indexOf('2.6.32') < versions.indexOf('3.1') && versions.indexOf('5.10.234') < versions.indexOf('6.13'),
  );
});

test('a kernel has the settings of its time, with its defaults', () => {
  const names = (version: string): string[] => settingsOf(versionOf(version)).map(({ name }) => name);
  assert.ok(!names('2.4.24').includes('net.core.somaxconn'));
  assert.ok(names('2.4.25').includes('net.core.somaxconn'));
  assert.ok(names('2.2').includes('net.ipv4.tcp_retries1') && !names('2.4').includes('net.ipv4.tcp_retries1'));
  assert.ok(!names('6.14').includes('net.ipv4.tcp_rto_max_ms') && names('6.18').includes('net.ipv4.tcp_rto_max_ms'));
  const defaults = (version: string): number[] => {
    const { somaxconn, maxSynBacklog, syncookies, synackRetries } = defaultSettings(versionOf(version));
    return [somaxconn, maxSynBacklog, syncookies, synackRetries];
  };
  assert.equal(defaults('2.2'), [128, 128, 0, 7]);
  assert.equal(defaults('2.4.22'), [128, 1024, 0, 5]);
  assert.equal(defaults('3.10'), [128, 1024, 1, 5]);
  assert.equal(defaults('6.18'), [4096, 2048, 1, 5]);
});
test.run();
