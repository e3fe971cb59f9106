import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder } from '../support/cli.ts';
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
test.run();
