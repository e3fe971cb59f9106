/** The worker of the playground: hands messages to the engine, and lets in those that came while it worked. */
import './buffer.ts';
import { PlayEngine } from '../engine.ts';
import type { FromWorker, ToWorker } from '../protocol.ts';

/** What of a worker's scope is used; its library knows it as a window. */
interface Scope {
  postMessage(message: FromWorker): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
}

const scope = globalThis as unknown as Scope;
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.addEventListener('message', () => waiting.shift()?.());
channel.port1.start();

/** A message to oneself comes after those that wait already. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}

const engine = new PlayEngine((message) => scope.postMessage(message), breathe);
scope.addEventListener('message', ({ data }) => void engine.onMessage(data));
