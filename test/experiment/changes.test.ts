import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Changes, findChanges } from '../../src/experiment/changes.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const USERS = 'users: { kind: clients, arrivals: periodic(10/s), until: 60s, rtt: 10ms, timeout: 5s }';

function changesOf(server: string, traffic = USERS, more = 'duration: 70s'): Changes | null {
  const scenario = parseScenario(`${more}\nserver: { ${server} }\ntraffic: { ${traffic} }\n`, 'test.yaml');
  return findChanges(scenario, new Map(), simulate({ scenario, files: new Map() }));
}

/** The change that helps most, as for --set, and how many it serves. */
function best(changes: Changes | null): string {
  const [first] = changes?.changes ?? [];
  if (first === undefined) return 'none';
  const set = first.settings.map(({ path, value }) => `${path}=${value}`).join(' ');
  return `${set}: ${first.served}/${first.started}`;
}

const test = suite('what would change it');

for (const [what, server, expected] of [
  [
    'a late start',
    'stack: linux-1.2, listen: { backlog: 5 }, accept: { start: 20s }',
    'server.accept.start=0s: 600/600',
  ],
  [
    'pauses',
    'stack: classic, listen: { backlog: 5 }, accept: { pauses: [{ at: 5s, for: 9s, every: 20s }] }',
    'server.accept.pauses=[]: 600/600',
  ],
  [
    'descriptors',
    'stack: linux-1.2, listen: { backlog: 5 }, accept: { close: false }',
    'server.accept.close=true: 600/600',
  ],
  [
    'nobody accepts',
    'stack: classic, listen: { backlog: 5 }, accept: { mode: never }',
    'server.accept.mode=blocking: 600/600',
  ],
  [
    'a slow service',
    'stack: classic, listen: { backlog: 5 }, accept: { service: 500ms }',
    'server.accept.workers=8: 600/600',
  ],
] as const) {
  test(`${what}: the setting that serves most comes first`, () => {
    assert.is(best(changesOf(server)), expected);
  });
}

test('clients: their patience, and the port that they ask', () => {
  const server = 'stack: linux-1.2, listen: { backlog: 5 }';
  assert.is(best(changesOf(server, USERS.replace('5s', '1ms'))), 'traffic.users.timeout=none: 600/600');
  assert.is(best(changesOf(server, USERS.replace('rtt', 'port: 81, rtt'))), 'traffic.users.port=80: 600/600');
});

test('links: rate, queue and loss', () => {
  const through = (link: string): string =>
    best(
      changesOf('stack: classic', `${USERS.slice(0, -2)}, link: wan }`, `duration: 70s\nlinks: { wan: { ${link} } }`),
    );
  assert.match(through('rate: 8kbps, queue: 3 packets'), /^links\.wan\.rate=64000bps: 600/);
  assert.match(through('loss: 50%'), /^links\.wan\.loss=0%: 600/);
});

test('two settings where the first alone is none: an old kernel grants no longer queue', () => {
  const flood = 'attack: { kind: syn-flood, arrivals: burst(5) }';
  const server = 'stack: linux-1.2, listen: { backlog: 64 }, linux12: { version: 1.2.10 }';
  assert.is(
    best(changesOf(server, `${flood}, ${USERS}`)),
    'server.linux12.version=1.2.13 server.listen.backlog=512: 600/600',
  );
});

test('where nobody failed the SYNs count that were refused and sent again; without clients those of floods', () => {
  const patient = USERS.replace('periodic(10/s)', 'burst(8)').replace('timeout: 5s', 'timeout: none');
  const repaired = changesOf('stack: linux-1.2, listen: { backlog: 5 }', patient);
  assert.equal([repaired?.goal, repaired?.lost], ['refused_syns', 3]);
  assert.is(repaired?.changes[0]?.refusedSyns, 0);
  const flood = 'attack: { kind: syn-flood, arrivals: periodic(1/s) }';
  // Of 71 SYNs four take a slot, and four more when those are free after 63 s.
  const refused = changesOf('stack: classic, classic: { slots: 4 }', flood);
  assert.equal([refused?.goal, refused?.lost], ['refused_syns', 63]);
});

test('each drop names the change that lowers it most, and the cause is what the best change lowers', () => {
  const changes = changesOf('stack: classic, listen: { backlog: 2 }, accept: { pauses: [{ at: 9s, for: 20s }] }');
  assert.is(changes?.cause?.cause, 'accept_queue_full');
  assert.equal(
    changes?.drops.map(({ cause, setting }) => [cause, setting]),
    [['accept_queue_full', 'server.accept.pauses']],
  );
});

test('nothing is tried when nothing was lost, when the run was stopped, or when it was long', () => {
  assert.is(changesOf('stack: classic'), null);
  const lossy = 'stack: linux-1.2, listen: { backlog: 0 }';
  assert.is(changesOf(lossy, USERS, 'duration: 60s\nlimits: { events: 100 }'), null);
  assert.is(changesOf(lossy, USERS.replace('10/s', '20000/s'), 'duration: 20s\nsample: 20s'), null);
});

test('when no setting helps the list is empty, and no drop has one', () => {
  const full = changesOf(
    'stack: linux-1.2, listen: { backlog: 128 }',
    `a: { kind: syn-flood, arrivals: burst(999) }, ${USERS}`,
  );
  assert.equal(full?.changes, []);
  assert.equal(
    full?.drops.map(({ setting }) => setting),
    [null],
  );
});
test.run();
