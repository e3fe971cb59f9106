import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder, shipped } from '../support/cli.ts';

const NAME = 'five-syns-select-server';

const test = suite('halfopen report');

test('run --report writes a page beside the CSV, and says so', () => {
  inEmptyFolder((cwd) => {
    const { status, stdout } = halfopen(['run', shipped(NAME), '--report', '--out', 'o'], { cwd });
    assert.is(status, 0);
    assert.match(stdout, /report\.html/);
    const page = readFileSync(join(cwd, 'o/report.html'), 'utf8');
    assert.match(page, /None of 30 users was served/);
    assert.match(page, /server\.listen\.backlog=40/);
    assert.not.match(page, /<script|https?:\/\/(?!www\.w3\.org)/);
  });
});

test('of a folder the page is the same, settings, seed and replications included', () => {
  inEmptyFolder((cwd) => {
    const more = ['--set', 'server.listen.backlog=2', '--seed', 'x', '--replications', '2'];
    assert.is(halfopen(['run', shipped(NAME), ...more, '--report', '--quiet', '--out', 'o'], { cwd }).status, 0);
    const path = join(cwd, 'o/report.html');
    const page = readFileSync(path, 'utf8');
    writeFileSync(path, '');
    const { status, stdout } = halfopen(['report', 'o', '--scenario', shipped(NAME), '--json'], { cwd });
    assert.is(status, 0);
    assert.equal(JSON.parse(stdout).files, ['o/report.html']);
    assert.is(readFileSync(path, 'utf8'), page);
  });
});

test('a folder whose numbers, scenario or manifest are others is refused, and gets no page', () => {
  inEmptyFolder((cwd) => {
    assert.is(halfopen(['run', shipped(NAME), '--quiet', '--out', 'o'], { cwd }).status, 0);
    const said = (...more: string[]): string => {
      const { status, stderr } = halfopen(['report', 'o', ...more], { cwd });
      assert.is(status, 2);
      assert.not(existsSync(join(cwd, 'o/report.html')));
      return stderr;
    };
    assert.match(said('--scenario', shipped('no-attack')), /another one, or it has changed/);
    appendFileSync(join(cwd, 'o/summary.csv'), '<script>,x,1\n');
    assert.match(said(), /received other ones/);
    assert.match(said('--show', 'users.served'), /expected the folder of a sweep, received one of a run/);
    for (const text of [
      '{',
      '[]',
      '{"scenario":1}',
      '{"scenario":"../../x","scenario_hash":"0","seed":"1","settings":{"a":{}},"skip":"auto"}',
    ]) {
      writeFileSync(join(cwd, 'o/manifest.json'), text);
      assert.match(said(), /manifest of a run/);
    }
  });
});

const MINE = `title: Mine
duration: 5s
server: { stack: linux-6.18, listen: { backlog: 4 }, accept: { pauses: [{ at: 1s, for: 1s }] } }
traffic: { users: { kind: clients, stack: linux-6.18, arrivals: poisson(20/s) } }
`;
const COST = ['--vary', 'server.listen.backlog=1,4,16', '--cost', 'users.unserved + 0.5*server.listen.backlog'];
const KINDS: readonly (readonly [csv: string, ...args: string[]])[] = [
  ['summary.csv', 'run', 'mine.yaml', '--set', 'server.listen.backlog=2'],
  ['sweep.csv', 'sweep', 'mine.yaml', '--vary', 'server.listen.backlog=1,2', '--replications', '2', '--seed', 'x y'],
  [
    'tune.csv',
    'tune',
    'mine.yaml',
    '--goal',
    'users.refused == 0 and users.served >= 1',
    '--find',
    'server.listen.backlog=1..64',
  ],
  ['tune.csv', 'tune', 'mine.yaml', ...COST, '--confidence', '0.9', '--budget', '2e6'],
  ['compare.csv', 'compare', 'mine.yaml', '--stacks', 'linux-1.2,linux-4.4', '--replications', '2', '--seed', '9'],
];

