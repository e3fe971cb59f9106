import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder, MAIN_PATH, shipped } from '../support/cli.ts';
import { have, skipped } from '../support/skip.ts';

const FIVE = shipped('five-syns-select-server');
const SMALL = `duration: 10s
server: { stack: linux-1.2, listen: { backlog: 2 } }
traffic:
  users: { kind: clients, arrivals: poisson(5/s), rtt: 20ms }
  flood: { kind: syn-flood, arrivals: periodic(1/s) }
`;
type Json = Record<string, any>;

function json(text: string): Json {
  return JSON.parse(text) as Json;
}

const test = suite('halfopen');

test('--version, --help, and help of every command with an example', () => {
  assert.match(halfopen(['--version']).stdout, /^\d+\.\d+\.\d+\n$/);
  const help = halfopen(['--help']);
  assert.is(help.status, 0);
  for (const command of ['run', 'compare', 'verify', 'check', 'init', 'schema', 'stacks', 'questions', 'bench']) {
    assert.ok(help.stdout.includes(command), command);
    const text = halfopen([command, '--help']).stdout;
    assert.match(text, /Example/, command);
    assert.equal(
      text.split('\n').filter((line) => line.length > 80),
      [],
      command,
    );
  }
});

test('an unknown command or option is exit 2, with the one that was meant', () => {
  const command = halfopen(['rnu', FIVE]);
  assert.is(command.status, 2);
  assert.match(command.stderr, /unknown command 'rnu'[\s\S]*run/);
  const option = halfopen(['run', FIVE, '--sead', '1']);
  assert.is(option.status, 2);
  assert.match(option.stderr, /--seed/);
  for (const args of [['rnu'], ['run'], ['run', FIVE, '--sead', '1'], ['schema', 'more']]) {
    const { status, stdout, stderr } = halfopen([...args, '--json']);
    assert.equal([status, stderr], [2, ''], args.join(' '));
    assert.equal(Object.keys(json(stdout)['errors'][0]), ['where', 'expected', 'received'], args.join(' '));
  }
});

test('run: an answer in words, four files, exit 0; the same twice, byte for byte', () => {
  inEmptyFolder((cwd) => {
    const runs = ['a', 'b'].map((out) => halfopen(['run', FIVE, '--out', out], { cwd }));
    for (const { status, stdout, stderr } of runs) {
      assert.is(status, 0, stderr);
      assert.is(stderr, '');
      assert.match(stdout, /None of 30 users was served/);
      assert.not.match(stdout, /\u001b/);
      assert.ok(stdout.split('\n').every((line) => line.length <= 80));
    }
    assert.equal(readdirSync(join(cwd, 'a')).toSorted(), [
      'counters.csv',
      'manifest.json',
      'summary.csv',
      'timeseries.csv',
    ]);
    for (const name of readdirSync(join(cwd, 'a'))) {
      assert.is(readFileSync(join(cwd, 'a', name), 'utf8'), readFileSync(join(cwd, 'b', name), 'utf8'), name);
    }
    assert.is(runs[0]?.stdout.replaceAll('a/', ''), runs[1]?.stdout.replaceAll('b/', ''));
  });
});

