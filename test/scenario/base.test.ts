import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { InputError } from '../../src/engine/errors.ts';
import { ScenarioBase } from '../../src/scenario/base.ts';
import { knownPaths } from '../../src/scenario/known-paths.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { scenarioData } from '../../src/scenario/serialize.ts';

const TEXT = `duration: 10s
server:
  stack: linux-6.18
  listen: { backlog: 16 }
  sysctl: { net.core.somaxconn: 4096 }
  accept: { pauses: [{ at: 1s, for: 2s }, { at: 5s, for: 1s }] }
links:
  access: { rate: 1Gbps }
traffic:
  users: { kind: clients, arrivals: poisson(1/s), link: access }
  flood: { kind: syn-flood, arrivals: poisson(5/s) }
`;
const base = (overrides = [{ path: 'duration', value: '20s' }]): ScenarioBase =>
  new ScenarioBase({ text: TEXT, fileName: 'a.yaml', overrides, options: { seed: '7' } });
const test = suite('scenario base');

test('a variant is what the file with these settings is', () => {
  const settings = [
    { path: 'server.listen.backlog', value: '64' },
    { path: 'server.sysctl.net.core.somaxconn', value: '32' },
    { path: 'server.accept.pauses.1.for', value: '3s' },
    { path: 'traffic.flood.arrivals', value: 'poisson(9/s)' },
    { path: 'server.accept.service', value: '5ms' },
    { path: 'server.listen.backlog', value: '65' },
  ];
  const all = [{ path: 'duration', value: '20s' }, ...settings];
  const same = base();
  assert.equal(same.with(settings), parseScenario(TEXT, 'a.yaml', all, { seed: '7' }));
  assert.equal(same.with([]), same.scenario, 'nothing of the base has changed');
});

test('a value that is read once is the same in every variant, whatever was made of the others', () => {
  const same = base();
  const settings = [{ path: 'server.accept.pauses', value: '[{ at: 2s, for: 1s }]' }];
  const longer = [...settings, { path: 'server.accept.pauses.0.for', value: '3s' }];
  const expected = parseScenario(TEXT, 'a.yaml', [{ path: 'duration', value: '20s' }, ...settings], { seed: '7' });
  assert.equal(same.with(settings), expected);
  assert.is(same.with(longer).server.accept.pauses[0]?.forNs, 3e9);
  assert.equal(same.with(settings), expected);
});

test('what stands in the file, and what does not, is told apart', () => {
  const at = (path: string): unknown => base().valueAt(path);
  assert.equal(
    [at('server.listen.backlog'), at('duration'), at('server.accept.workers'), at('server.accept.pauses.0.for')],
    [16, '20s', undefined, '2s'],
  );
});

test('a value that does not fit is told of by the option that gave it, all of them at once', () => {
  const settings = [
    { path: 'server.listen.backlog', value: '1.5' },
    { path: 'duration', value: 'long' },
    { path: 'traffic.users.rtt', value: '5' },
  ];
  const issues = base().issuesWith(settings, '--vary');
  assert.equal(
    issues.map(({ where, received }) => `${where} ${received}`),
    ['--vary duration long', '--vary server.listen.backlog 1.5', '--vary traffic.users.rtt 5'],
  );
  assert.throws(
    () => base().with(settings),
    (error: unknown) => error instanceof InputError,
  );
  assert.equal(base().issuesWith([{ path: 'server.listen.backlog', value: '5' }]), []);
});

/** Path → what the message has to say. */
const BAD_PATHS: readonly (readonly [path: string, says: RegExp])[] = [
  ['', /received nothing/],
  ['backlog', /did you mean server\.listen\.backlog or /],
  ['server.backlog', /did you mean server\.listen\.backlog or /],
  ['server.listen.backlgo', /did you mean server\.listen\.backlog\?/],
  ['server.listen', /path of one value: server\.listen\.backlog, server\.listen\.reuseport/],
  ['server', /path of one value: .*, …, received server, a section/],
  ['traffic.user.arrivals', /did you mean traffic\.users\.arrivals or /],
  ['users.arrivals', /did you mean traffic\.users\.arrivals\?/],
  ['arrivals', /did you mean traffic\.users\.arrivals or traffic\.flood\.arrivals\?/],
  ['server.listen.backlog.max', /server\.listen\.backlog, which is one value/],
  ['net.core.somaxconn', /did you mean server\.sysctl\.net\.core\.somaxconn\?/],
  ['tcp_syncookies', /did you mean server\.sysctl\.net\.ipv4\.tcp_syncookies\?/],
  ['server.accept.pauses.2.for', /did you mean server\.accept\.pauses\.[01]\.for/],
  ['links.acess.rate', /did you mean links\.access\.rate\?/],
  ['traffic.flood.rtt', /did you mean/],
];

test('a path that is none is told of with the one that was meant', () => {
  for (const [path, says] of BAD_PATHS) {
    const issue = base().pathIssue(path, '--find');
    assert.is(issue?.where, '--find', path);
    assert.match(`expected ${issue?.expected}, received ${issue?.received}`, says);
  }
});

test('every path that a scenario can have is known', () => {
  const { scenario } = base();
  const paths = knownPaths(scenarioData(scenario));
  for (const path of [
    'duration',
    'seed',
    'server.listen.backlog',
    'server.accept.pauses.1.for',
    'server.sysctl.net.ipv4.tcp_synack_retries',
    'links.access.loss',
    'traffic.users.timeout',
    'traffic.users.sysctl.net.ipv4.tcp_syn_retries',
    'traffic.flood.pool',
    'limits.events',
  ]) {
    assert.ok(paths.includes(path), path);
    assert.is(base().pathIssue(path, '--find'), null, path);
  }
});
test.run();