for (const [csv, command = '', ...args] of KINDS) {
  test(`${command} ${args[3] ?? ''}: --report and the report of the folder are the same page, wherever the folder and the scenario are by then`, () => {
    inEmptyFolder((cwd) => {
      writeFileSync(join(cwd, 'mine.yaml'), MINE);
      const { status, stdout, stderr } = halfopen([command, ...args, '--report', '--json', '--out', 'o'], { cwd });
      assert.is(status, 0, stderr);
      assert.ok((JSON.parse(stdout) as { files: string[] }).files.includes('o/report.html'));
      const page = readFileSync(join(cwd, 'o/report.html'), 'utf8');
      assert.match(page, /<h1>Mine<\/h1>/);
      assert.not.match(page, /<script|https?:\/\/(?!www\.w3\.org)/);
      renameSync(join(cwd, 'o'), join(cwd, 'elsewhere'));
      unlinkSync(join(cwd, 'mine.yaml'));
      unlinkSync(join(cwd, 'elsewhere/report.html'));
      const again = halfopen(['report', 'elsewhere', '--quiet'], { cwd });
      assert.is(again.status, 0, again.stderr);
      assert.is(readFileSync(join(cwd, 'elsewhere/report.html'), 'utf8'), page);
      unlinkSync(join(cwd, 'elsewhere/report.html'));
      appendFileSync(join(cwd, 'elsewhere', csv), '1,2\n');
      const changed = halfopen(['report', 'elsewhere'], { cwd });
      assert.is(changed.status, 2);
      assert.not(existsSync(join(cwd, 'elsewhere/report.html')));
    });
  });
}

test('the command in a page makes the page', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'mine.yaml'), MINE);
    for (const [, command = '', ...args] of KINDS) {
      assert.is(halfopen([command, ...args, '--report', '--quiet', '--out', 'o'], { cwd }).status, 0);
      const page = readFileSync(join(cwd, 'o/report.html'), 'utf8');
      const line = (/<pre><code>halfopen ([^]*?)<\/code>/.exec(page)?.[1] ?? '')
        .replaceAll(/<\/?span>/g, '')
        .replaceAll('&#39;', "'")
        .replaceAll('&gt;', '>')
        .replaceAll('&lt;', '<')
        .replaceAll('&quot;', '"');
      const words = [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
      assert.is(words[0], command);
      assert.is(halfopen([...words, '--quiet', '--out', 'p'], { cwd }).status, 0, line);
      assert.is(readFileSync(join(cwd, 'p/report.html'), 'utf8'), page, line);
      for (const folder of ['o', 'p']) rmSync(join(cwd, folder), { recursive: true });
    }
  });
});

test('metrics of a sweep are those that are asked for', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'mine.yaml'), MINE);
    const vary = ['--vary', 'server.listen.backlog=1,2', '--replications', '2'];
    assert.is(halfopen(['sweep', 'mine.yaml', ...vary, '--quiet', '--out', 'o'], { cwd }).status, 0);
    assert.is(halfopen(['report', 'o', '--show', 'users.started'], { cwd }).status, 0);
    assert.match(
      readFileSync(join(cwd, 'o/report.html'), 'utf8'),
      /<th scope="col" class="n">users\.<wbr>started<\/th>/,
    );
    const { status, stderr } = halfopen(['report', 'o', '--show', 'users.nothing'], { cwd });
    assert.is(status, 2);
    assert.match(stderr, /--show: expected metrics of .*, received users\.nothing/);
  });
});

test('of a capture the scenario has to be named, since it lies beside it', () => {
  inEmptyFolder((cwd) => {
    const path = shipped('replay-recorded-handshakes');
    assert.is(halfopen(['run', path, '--quiet', '--out', 'o'], { cwd }).status, 0);
    const { status, stderr } = halfopen(['report', 'o'], { cwd });
    assert.is(status, 2);
    assert.match(stderr, /expected --scenario FILE, beside which its capture captures\/handshakes\.pcap lies/);
    assert.is(halfopen(['report', 'o', '--scenario', path], { cwd }).status, 0);
  });
});

test('a scenario is run, and has a page', () => {
  inEmptyFolder((cwd) => {
    const { files } = JSON.parse(halfopen(['report', shipped(NAME), '--json'], { cwd }).stdout) as { files: string[] };
    assert.match(files.at(-1) ?? '', /report\.html$/);
    assert.ok(existsSync(join(cwd, files.at(-1) ?? '')));
    assert.is(halfopen(['report', 'nothing-here'], { cwd }).status, 2);
  });
});
test.run();