test('run: results of a shipped scenario go to its folder, those of a changed one to a folder of its hash', () => {
  inEmptyFolder((cwd) => {
    mkdirSync(join(cwd, 'scenarios'));
    writeFileSync(join(cwd, 'scenarios', 'small.yaml'), SMALL);
    writeFileSync(join(cwd, 'other.yaml'), SMALL);
    const wrote = (...args: string[]): string => halfopen(['run', ...args], { cwd }).stdout.split('wrote ')[1] ?? '';
    assert.ok(wrote('scenarios/small.yaml').startsWith('results/small/: summary.csv'));
    assert.ok(wrote('scenarios/small.yaml').startsWith('results/small/: summary.csv'));
    assert.match(wrote('scenarios/small.yaml', '--seed', '7'), /^results\/small\/[0-9a-f]{8}\/: summary\.csv/);
    assert.match(wrote('scenarios/small.yaml', '--set', 'server.listen.backlog=9'), /^results\/small\/[0-9a-f]{8}\//);
    assert.match(
      wrote('scenarios/small.yaml', '--replications', '2'),
      /^results\/small\/[0-9a-f]{8}\/replications-2\/: summary/,
    );
    assert.match(wrote('other.yaml'), /^results\/other\/[0-9a-f]{8}\//);
    // Results that are there are not replaced by others, as they are of a scenario that was changed.
    const before = readFileSync(join(cwd, 'results/small/summary.csv'), 'utf8');
    writeFileSync(join(cwd, 'scenarios', 'small.yaml'), SMALL.replace('5/s', '6/s'));
    assert.match(wrote('scenarios/small.yaml'), /^results\/small\/[0-9a-f]{8}\//);
    assert.is(readFileSync(join(cwd, 'results/small/summary.csv'), 'utf8'), before);
  });
});

test('run --json: one document with every field, and nothing else', () => {
  inEmptyFolder((cwd) => {
    const { stdout, stderr, status } = halfopen(['run', FIVE, '--json', '--out', 'o'], { cwd });
    assert.equal([status, stderr], [0, '']);
    const document = json(stdout);
    assert.equal(Object.keys(document).slice(0, 3), ['format', 'command', 'version']);
    assert.equal(
      [document['format'], document['command'], document['scenario']],
      [1, 'run', 'five-syns-select-server'],
    );
    assert.match(document['scenario_hash'], /^[0-9a-f]{16}$/);
    assert.equal([document['seed'], document['replications'], document['stack']], ['1', 1, 'linux-1.2']);
    assert.is(document['duration_s'], 4000);
    assert.type(document['answer'], 'string');
    assert.equal(document['metrics']['users.started'], { unit: 'clients', value: 30 });
    assert.is(document['metrics']['users.connect_ms.p99'].value, null);
    assert.equal(Object.keys(document['drops'][0]), ['cause', 'count', 'first_at_s', 'setting', 'rule']);
    assert.equal(document['drops'][0], {
      cause: 'backlog_full',
      count: 210,
      first_at_s: 10,
      setting: 'server.listen.backlog',
      rule: 'R31',
    });
    assert.is(document['conservation'].syns_sent, 215);
    assert.ok(document['conservation'].ok);
    assert.is(document['skipped_syns'], 0);
    assert.is(document['files'].length, 4);
  });
});

test('run --replications: means with half-widths, in JSON and in CSV', () => {
  inEmptyFolder((cwd) => {
    const args = ['run', '-', '--replications', '5', '--out', 'o'];
    const document = json(halfopen([...args, '--json'], { cwd, input: SMALL }).stdout);
    const started = document['metrics']['users.started'];
    assert.equal(Object.keys(started), ['unit', 'mean', 'half_width', 'n', 'confidence']);
    assert.equal([started.n, started.confidence], [5, 0.95]);
    assert.ok(started.half_width > 0);
    assert.match(readFileSync(join(cwd, 'o/summary.csv'), 'utf8'), /^metric,unit,mean,half_width,n\n/);
    assert.match(
      readFileSync(join(cwd, 'o/counters.csv'), 'utf8'),
      /^counter,mean,half_width,n\n(\w+,[\d.]+,[\d.]+,5\n)+$/,
    );
    const manifest = json(readFileSync(join(cwd, 'o/manifest.json'), 'utf8'));
    assert.equal([manifest['replications'], manifest['timeseries_replication']], [5, 0]);
    assert.match(
      halfopen(args, { cwd, input: SMALL }).stdout,
      /· 5 replications[\s\S]*5 replications together: [\s\S]*metric +mean +95 % +unit/,
    );
  });
});

test('run: --seed changes the numbers, --set a value; both stand in the manifest', () => {
  inEmptyFolder((cwd) => {
    const manifest = (...args: string[]): Json => {
      halfopen(['run', '-', '--out', 'o', ...args], { cwd, input: SMALL });
      return json(readFileSync(join(cwd, 'o/manifest.json'), 'utf8'));
    };
    assert.is(manifest('--seed', 'x')['seed'], 'x');
    assert.equal(manifest('--set', 'server.listen.backlog=9')['settings'], { 'server.listen.backlog': '9' });
    assert.not.match(JSON.stringify(manifest()), /tmp|home|node|linux-x64/);
  });
});

test('the standard input, CRLF and a BOM are read', () => {
  inEmptyFolder((cwd) => {
    const plain = halfopen(['run', '-', '--json', '--out', 'o'], { cwd, input: SMALL }).stdout;
    const odd = halfopen(['run', '-', '--json', '--out', 'o'], {
      cwd,
      input: `\ufeff${SMALL.replaceAll('\n', '\r\n')}`,
    }).stdout;
    assert.is(odd, plain);
    assert.is(json(plain)['scenario'], 'stdin');
  });
});

test('UTF-16 is refused by name', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'a.yaml'), `\ufeff${SMALL}`, 'utf16le');
    const { status, stderr } = halfopen(['run', 'a.yaml'], { cwd });
    assert.equal([status, stderr], [2, 'a.yaml: expected text in UTF-8, received UTF-16\n']);
  });
});

