import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WORKER_PREFIX } from '../../src/experiment/redis.ts';
import { VERSION } from '../../src/version.ts';
import { halfopen, inEmptyFolder, MAIN_PATH } from '../support/cli.ts';
import { RedisServer } from '../support/redis-server.ts';
import { GOOD } from '../support/scenario.ts';
import { have, skipped } from '../support/skip.ts';

const VARY = ['--vary', 'server.listen.backlog=1..12:1', '--vary', 'traffic.users.arrivals=poisson(10..50:4/s)'];
const POINTS = 132;
const SWEEP = ['sweep', 'a.yaml', ...VARY, '--replications', '4'];

/** What runs in a folder of its own, with a Redis server; all that was started is ended. */
async function withRedis(
  use: (
    server: RedisServer,
    cwd: string,
    start: (...args: string[]) => ChildProcess & { readonly text: () => string },
  ) => Promise<void>,
): Promise<void> {
  const server = await RedisServer.start();
  const cwd = mkdtempSync(join(tmpdir(), 'halfopen-'));
  const children: ChildProcess[] = [];
  writeFileSync(join(cwd, 'a.yaml'), GOOD.replace('poisson(1/s)', 'poisson(50/s)'));
  try {
    await use(server, cwd, (...args) => {
      const child = spawn(process.execPath, [MAIN_PATH, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
      let text = '';
      child.stderr.on('data', (piece) => (text += String(piece)));
      children.push(child);
      return Object.assign(child, { text: () => text });
    });
  } finally {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    await server.end();
    rmSync(cwd, { recursive: true, force: true });
  }
}

function rowsOf(cwd: string): string[] {
  const path = join(cwd, 'o/points.csv');
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').slice(1) : [];
}

async function untilRows(cwd: string, count: number, sweep: ChildProcess): Promise<void> {
  while (rowsOf(cwd).length < count && sweep.exitCode === null) await sleep(5);
  assert.is(sweep.exitCode, null, 'the sweep was done too soon');
}

async function untilSays(words: string, sweep: ChildProcess & { readonly text: () => string }): Promise<void> {
  while (!sweep.text().includes(words) && sweep.exitCode === null) await sleep(5);
  assert.ok(sweep.text().includes(words), sweep.text());
}

const test = suite('sweeps over Redis');

if (have('redis-server')) {
  test('a worker killed, Redis killed and back: the bytes of a sweep here, nothing lost and nothing twice', async () => {
    await withRedis(async (server, cwd, start) => {
      assert.is(halfopen([...SWEEP, '--out', 'l', '--quiet'], { cwd }).status, 0);
      const [doomed] = [1, 2].map(() => start('worker', '--redis', server.url, '--threads', '1'));
      const sweep = start(...SWEEP, '--redis', server.url, '--out', 'o');
      const ended = once(sweep, 'exit');
      await untilRows(cwd, 10, sweep);
      doomed?.kill('SIGKILL');
      await untilRows(cwd, 50, sweep);
      await server.kill();
      await sleep(300);
      await server.begin();
      assert.equal(await ended, [0, null], sweep.text());
      for (const name of ['sweep.csv', 'manifest.json'])
        assert.is(readFileSync(join(cwd, 'o', name), 'utf8'), readFileSync(join(cwd, 'l', name), 'utf8'));
      const rows = rowsOf(cwd);
      assert.is(rows.length, POINTS);
      assert.is(new Set(rows.map((row) => row.split(',')[0])).size, POINTS);
    });
  });

  test('everything that Redis had is gone: it is put there again', async () => {
    await withRedis(async (server, cwd, start) => {
      const { Redis } = await import('ioredis');
      const client = new Redis(server.url);
      start('worker', '--redis', server.url, '--threads', '1');
      const sweep = start(...SWEEP, '--redis', server.url, '--out', 'o');
      const ended = once(sweep, 'exit');
      await untilRows(cwd, 20, sweep);
      await client.flushall();
      client.disconnect();
      assert.equal(await ended, [0, null], sweep.text());
      assert.is(rowsOf(cwd).length, POINTS);
    });
  });

  test('a coordinator that was killed goes on; workers of another version get nothing, and are told of', async () => {
    await withRedis(async (server, cwd, start) => {
      const { Redis } = await import('ioredis');
      const client = new Redis(server.url);
      await client.set(`${WORKER_PREFIX}old`, JSON.stringify({ version: '0.0.1', threads: 3 }));
      client.disconnect();
      const first = start(...SWEEP, '--redis', server.url, '--out', 'o');
      await untilSays('no workers', first);
      assert.match(
        first.text(),
        /^no workers; 1 of version 0\.0\.1 get nothing, this is .*; start some: halfopen worker/,
      );
      const worker = start('worker', '--redis', server.url, '--threads', '1', '--idle', '3s');
      const over = once(worker, 'exit');
      await untilSays('1 workers with 1 threads; 1 of version 0.0.1 get nothing', first);
      await untilRows(cwd, 10, first);
      first.kill('SIGKILL');
      const again = start(...SWEEP, '--redis', server.url, '--out', 'o');
      assert.equal(await once(again, 'exit'), [0, null], again.text());
      assert.match(again.text(), /^\d+ of 132 points were there already/);
      assert.is(new Set(rowsOf(cwd).map((row) => row.split(',')[0])).size, POINTS);
      assert.equal(await over, [0, null]);
      assert.match(
        worker.text(),
        new RegExp(`^a worker of version ${VERSION} with 1 threads .*\n\\d+ chunks were computed\n$`),
      );
    });
  });
} else {
  skipped('sweeps over Redis', 'there is no redis-server');
}

test('an address that is none, or where nobody answers, is told of', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'a.yaml'), GOOD);
    for (const [url, says] of [
      ['localhost:6379', /^--redis: expected redis:\/\/HOST:PORT, received localhost:6379\n$/],
      ['http://redis', /^--redis: expected redis:\/\/HOST:PORT/],
      [
        'redis://127.0.0.1:1',
        /^--redis redis:\/\/127\.0\.0\.1:1: expected a Redis server that answers, received ECONNREFUSED\n$/,
      ],
    ] as const) {
      const { status, stderr } = halfopen(['worker', '--redis', url], { cwd });
      assert.is(status, 2, stderr);
      assert.match(stderr, says);
    }
    const { status, stderr } = halfopen([...SWEEP, '--redis', 'redis:'], { cwd });
    assert.equal([status, stderr], [2, '--redis: expected redis://HOST:PORT, received redis:\n']);
    assert.match(halfopen(['worker', '--redis', 'redis://x', '--idle', 'soon']).stderr, /^--idle: expected a duration/);
  });
});
test.run();
