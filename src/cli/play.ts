/**
 * `halfopen play`: serves the playground to browsers on this machine, and to nobody else: on loopback, and only to requests that name it,
 * so that no page from elsewhere can reach it by a name of its own. It is one file, which also opens without a server.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { InputError } from '../engine/errors.ts';
import { reasonOf } from '../report/files.ts';
import { plainJson } from '../report/json.ts';
import { packageDirectory, readText } from './input-files.ts';
import { Exit } from './messages.ts';
import type { CommonOptions } from './options.ts';

export interface PlayOptions extends CommonOptions {
  readonly port?: string;
}

const PAGE = join('dist', 'web', 'playground.html');
const LOOPBACK = '127.0.0.1';
const PORT_MAX = 65_535;
const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Serves until it is told to stop. @returns the exit code. */
export async function play(options: PlayOptions): Promise<number> {
  const port = portOf(options.port ?? '0');
  const file = join(packageDirectory(), PAGE);
  const server = serverOf(Buffer.from(readText(file), 'utf8'));
  const address = await listen(server, port);
  if (options.json === true) process.stdout.write(plainJson('play', { address, file }));
  else process.stdout.write(`${address}\n`);
  if (options.quiet !== true && options.json !== true)
    process.stderr.write(`the playground, until Ctrl-C; it also opens as a file: ${file}\n`);
  await stopped(server);
  return Exit.Done;
}

/** A server of `page` alone. */
export function serverOf(page: Buffer): Server {
  return createServer((request, response) => {
    const status = statusOf(request);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', 'no-store');
    if (status !== 200) return refuse(response, status);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Length', page.byteLength);
    response.end(request.method === 'HEAD' ? undefined : page);
  });
}

/** 421 for who asks for another host, 405 for who wants more than to read, 404 for any other path. */
function statusOf({ headers, method, socket, url }: IncomingMessage): number {
  const names = [LOOPBACK, 'localhost', '[::1]'].map((name) => `${name}:${socket.localPort ?? 0}`);
  if (!names.includes(headers.host ?? '')) return 421;
  if (method !== 'GET' && method !== 'HEAD') return 405;
  return /^\/(?:\?.*)?$/.test(url ?? '') ? 200 : 404;
}

function refuse(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end('There is one page here, for browsers on this machine: /\n');
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= PORT_MAX) return port;
  throw new InputError([
    { where: '--port', expected: `a port, or 0 for a free one, up to ${PORT_MAX}`, received: text },
  ]);
}

/** @returns the address. @throws InputError when the port cannot be had. */
function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(new InputError([{ where: `--port ${port}`, expected: 'a free port', received: reasonOf(error) }]));
    });
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      const own = address !== null && typeof address === 'object' ? address.port : port;
      resolve(`http://${LOOPBACK}:${own}/`);
    });
  });
}

function stopped(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      server.close(() => resolve());
      server.closeAllConnections();
    };
    for (const signal of STOP_SIGNALS) process.once(signal, stop);
  });
}