test('an interrupt ends a run at once, and nothing is written', () => {
  if (!have('timeout')) return skipped('an interrupt', 'timeout (coreutils) is not installed');
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'slow.yaml'), SMALL.replace('10s', '8000000s').replace('5/s', '100/s'));
    const args = ['-s', 'INT', '1', process.execPath, MAIN_PATH, 'run', 'slow.yaml', '--out', 'o'];
    assert.is(spawnSync('timeout', args, { cwd }).status, 124);
    assert.not.ok(existsSync(join(cwd, 'o')));
  });
});

test('a mistake is exit 2: all problems with line, caret, on stderr; nothing is written', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'a.yaml'), SMALL.replace('linux-1.2', 'linux-9').replace('10s', 'long'));
    const { status, stdout, stderr } = halfopen(['run', 'a.yaml'], { cwd });
    assert.equal([status, stdout], [2, '']);
    assert.match(stderr, /^a\.yaml:1:11: expected a duration/m);
    assert.match(stderr, /^a\.yaml:2:18: expected a kernel from linux-2\.2/m);
    assert.match(stderr, /\n +\^\n/);
    assert.equal(readdirSync(cwd), ['a.yaml']);
    const errors = json(halfopen(['run', 'a.yaml', '--json'], { cwd }).stdout)['errors'] as Json[];
    assert.is(errors.length, 2);
    assert.equal(Object.keys(errors[0] ?? {}), ['where', 'expected', 'received']);
  });
});

test('missing files, bad options and empty values are exit 2', () => {
  for (const args of [
    ['run', 'nowhere.yaml'],
    ['run', FIVE, '--replications', '0'],
    ['run', FIVE, '--replications', '1.5'],
    ['run', FIVE, '--set', 'nothing'],
    ['verify', 'nowhere.json'],
    ['check', 'scenarios'],
    ['bench', 'no such benchmark'],
    ['init', '../up'],
  ]) {
    const { status, stderr } = halfopen(args);
    assert.is(status, 2, args.join(' '));
    assert.match(stderr, /expected .*, received /, args.join(' '));
  }
});

test('a run that passes a limit stops with partial numbers, says which, and is exit 2', () => {
  inEmptyFolder((cwd) => {
    const events = halfopen(['run', '-', '--set', 'limits.events=500', '--out', 'o'], { cwd, input: SMALL });
    assert.is(events.status, 2);
    assert.match(events.stderr, /stopped by limits\.events: a higher one can be set with --set limits\.events=/);
    assert.match(events.stdout, /The run stopped at [\d.]+ s because it passed\s+limits\.events/);
    assert.is(json(readFileSync(join(cwd, 'o/manifest.json'), 'utf8'))['stopped_by'], 'limits.events');
    const document = json(
      halfopen(['run', '-', '--set', 'limits.events=500', '--out', 'o', '--json'], { cwd, input: SMALL }).stdout,
    );
    assert.equal([document['stopped_by'], document['conservation'].ok], ['limits.events', true]);
    const memory = halfopen(['run', '-', '--set', 'limits.memory=1kB', '--out', 'm'], { cwd, input: SMALL });
    assert.equal([memory.status, /limits\.memory/.test(memory.stderr)], [2, true]);
  });
});

test('--quiet prints nothing, and writes', () => {
  inEmptyFolder((cwd) => {
    const { status, stdout, stderr } = halfopen(['run', FIVE, '--quiet', '--out', 'o'], { cwd });
    assert.equal([status, stdout, stderr], [0, '', '']);
    assert.ok(existsSync(join(cwd, 'o/summary.csv')));
  });
});

test('a folder that cannot be written is exit 2, and the old results stay whole', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'file'), '');
    const { status, stderr } = halfopen(['run', FIVE, '--out', 'file'], { cwd });
    assert.equal([status, /expected a folder that can be written/.test(stderr)], [2, true]);
    halfopen(['run', FIVE, '--out', 'o'], { cwd });
    const before = readFileSync(join(cwd, 'o/summary.csv'), 'utf8');
    // A folder in the place of the third file: the first two are not replaced either.
    spawnSync('rm', [join(cwd, 'o/timeseries.csv')]);
    mkdirSync(join(cwd, 'o/timeseries.csv/full'), { recursive: true });
    assert.is(halfopen(['run', '-', '--out', 'o'], { cwd, input: SMALL }).status, 2);
    assert.is(readdirSync(join(cwd, 'o')).filter((name) => name.endsWith('.part')).length, 0);
    assert.is(readFileSync(join(cwd, 'o/summary.csv'), 'utf8'), before);
  });
});

