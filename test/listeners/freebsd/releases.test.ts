import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { freeBsdProfileOf, freeBsdRows } from '../../../src/listeners/freebsd/profiles.ts';
import { freeBsdSysctls } from '../../../src/listeners/freebsd/settings.ts';
import { halfopen } from '../../support/cli.ts';

const test = suite('FreeBSD: releases');

test('a release takes the last row that is not later; others are none', () => {
  const fromOf = (name: string): number | null => freeBsdProfileOf(name)?.from ?? null;
  assert.equal(
    ['9', '9.3', '10', '10.3', '10.4', '11', '11.1', '11.4', '12.4', '13', '14.2', '15', '15.1'].map((release) =>
      fromOf(`freebsd-${release}`),
    ),
    [9, 9, 10, 10, 10.4, 11, 11.1, 11.1, 12, 13, 13, 13, 13],
  );
  for (const name of ['freebsd-8', 'freebsd-16', 'freebsd-14.0.1', 'freebsd-x', 'freebsd', 'linux-6.18'])
    assert.is(fromOf(name), null, name);
});

test('each release has the sysctls of its time', () => {
  const names = (name: string): string[] => {
    const profile = freeBsdProfileOf(name);
    return profile === null ? [] : freeBsdSysctls(profile).map((sysctl) => sysctl.name);
  };
  assert.ok(
    names('freebsd-9').includes('kern.ipc.somaxconn') && !names('freebsd-9').includes('net.inet.tcp.syncookies_only'),
  );
  assert.ok(
    names('freebsd-10').includes('kern.ipc.soacceptqueue') && !names('freebsd-10').includes('kern.ipc.somaxconn'),
  );
  assert.ok(
    names('freebsd-14').includes('net.inet.tcp.rexmit_initial') &&
      !names('freebsd-12').includes('net.inet.tcp.rexmit_initial'),
  );
});

test('halfopen stacks says what a release does, since when, and how that is known', () => {
  const { status, stdout } = halfopen(['stacks', 'freebsd-14', 'freebsd-12', '--json']);
  assert.is(status, 0);
  const [next, old] = JSON.parse(stdout).kernels;
  const rowOf = (kernel: { rows: { behaviour: string }[] }, behaviour: string): unknown =>
    kernel.rows.find((row) => row.behaviour === behaviour);
  assert.match(JSON.stringify(rowOf(next, 'SYN-ACK timer')), /at 0, 1, 3\.2 and 7\.4 s; gone at 15\.6 s.*"from":"13"/);
  assert.match(JSON.stringify(rowOf(old, 'SYN-ACK timer')), /at 0, 3, 6\.2 and 9\.4 s; gone at 12\.6 s.*"from":"12"/);
  assert.match(JSON.stringify(rowOf(old, 'RST to a SYN-ACK')), /exactly the next.*"from":"12"/);
  assert.match(JSON.stringify(rowOf(next, 'RST to a SYN-ACK')), /exactly the next.*"from":"12"/);
  assert.match(JSON.stringify(rowOf(old, 'full bucket')), /every time.*"from":"9"/);
  assert.match(old.warning, /read in 12\.0/);
  assert.is(freeBsdRows(freeBsdProfileOf('freebsd-9') as never).length, 6);
});
test.run();
