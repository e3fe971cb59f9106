import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, MAIN_PATH } from '../support/cli.ts';
import { buildWeb } from '../support/web.ts';

if (!existsSync('dist/web/playground.html')) await buildWeb('dist/web');

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type: string;
}

function ask(address: string, path: string, method: string, host: string | null): Promise<Answer> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const headers = host === null ? {} : { host };
    const asked = request({ hostname, port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      const type = response.headers['content-type'] ?? '';
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, type }));
    });
    asked.on('error', reject).end();
  });
}

const test = suite('halfopen play');

test('serves the page to this machine alone, until it is told to stop', async () => {
  const child = spawn(process.execPath, [MAIN_PATH, 'play'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  const address = first.toString().trim();
  assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  const { port } = new URL(address);
  const page = await ask(address, '/', 'GET', null);
  assert.equal([page.status, page.type], [200, 'text/html; charset=utf-8']);
  assert.match(page.body, /^<!doctype html>/);
  const head = await ask(address, '/?x', 'HEAD', `localhost:${port}`);
  assert.equal([head.status, head.body], [200, '']);
  for (const [path, method, host, status] of [
    ['/', 'GET', 'evil.example', 421],
    ['/', 'GET', `evil.example:${port}`, 421],
    ['/', 'GET', '127.0.0.1:1', 421],
    ['/../package.json', 'GET', null, 404],
    ['/playground.html', 'GET', null, 404],
    ['/', 'POST', null, 405],
  ] as const) {
    assert.is((await ask(address, path, method, host)).status, status, `${method} ${path} ${host ?? ''}`);
  }
  const taken = halfopen(['play', '--port', port]);
  assert.is(taken.status, 2);
  assert.match(taken.stderr, /^--port \d+: expected a free port, received/);
  child.kill('SIGINT');
  assert.equal(await once(child, 'exit'), [0, null]);
});

test('a port that is none is refused', () => {
  for (const port of ['x', '-1', '65536', '1.5', '']) {
    const { status, stderr } = halfopen(['play', '--port', port]);
    assert.equal([status, stderr.startsWith('--port: expected a port')], [2, true], port);
  }
});

test.run();