test('a reader that closes the pipe early ends the command quietly', () => {
  inEmptyFolder((cwd) => {
    const command = `"${process.execPath}" "${MAIN_PATH}" schema | head -c 10`;
    const { stdout, stderr } = spawnSync('bash', ['-c', `set -o pipefail; ${command}; echo " $?"`], {
      cwd,
      encoding: 'utf8',
    });
    assert.equal([stdout.slice(0, 1), stdout.trimEnd().endsWith(' 0'), stderr], ['{', true, '']);
  });
});

test('colours and the bar are for terminals that want them', () => {
  if (!have('script')) return skipped('a terminal', 'script (util-linux) is not installed');
  inEmptyFolder((cwd) => {
    const onTerminal = (env: Record<string, string>): string =>
      spawnSync('script', ['-qec', `"${process.execPath}" "${MAIN_PATH}" run "${FIVE}" --out o`, '/dev/null'], {
        cwd,
        encoding: 'utf8',
        env: { ...process.env, TERM: 'xterm', ...env },
      }).stdout;
    assert.match(onTerminal({ NO_COLOR: '' }), /\u001b\[1m/);
    assert.not.match(onTerminal({ NO_COLOR: '1' }), /\u001b\[1m/);
    // A quick run shows no bar.
    assert.not.match(onTerminal({}), / left/);
  });
});

const BAR = /\d+ % · [\d ?hmins]+ left/;
/** A run that shows no bar is believed to show none after so long. */
const PATIENCE_MS = 6000;
/** One that should show a bar is given so long: a loaded machine starts slowly. */
const PATIENCE_MAX_MS = 60_000;

/** What `line` shows on a terminal, until it shows a bar, or for a while. */
function shownBy(line: string, place: number): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn('script', ['-qec', line, '/dev/null'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const end = (): void => void child.kill('SIGKILL');
    const timer = setTimeout(end, place === 0 ? PATIENCE_MAX_MS : PATIENCE_MS);
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      if (BAR.test(shown)) end();
    });
    child.on('close', () => {
      clearTimeout(timer);
      resolve(shown);
    });
  });
}

test('a run of more than two seconds shows a bar with the time left, unless it is quiet or has no terminal', async () => {
  if (!have('script')) return skipped('a bar', 'script (util-linux) is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'halfopen-'));
  writeFileSync(join(folder, 'slow.yaml'), SMALL.replace('10s', '1000000s\nsample: 1000s').replace('5/s', '100/s'));
  const command = `"${process.execPath}" "${MAIN_PATH}" run "${join(folder, 'slow.yaml')}"`;
  const [plain, quiet, piped] = await Promise.all(
    [command, `${command} --quiet`, `${command} 2>&1 | cat`].map(shownBy),
  );
  rmSync(folder, { recursive: true });
  assert.match(plain ?? '', BAR);
  assert.equal([quiet?.includes(' left'), piped?.includes(' left')], [false, false]);
});

test('check: says what it read, and refuses as run does', () => {
  const good = halfopen(['check', shipped('replay-recorded-handshakes')]);
  assert.equal([good.status, /replay: 60 arrivals from captures\/handshakes\.pcap/.test(good.stdout)], [0, true]);
  assert.is(json(halfopen(['check', FIVE, '--json']).stdout)['ok'], true);
  assert.is(halfopen(['check', '-'], { input: 'duration: 1s' }).status, 2);
});

test('init: a scenario that runs as it is; never over a file', () => {
  inEmptyFolder((cwd) => {
    assert.is(halfopen(['init', 'my-server'], { cwd }).status, 0);
    assert.is(halfopen(['run', 'my-server.yaml', '--quiet'], { cwd }).status, 0);
    assert.is(halfopen(['init', 'my-server'], { cwd }).status, 2);
    chmodSync(cwd, 0o755);
  });
});

test('schema: a JSON Schema with the sections of a scenario', () => {
  const schema = json(halfopen(['schema']).stdout);
  assert.ok('server' in schema['properties']);
});

test.run();
