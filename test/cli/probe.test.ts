import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCounters } from '../../src/scenario/host/snapshot.ts';
import { halfopen, inEmptyFolder } from '../support/cli.ts';
import { have, skipped } from '../support/skip.ts';
import { probeHalfOpen } from './half-open-listener.ts';
import { stalledListener } from './stalled-listener.ts';

interface ProbeJson {
  readonly port: number;
  readonly backlog: number;
  readonly recv_q: number;
  readonly half_open: number | null;
  readonly syns_per_s: number;
  readonly findings: readonly string[];
  readonly unseen: readonly string[];
  readonly files: readonly string[];
}

const test = suite('halfopen probe');
/** Real outputs, of a listener with backlog 5 that nobody accepts from. */
const SAVED = 'test/golden/probe';

/** A run's metric of the scenario that a probe wrote. */
function metricsOf(cwd: string, file: string): (path: string) => number {
  const { status, stderr, stdout } = halfopen(['run', file, '--json'], { cwd });
  assert.is(status, 0, stderr);
  const { metrics } = JSON.parse(stdout) as { metrics: Record<string, { value: number }> };
  return (path) => metrics[path]?.value ?? NaN;
}

test('saved outputs of another machine become a scenario that runs, and what is wrong is said', () => {
  const folder = join(process.cwd(), SAVED);
  inEmptyFolder((cwd) => {
    const { status, stderr, stdout } = halfopen(['probe', '--from-dir', folder, '--json'], { cwd });
    assert.is(status, 0, stderr);
    const probed = JSON.parse(stdout) as ProbeJson;
    assert.equal([probed.backlog, probed.recv_q], [5, 6]);
    assert.match(probed.findings.join('\n'), /^Recv-Q is at Send-Q\+1 \(6\)[^]*ListenOverflows grows by [\d.]+\/s/);
    const metric = metricsOf(cwd, probed.files[0] ?? '');
    assert.is(metric('listener.accept_queue.max'), 6);
    const perS = metric('listener.TcpExtListenOverflows') / 60;
    assert.ok(Math.abs(perS - probed.syns_per_s) < 0.15 * probed.syns_per_s, `${perS} of ${probed.syns_per_s}`);
    const again = halfopen(['probe', '--from-dir', folder], { cwd });
    assert.is(again.status, 2);
    assert.match(again.stderr, /probe-\d+\.yaml: expected no file of that name yet/);
  });
});

test('a folder with nothing but ss is enough; what is missing is said; nonsense is no crash', () => {
  inEmptyFolder((cwd) => {
    const probe = (...args: string[]): ReturnType<typeof halfopen> =>
      halfopen(['probe', '--from-dir', '.', ...args, '--json'], { cwd });
    assert.match(probe().stdout, /halfopen probe --commands/);
    writeFileSync(join(cwd, 'ss-2.txt'), 'LISTEN 0 511 *:80 *:*\nLISTEN 0 511 *:81 *:*\n');
    assert.match(probe().stdout, /--port, since nobody waits.*listeners on 80, 81/);
    assert.match(probe('--port', '82').stdout, /a listener on port 82/);
    const { unseen } = JSON.parse(probe('--port', '80').stdout) as ProbeJson;
    assert.match(unseen.join('\n'), /counters[^]*kernel[^]*somaxconn/);
    const junk = `\u0000${'A'.repeat(1e5)}: \n${'TcpExt: '.repeat(1e4)}\n-1 LISTEN 99999999999999999999 : \n`;
    for (const name of ['ss-1.txt', 'nstat-1.txt', 'nstat-2.txt', 'sysctl.txt', 'uname.txt', 'uptime-1.txt'])
      writeFileSync(join(cwd, name), junk);
    writeFileSync(join(cwd, 'ss-2.txt'), `LISTEN 7 5 [::]:443 *:*\n${junk}`);
    const { status, stdout } = probe();
    assert.is(status, 0, stdout);
    assert.is(metricsOf(cwd, 'probe-443.yaml')('listener.accept_queue.max') > 0, true);
  });
});

test('the commands to save are printed', () => {
  const { stdout } = halfopen(['probe', '--commands']);
  for (const part of ['uname -r', 'ss -ltn', 'nstat -asz', 'net.core.somaxconn'])
    assert.ok(stdout.includes(part), part);
});

