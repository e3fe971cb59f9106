/** A Redis server of a test's own: an empty folder, a free port, every write in a file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class RedisServer {
  readonly url: string;
  private readonly folder: string;
  private readonly port: number;
  private process: ChildProcess | null;

  private constructor(port: number) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.folder = mkdtempSync(join(tmpdir(), 'halfopen-redis-'));
    this.process = null;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.begin();
    return server;
  }

  /** Begins, or goes on with what the file has. */
  async begin(): Promise<void> {
    const places = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder];
    const args = [...places, '--save', '', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
    this.process = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    for await (const text of this.process.stdout ?? []) if (String(text).includes('eady to accept')) break;
  }

  /** As if the machine had lost its power. */
  async kill(): Promise<void> {
    const { process } = this;
    if (process === null || process.exitCode !== null) return;
    const ended = once(process, 'exit');
    process.kill('SIGKILL');
    await ended;
    this.process = null;
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address !== null && typeof address === 'object' ? address.port : 0;
}
