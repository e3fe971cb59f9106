import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf, type HostObservation, plain } from '../../../src/scenario/host/findings.ts';
import { kernelOf } from '../../../src/scenario/host/kernel-of.ts';
import { probeScenario } from '../../../src/scenario/host/probe.ts';
import { halfOpenAt, parseHalfOpen, parseListeners } from '../../../src/scenario/host/snapshot.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';

const test = suite('a host as its commands show it');

const LISTENERS = `State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process
LISTEN 0      511          0.0.0.0:80        0.0.0.0:*
LISTEN 0      511             [::]:80           [::]:*
LISTEN 2      5          127.0.0.1:80        0.0.0.0:*     users:(("nginx",pid=7,fd=6))
LISTEN 0      128                *:22              *:*
LISTEN 0      64   10.0.0.1%eth0:443        0.0.0.0:*
LISTEN 0      4096   127.0.0.53%lo:53        0.0.0.0:*
LISTEN 0      4096            [::1]:http         *:*
LISTEN 0      4096        127.0.0.1:0            *:*
`;
const HALF_OPEN = `Recv-Q Send-Q Local Address:Port  Peer Address:Port
0      0         127.0.0.1:80       127.0.0.1:40001
0      0      192.168.1.10:80    203.0.113.9:40002
0      0   [::ffff:192.168.1.10]:80 [::ffff:203.0.113.9]:40003
0      0      [2001:db8::1]:80 [2001:db8::9]:40004
SYN-RECV 0    0    192.168.1.10:22    203.0.113.9:40005
0      0       10.0.0.1:443      203.0.113.9:40006
ESTAB  0      0      192.168.1.10:22    203.0.113.9:40007
0      0      192.168.1.10:8080  203.0.113.9:40008
`;

test('half-open connections belong to the listener that is bound most narrowly', () => {
  const listeners = parseListeners(LISTENERS);
  const halfOpen = parseHalfOpen(HALF_OPEN);
  assert.is(halfOpen.length, 7);
  const counts = listeners.map((one) => `${one.address}:${one.port} ${halfOpenAt(one, listeners, halfOpen)}`);
  assert.equal(counts, [
    '0.0.0.0:80 2',
    '[::]:80 1',
    '127.0.0.1:80 1',
    '*:22 1',
    '10.0.0.1%eth0:443 1',
    '127.0.0.53%lo:53 0',
  ]);
});

function observation(fields: Partial<HostObservation>): HostObservation {
  const socket = { address: '*', port: 80, recvQ: 0, sendQ: 8 };
  const none: ReadonlyMap<string, number> = new Map();
  return {
    release: '6.18.44',
    before: [socket],
    after: [socket],
    sysctls: none,
    countersBefore: none,
    countersAfter: none,
    seconds: 10,
    halfOpen: 0,
    others: [],
    ...fields,
  };
}

test('how much of the SYN queue is taken is told as the kernel bounds it', () => {
  const found = (fields: Partial<HostObservation>): string => findingsOf(observation(fields)).join('\n');
  assert.is(found({ halfOpen: 4 }), '');
  assert.match(found({ halfOpen: 5 }), /^5 connections are half-open, of 9 that the SYN queue holds$/);
  assert.match(found({ halfOpen: 9 }), /all that the SYN queue holds \(9\): further SYNs are answered by cookies/);
  const cookiesOff = new Map([['net.ipv4.tcp_syncookies', 0]]);
  assert.match(found({ halfOpen: 8, release: '5.4.0-42-generic', sysctls: cookiesOff }), /\(8\): further SYNs are dr/);
  const maxSynBacklog = new Map([['net.ipv4.tcp_max_syn_backlog', 64]]);
  assert.match(found({ halfOpen: 64, release: '2.4.37', sysctls: maxSynBacklog }), /holds \(64\)/);
  const full = [{ address: '*', port: 80, recvQ: 9, sendQ: 8 }];
  assert.match(found({ halfOpen: 1, after: full }), /1 connection waits half-open while the accept queue is full/);
  assert.is(found({ halfOpen: null }), '');
});

test('numbers that no host has, or few, make a scenario all the same', () => {
  const huge = { address: '*', port: 65_535, recvQ: 9e15, sendQ: 9e15 };
  const many = Array.from({ length: 5000 }, () => huge);
  const counters = (value: number): Map<string, number> => new Map([['TcpPassiveOpens', value]]);
  const cases: readonly Partial<HostObservation>[] = [
    { before: many, after: many, countersBefore: counters(0), countersAfter: counters(9e15), seconds: 1e-3 },
    { countersBefore: counters(0), countersAfter: counters(1), seconds: 3600 },
    { countersBefore: counters(9e15), countersAfter: counters(0), seconds: 1e9 },
    { countersBefore: counters(5), countersAfter: counters(6), seconds: 9e11, before: [], halfOpen: null },
    { release: '6.18.44-a: [#"\'', others: ['*:80', '443'] },
    { release: '99.1' },
    { release: '1.2.13' },
  ];
  for (const fields of cases) {
    const { scenario } = probeScenario(observation(fields));
    assert.is(parseScenario(scenario, 'probe.yaml').server.port, fields.after?.[0]?.port ?? 80);
  }
  assert.equal([0.000_277_8, 12.345_67, 0, 1e6, 0.5, 2e-9].map(plain), [
    '0.000278',
    '12.346',
    '0',
    '1000000',
    '0.5',
    '0',
  ]);
});

test('what a kernel is taken for, and what is not known of it', () => {
  assert.equal(kernelOf('6.18.44').unseen, null);
  assert.is(kernelOf('5.15.0-122-generic').stackName, 'linux-5.15.0');
  assert.match(kernelOf('5.15.0-122-generic').unseen ?? '', /vendor of 5\.15\.0-122-generic/);
  assert.is(kernelOf(null).stackName, 'linux-6.18');
  assert.match(kernelOf('Darwin').unseen ?? '', /no Linux known here, taken as linux-6\.18/);
});

test.run();
