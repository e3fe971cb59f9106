import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '../../src/cli/run.ts';
import { halfopen, inEmptyFolder, MAIN_PATH } from '../support/cli.ts';
import { GOOD } from '../support/scenario.ts';

const test = suite('halfopen run');

test('--out never replaces the results of another run that lie beside scenarios/', () => {
  inEmptyFolder((cwd) => {
    const run = (...args: string[]): { status: number | null; stderr: string } =>
      halfopen(['run', 'scenarios/small.yaml', '--quiet', ...args], { cwd });
    mkdirSync(join(cwd, 'scenarios'));
    writeFileSync(join(cwd, 'scenarios/small.yaml'), GOOD);
    assert.is(run().status, 0);
    const before = readFileSync(join(cwd, 'results/small/manifest.json'), 'utf8');
    for (const change of [
      ['--set', 'server.listen.backlog=9'],
      ['--seed', '2'],
      ['--replications', '2'],
    ]) {
      const { status, stderr } = run('--out', 'results/small', ...change);
      assert.is(status, 2, change.join(' '));
      assert.match(
        stderr,
        /^--out results\/small: expected a folder without the results of another run, such as results\/small\/[0-9a-f]{8}, received one with a manifest\.json of another run\n$/,
      );
    }
    assert.is(readFileSync(join(cwd, 'results/small/manifest.json'), 'utf8'), before);
    assert.is(run('--out', 'results/small').status, 0);
    assert.is(run('--out', 'elsewhere').status, 0);
    assert.is(run('--out', 'elsewhere', '--seed', '2').status, 0);
  });
});
test('a capture that ends inside a packet is replayed up to there, and said to be cut, once', () => {
  inEmptyFolder((cwd) => {
    const whole = readFileSync('scenarios/captures/handshakes.pcap');
    writeFileSync(join(cwd, 'cut.pcap'), whole.subarray(0, -5));
    writeFileSync(join(cwd, 'whole.pcap'), whole);
    const scenario = `duration: 10s
server: { stack: linux-1.2 }
traffic:
  a: { kind: syn-flood, arrivals: capture(FILE) }
  b: { kind: clients, arrivals: capture(FILE) }
`;
    for (const name of ['cut', 'whole'])
      writeFileSync(join(cwd, `${name}.yaml`), scenario.replaceAll('FILE', `${name}.pcap`));
    for (const command of ['check', 'run']) {
      const [cut, good] = ['cut', 'whole'].map((name) => halfopen([command, `${name}.yaml`, '--json'], { cwd }));
      assert.equal([cut?.status, cut?.stderr], [0, 'cut.pcap: ends inside a packet; what comes before it counts\n']);
      assert.equal([good?.status, good?.stderr], [0, '']);
    }
    const replicated = halfopen(['run', 'cut.yaml', '--quiet', '--replications', '3'], { cwd });
    assert.is(replicated.stderr, 'cut.pcap: ends inside a packet; what comes before it counts\n');
  });
});

/** Twenty replications of some 30 ms: long enough for threads. */
const LONG = `duration: 10s
server: { stack: linux-1.2, listen: { backlog: 128 } }
traffic:
  users: { kind: clients, arrivals: poisson(400/s), rtt: 40ms }
  replay: { kind: clients, arrivals: capture(handshakes.pcap) }
`;

test('any number of threads gives the same files and the same document', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'long.yaml'), LONG);
    writeFileSync(join(cwd, 'handshakes.pcap'), readFileSync('scenarios/captures/handshakes.pcap'));
    const [one, ...others] = ['1', '3'].map((threads) => {
      const args = ['run', 'long.yaml', '--replications', '20', '--threads', threads, '--json', '--out', 'out'];
      const { status, stderr, stdout } = halfopen(args, { cwd });
      assert.equal([status, stderr], [0, '']);
      const names = readdirSync(join(cwd, 'out')).toSorted();
      assert.equal(names, ['counters.csv', 'manifest.json', 'summary.csv', 'timeseries.csv']);
      return [stdout, ...names.map((name) => readFileSync(join(cwd, 'out', name), 'utf8'))];
    });
    for (const other of others) assert.ok(isDeepStrictEqual(other, one));
  });
});

test('limits that end runs in threads end the command as ever', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'long.yaml'), LONG.replace(/ {2}replay.*\n/, ''));
    const args = ['run', 'long.yaml', '--replications', '20', '--set', 'limits.events=36000', '--quiet', '--out'];
    const [one, two] = ['1', '2'].map((threads) => halfopen([...args, threads, '--threads', threads], { cwd }));
    assert.equal(
      [one?.status, one?.stderr],
      [2, 'stopped by limits.events: a higher one can be set with --set limits.events=…\n'],
    );
    assert.equal(two, one);
    assert.is(readFileSync(join(cwd, '2/summary.csv'), 'utf8'), readFileSync(join(cwd, '1/summary.csv'), 'utf8'));
  });
});

test('a number of threads is a whole number of at least 1', () => {
  for (const threads of ['0', '-1', '1.5', 'many', '1025', '']) {
    const { status, stderr } = halfopen(['run', 'scenarios/no-attack.yaml', '--threads', threads]);
    assert.is(status, 2, threads);
    assert.match(stderr, /^--threads: expected a whole number from 1 to 1024, received /);
  }
});

test('an interrupt ends replications in threads, and leaves no files behind', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'long.yaml'), LONG.replace(/ {2}replay.*\n/, ''));
    const args = [MAIN_PATH, 'run', 'long.yaml', '--replications', '100000', '--threads', '2', '--out', 'out'];
    // By then the threads are at work; if not, it has to end all the same.
    const { signal } = spawnSync(process.execPath, args, { cwd, timeout: 1500, killSignal: 'SIGINT' });
    assert.is(signal, 'SIGINT');
    assert.equal(readdirSync(cwd), ['long.yaml']);
  });
});

test('an output that tells of every packet says whose SYNs are not skipped for it', async () => {
  const text = (skip: string): string => `duration: 10s
skip: ${skip}
server: { stack: classic, classic: { slots: 3 } }
traffic:
  users: { kind: clients, arrivals: poisson(1/s) }
  flood: { kind: syn-flood, arrivals: poisson(100/s) }
`;
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-'));
  const write = process.stderr.write.bind(process.stderr);
  const said: string[] = [];
  process.stderr.write = (chunk: string | Uint8Array): boolean => said.push(String(chunk)) > 0;
  try {
    const [pcap, trace] = [join(folder, 'flood.pcapng'), join(folder, 'flood.json')];
    for (const [skip, outputs] of [
      ['auto', { pcap }],
      ['auto', { pcap, trace }],
      ['auto', {}],
      ['off', { pcap }],
    ] as const) {
      const path = join(folder, 'flood.yaml');
      writeFileSync(path, text(skip));
      assert.is(await run(path, { quiet: true, out: join(folder, 'out'), ...outputs }, new Map()), 0);
      const skipped = /run.skipped_syns,SYNs,(\d+)/.exec(readFileSync(join(folder, 'out/summary.csv'), 'utf8'))?.[1];
      assert.is(Number(skipped) > 0, skip === 'auto' && !('pcap' in outputs));
    }
  } finally {
    process.stderr.write = write;
    rmSync(folder, { recursive: true });
  }
  assert.equal(said, [
    'nothing of flood is skipped: --pcap tells of every packet, which draws other random numbers (skip: off draws the same)\n',
    'nothing of flood is skipped: --pcap, --trace tell of every packet, which draws other random numbers (skip: off draws the same)\n',
  ]);
});
test.run();