test('an ss that is not there, or that fails, is told with its reason', () => {
  if (process.platform !== 'linux') return;
  inEmptyFolder((cwd) => {
    const probe = (): ReturnType<typeof halfopen> =>
      halfopen(['probe', '--port', '80', '--for', '10ms'], { cwd, env: { PATH: cwd } });
    assert.match(probe().stderr, /ss -ltn: expected the command ss \(package iproute2\)/);
    writeFileSync(join(cwd, 'ss'), '#!/bin/sh\necho "Cannot open netlink socket: Permission denied" >&2\nexit 255\n');
    chmodSync(join(cwd, 'ss'), 0o755);
    const { status, stderr } = probe();
    assert.is(status, 2);
    assert.match(stderr, /received Cannot open netlink socket: Permission denied/);
    // One that knows no `state`: half-open connections are unseen, and nothing else is.
    writeFileSync(join(cwd, 'ss'), '#!/bin/sh\n[ $# = 1 ] || exit 1\necho "LISTEN 0 511 [::]:80 [::]:*"\n');
    assert.match(probe().stdout, /port 80: Recv-Q 0, Send-Q \(backlog\) 511;[^]*half-open connections \(ss/);
  });
});

/** Why real listeners cannot be probed here; null: they can. */
function reasonNot(): string | null {
  if (process.platform !== 'linux') return `no Linux (${process.platform})`;
  if (!have('ss')) return 'no ss';
  return have('python3') ? null : 'no python3';
}

const reason = reasonNot();
if (reason !== null) skipped('probe of real listeners', reason);
else {
  const counters = (): ReadonlyMap<string, number> => parseCounters(readFileSync('/proc/net/netstat', 'utf8'));
  const overflows = (): number => counters().get('TcpExtListenOverflows') ?? NaN;
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

  for (const [backlog, rate, fillS] of [
    [5, 40, 2],
    [511, 400, 3],
  ] as const) {
    test(`a stalled listener with backlog ${backlog}: the scenario predicts Recv-Q and the growth of ListenOverflows`, async () => {
      const listener = await stalledListener(backlog, rate, 30);
      try {
        await sleep(fillS * 1000);
        await inEmptyFolderAsync(async (cwd) => {
          const ran = halfopen(['probe', '--port', String(listener.port), '--for', '2s', '--json'], { cwd });
          assert.is(ran.status, 0, ran.stdout);
          const probed = JSON.parse(ran.stdout) as ProbeJson;
          assert.equal([probed.backlog, probed.recv_q], [backlog, backlog + 1]);
          assert.match(probed.findings.join('\n'), /Recv-Q is at Send-Q\+1[^]*ListenOverflows grows by/);
          const [fromMs, from] = [performance.now(), overflows()];
          await sleep(2000);
          const kernelPerS = (overflows() - from) / ((performance.now() - fromMs) / 1000);
          const metric = metricsOf(cwd, probed.files[0] ?? '');
          assert.is(metric('listener.accept_queue.max'), probed.recv_q);
          const perS = metric('listener.TcpExtListenOverflows') / 60;
          // Poisson over a minute, and a loaded machine that starts its clients in bunches.
          assert.ok(Math.abs(perS - kernelPerS) < 0.2 * kernelPerS, `predicted ${perS}/s, the kernel ${kernelPerS}/s`);
        });
      } finally {
        listener.stop();
      }
    });
  }
}

/** Why there can be no half-open connections here; null: there can. */
function reasonNotHalfOpen(): string | null {
  const missing = ['unshare', 'ip', 'ss', 'python3'].find((command) => !have(command));
  if (missing !== undefined) return `no ${missing}`;
  if (process.getuid?.() !== 0) return 'not root: no raw sockets';
  return spawnSync('unshare', ['-n', 'true']).status === 0 ? null : 'no network namespaces';
}

const notHalfOpen = reasonNotHalfOpen();
if (notHalfOpen !== null) skipped('probe of half-open connections', notHalfOpen);
else {
  test('half-open connections are counted, of a namespace that has the listener alone, and a full SYN queue is told', () => {
    inEmptyFolder((cwd) => {
      const { status, stdout } = probeHalfOpen(cwd, 64, 20);
      assert.is(status, 0, stdout);
      const probed = JSON.parse(stdout) as ProbeJson;
      assert.equal([probed.port, probed.backlog, probed.recv_q, probed.half_open], [8080, 64, 0, 20]);
      assert.not.match(probed.findings.join('\n'), /half-open/);
      assert.not.match(probed.unseen.join('\n'), /listens on|half-open/);
    });
    inEmptyFolder((cwd) => {
      const probed = JSON.parse(probeHalfOpen(cwd, 4, 40).stdout) as ProbeJson;
      // As many as the queue of this kernel holds; the others were answered by cookies.
      assert.ok(probed.half_open === 4 || probed.half_open === 5, String(probed.half_open));
      assert.match(
        probed.findings.join('\n'),
        /all that the SYN queue holds \([45]\): further SYNs are answered by cookies/,
      );
    });
  });
}

async function inEmptyFolderAsync(use: (folder: string) => Promise<void>): Promise<void> {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.run();
