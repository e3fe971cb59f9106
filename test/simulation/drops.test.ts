import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Drop, RunResult } from '../../src/simulation/result.ts';
import { simulate } from '../../src/simulation/simulate.ts';

/** A flood, or clients, against `server`. */
function run(server: string, traffic: string, more = ''): RunResult {
  const text = `duration: 100s\nserver: { ${server} }\ntraffic: { ${traffic} }\n${more}`;
  return simulate({ scenario: parseScenario(text, 'test.yaml'), files: new Map() });
}

function largest({ drops }: RunResult): Drop | undefined {
  return drops.toSorted((a, b) => b.count - a.count)[0];
}

const FLOOD = 'attack: { kind: syn-flood, arrivals: periodic(10/s) }';
const USERS = 'users: { kind: clients, arrivals: periodic(1/s), rtt: 10ms }';

const test = suite('drops');

test('linux 1.2: a full queue asks for a larger backlog as long as the kernel grants one', () => {
  for (const [listen, version, setting] of [
    ['5', '1.2.13', 'server.listen.backlog'],
    ['128', '1.2.13', null],
    ['-1', '1.2.13', null],
    ['4', '1.2.10', 'server.listen.backlog'],
    ['64', '1.2.10', 'server.linux12.version'],
  ] as const) {
    const server = `stack: linux-1.2, listen: { backlog: ${listen} }, linux12: { version: ${version} }`;
    assert.is(largest(run(server, FLOOD))?.setting, setting, `listen(${listen}) on ${version}`);
  }
});

test('connections that wait for accept() ask for another way to accept first', () => {
  for (const [accept, setting] of [
    ['mode: never', 'server.accept.mode, server.listen.backlog'],
    ['mode: poll, period: 30s', 'server.accept.period, server.listen.backlog'],
    ['mode: blocking, service: 30s', 'server.accept.workers, server.listen.backlog'],
  ] as const) {
    const server = `stack: linux-1.2, listen: { backlog: 5 }, accept: { ${accept} }`;
    assert.is(largest(run(server, USERS))?.setting, setting, accept);
  }
  const classic = 'stack: classic, listen: { backlog: 5 }, accept: { mode: never }';
  assert.is(largest(run(classic, USERS))?.setting, 'server.accept.mode, server.listen.backlog');
});

test('a select() that dead connections cannot wake asks for a time-out, and a time-out helps', () => {
  const server = (select: string): string =>
    `stack: linux-1.2, listen: { backlog: 5 }, accept: { mode: select${select} }`;
  const traffic = `attack: { kind: syn-flood, arrivals: burst(5) }, ${USERS.replace('1/s', '1/100s')}`;
  const served = (select: string): RunResult =>
    simulate({
      scenario: parseScenario(`duration: 3000s\nserver: { ${server(select)} }\ntraffic: { ${traffic} }`, 'x.yaml'),
      files: new Map(),
    });
  const asleep = served('');
  assert.is(largest(asleep)?.setting, 'server.accept.timeout, server.listen.backlog');
  const countOf = ({ metrics }: RunResult): number => metrics.find((m) => m.path === 'users.served')?.value ?? 0;
  assert.is(countOf(asleep), 0);
  assert.ok(countOf(served(', timeout: 10s')) > 10);
});

test('classic: a full table asks for slots', () => {
  const drop = largest(run('stack: classic, classic: { slots: 4 }', FLOOD));
  assert.equal(
    [drop?.cause, drop?.setting, drop?.unit, drop?.firstAtNs],
    ['slots_full', 'server.classic.slots', 'SYNs', 4e8],
  );
});

test('links: packets of both ways, by cause, with the settings of the link', () => {
  const users = `${USERS.slice(0, -2)}, link: wan }`;
  const lossy = run('stack: classic', users, 'links: { wan: { loss: 20% } }');
  assert.equal(
    lossy.drops.map(({ cause, unit, setting }) => [cause, unit, setting]),
    [
      ['link_loss', 'packets', 'links.wan.loss'],
      ['link_loss', 'packets', 'links.wan.loss'],
    ],
  );
  const flood = `${FLOOD.slice(0, -2)}, link: wan }`;
  const slow = run('stack: classic', flood, 'links: { wan: { rate: 1kbps, queue: 2 packets } }');
  assert.equal([slow.drops[0]?.cause, slow.drops[0]?.setting], ['link_queue_full', 'links.wan.queue, links.wan.rate']);
  assert.ok(slow.conservation.ok);
});
test.run();
