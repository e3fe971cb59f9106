/** The page's side of the worker, with a worker that only writes down what it is asked: no browser is needed for that. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rolldown } from 'rolldown';
import type { FromWorker, ToWorker } from '../../../src/playground/protocol.ts';
import { BLANK, type PlayState } from '../../../src/playground/state.ts';

interface Client {
  run(state: PlayState): void;
  files(): void;
}

type Receive = (event: { readonly data: FromWorker }) => void;

class StandIn {
  static readonly all: StandIn[] = [];
  readonly asked: string[] = [];
  isEnded = false;
  private receive: Receive = () => {};

  constructor() {
    StandIn.all.push(this);
  }

  addEventListener(kind: string, listener: Receive): void {
    if (kind === 'message') this.receive = listener;
  }

  postMessage(message: ToWorker): void {
    this.asked.push('id' in message ? `${message.kind} ${message.id}` : message.kind);
  }

  terminate(): void {
    this.isEnded = true;
  }

  answer(kind: FromWorker['kind'], id?: number): void {
    this.receive({ data: { kind, ...(id === undefined ? {} : { id }) } as FromWorker });
  }
}

async function clientClass(): Promise<
  new (booted: object, questions: [], onMessage: (m: FromWorker) => void) => Client
> {
  const build = await rolldown({ input: 'src/playground/page/client.ts', platform: 'browser' });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  const url = `data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`;
  return ((await import(url)) as { EngineClient: Awaited<ReturnType<typeof clientClass>> }).EngineClient;
}

const EngineClient = await clientClass();

/** A client whose worker listens, and what the page hears. */
function opened(): { readonly client: Client; readonly worker: StandIn; readonly heard: string[] } {
  const heard: string[] = [];
  const worker = new StandIn();
  const client = new EngineClient({ source: '', worker }, [], (message) => heard.push(message.kind));
  worker.answer('opened');
  return { client, worker, heard };
}

const test = suite('playground client');

test.before(() => {
  Object.assign(globalThis, { Worker: StandIn });
});

test('files that are asked for during a run are those of its result', () => {
  const { client, heard, worker } = opened();
  client.run(BLANK);
  client.files();
  assert.equal(worker.asked, ['open', 'run 1']);
  worker.answer('result', 1);
  assert.equal(worker.asked, ['open', 'run 1', 'files 1']);
  worker.answer('files', 1);
  client.run(BLANK);
  worker.answer('result', 2);
  assert.equal(worker.asked.slice(3), ['run 2']); // nobody asks for these
  assert.equal(heard, ['opened', 'result', 'files', 'result']);
});

test('an answer to something older is nothing', () => {
  const { client, heard, worker } = opened();
  client.run(BLANK);
  client.run(BLANK);
  worker.answer('result', 1);
  worker.answer('result', 2);
  assert.equal(heard, ['opened', 'result']);
});

test('a worker that is deaf is ended, and another one makes the newest run, and the files that were asked for', async () => {
  const { client, worker } = opened();
  client.run(BLANK);
  client.files();
  client.run(BLANK);
  while (!worker.isEnded) await new Promise((resolve) => setTimeout(resolve, 50));
  const other = StandIn.all.at(-1)!;
  assert.is.not(other, worker);
  other.answer('opened');
  assert.equal(other.asked, ['open', 'run 3']);
  other.answer('result', 3);
  assert.equal(other.asked, ['open', 'run 3', 'files 3']);
});

test.run();
