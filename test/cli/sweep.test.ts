import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../src/engine/random.ts';
import { textHash } from '../../src/scenario/hash.ts';
import { halfopen, inEmptyFolder, MAIN_PATH, type Ran } from '../support/cli.ts';
import { GOOD } from '../support/scenario.ts';
import { skipped } from '../support/skip.ts';

const TEXT = GOOD.replace('poisson(1/s)', 'poisson(50/s)');
const VARY = ['--vary', 'server.listen.backlog=1..20:1', '--vary', 'traffic.users.arrivals=poisson(10..50:5/s)'];
const POINTS = 180;

/** `halfopen sweep a.yaml …` in a folder that has a.yaml. */
function sweep(cwd: string, ...args: string[]): Ran {
  writeFileSync(join(cwd, 'a.yaml'), TEXT);
  return halfopen(['sweep', 'a.yaml', ...args], { cwd });
}
/** What VARY gives, undisturbed: sweep.csv and manifest.json. */
let undisturbed: { readonly sweep: string; readonly manifest: string } | null = null;
function whole(): { readonly sweep: string; readonly manifest: string } {
  undisturbed ??= inEmptyFolder((cwd) => {
    assert.is(sweep(cwd, ...VARY, '--replications', '3', '--threads', '3', '--out', 'o', '--quiet').status, 0);
    return { sweep: read(cwd, 'o/sweep.csv'), manifest: read(cwd, 'o/manifest.json') };
  });
  return undisturbed;
}
const read = (cwd: string, path: string): string => readFileSync(join(cwd, path), 'utf8');

const test = suite('halfopen sweep');

test('one row a point, in the order of the grid, whatever the number of threads', () => {
  inEmptyFolder((cwd) => {
    const one = sweep(cwd, ...VARY, '--replications', '3', '--threads', '1', '--out', 'one');
    assert.is(one.status, 0, one.stderr);
    const text = read(cwd, 'one/sweep.csv');
    assert.equal({ sweep: text, manifest: read(cwd, 'one/manifest.json') }, whole());
    const [header = '', ...rows] = text.trimEnd().split('\n');
    assert.match(
      header,
      /^server\.listen\.backlog,traffic\.users\.arrivals,replications,problem,users\.started,users\.started\.half_width,users\.started\.n,/,
    );
    assert.is(rows.length, POINTS);
    assert.match(rows[0] ?? '', /^1,poisson\(10\/s\),3,,\d/);
    assert.match(rows[10] ?? '', /^2,poisson\(15\/s\),3,,\d/);
    assert.match(one.stdout, /server\.listen\.[\s\S]* backlog [\s\S]*… 156 more points are in sweep\.csv/);
    assert.match(one.stdout, /180 points, 95 % confidence\nwrote one\/sweep\.csv\n/);
  });
});

test('a point is what a run with its settings is', () => {
  inEmptyFolder((cwd) => {
    const point = ['server.listen.backlog=3', 'traffic.users.arrivals=poisson(30/s)'];
    assert.is(sweep(cwd, ...point.flatMap((one) => ['--vary', one]), '--replications', '4', '--out', 'o').status, 0);
    const settings = point.flatMap((one) => ['--set', one]);
    halfopen(['run', 'a.yaml', '--replications', '4', '--out', 'r', ...settings], { cwd });
    const [header = '', row = ''] = read(cwd, 'o/sweep.csv').split('\n');
    const names = header.split(',');
    const cells = row.split(',');
    for (const line of read(cwd, 'r/summary.csv').trimEnd().split('\n').slice(1)) {
      const [metric = '', , ...numbers] = line.split(',');
      const at = names.indexOf(metric);
      assert.equal(cells.slice(at, at + 3), numbers, metric);
    }
  });
});

/** Starts the sweep, and kills it as soon as `rows` rows are there. @returns whether it was killed, not done. */
async function killAt(cwd: string, out: string, rows: number, signal: NodeJS.Signals): Promise<number | null> {
  const args = [
    MAIN_PATH,
    'sweep',
    'a.yaml',
    ...VARY,
    '--replications',
    '3',
    '--threads',
    '2',
    '--out',
    out,
    '--quiet',
  ];
  const child = spawn(process.execPath, args, { cwd, stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const path = join(cwd, out, 'points.csv');
  while (child.exitCode === null && !(existsSync(path) && readFileSync(path, 'utf8').split('\n').length > rows + 1))
    await sleep(5);
  child.kill(signal);
  return ended;
}

test('killed ten times at random moments it ends with the same bytes', async () => {
  const random = new RandomStream('kills');
  await inFolder(async (cwd) => {
    writeFileSync(join(cwd, 'a.yaml'), TEXT);
    let rows = 0;
    for (let kill = 0; kill < 10; kill++) {
      // The first before anything is done, the others some points later.
      await killAt(cwd, 'killed', rows, 'SIGKILL');
      rows = existsSync(join(cwd, 'killed/points.csv')) ? read(cwd, 'killed/points.csv').split('\n').length - 2 : 0;
      assert.ok(!existsSync(join(cwd, 'killed/sweep.csv')), `the sweep was done before kill ${kill}`);
      rows += random.below(12);
      // What a crash in the middle of a write leaves.
      if (kill % 3 === 1) tear(join(cwd, 'killed/points.csv'), random);
    }
    const last = sweep(cwd, ...VARY, '--replications', '3', '--threads', '2', '--out', 'killed');
    assert.is(last.status, 0, last.stderr);
    assert.match(last.stderr, /^\d+ of 180 points were there already/);
    assert.equal({ sweep: read(cwd, 'killed/sweep.csv'), manifest: read(cwd, 'killed/manifest.json') }, whole());
    assert.equal(readdirSync(join(cwd, 'killed')).toSorted(), ['manifest.json', 'points.csv', 'sweep.csv']);
  });
});

function tear(path: string, random: RandomStream): void {
  const { length } = readFileSync(path);
  const header = readFileSync(path).indexOf(0x0a) + 1;
  truncateSync(path, Math.max(header, length - 1 - random.below(3000)));
}

/** As inEmptyFolder, for what takes its time. */
async function inFolder(use: (cwd: string) => Promise<void>): Promise<void> {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const cwd = mkdtempSync(join(tmpdir(), 'halfopen-'));
  try {
    await use(cwd);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

test('a row that is not what was written is thrown away, and computed again', () => {
  inEmptyFolder((cwd) => {
    assert.is(sweep(cwd, ...VARY.slice(0, 2), '--out', 'o', '--quiet').status, 0);
    const whole = read(cwd, 'o/sweep.csv');
    const rows = read(cwd, 'o/points.csv').split('\n');
    rows[3] = (rows[3] ?? '').replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
    writeFileSync(join(cwd, 'o/points.csv'), rows.join('\n'));
    appendFileSync(join(cwd, 'o/points.csv'), 'torn');
    const { status, stderr } = sweep(cwd, ...VARY.slice(0, 2), '--out', 'o');
    assert.is(status, 0);
    assert.match(stderr, /^19 of 20 points were there already; 2 torn rows are computed again\n/);
    assert.is(read(cwd, 'o/sweep.csv'), whole);
  });
});

test('told to end, it ends within a second with what is done, and goes on later', async () => {
  await inFolder(async (cwd) => {
    writeFileSync(join(cwd, 'a.yaml'), TEXT);
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const)
      assert.is(await killAt(cwd, 'o', signal === 'SIGINT' ? 5 : 30, signal), code);
    assert.equal(readdirSync(join(cwd, 'o')).toSorted(), ['manifest.json', 'points.csv']);
    assert.is(sweep(cwd, ...VARY, '--replications', '3', '--out', 'o', '--quiet').status, 0);
    assert.is(read(cwd, 'o/sweep.csv'), whole().sweep);
  });
});

test('with anything else that decides results it refuses to go on, says what, and changes nothing', () => {
  inEmptyFolder((cwd) => {
    const few = ['--vary', 'server.listen.backlog=1,2', '--replications', '2', '--out', 'o', '--quiet'];
    assert.is(sweep(cwd, ...few).status, 0);
    const before = readdirSync(join(cwd, 'o')).map((name) => read(cwd, `o/${name}`));
    for (const [args, says] of [
      [
        few.with(1, 'server.listen.backlog=1,2,3'),
        /vary\.server\.listen\.backlog: \[1, 2\], as .* received \[1, 2, 3\]$/,
      ],
      [few.with(3, '3'), /replications: 2, as this sweep was begun \(--restart begins anew\), received 3$/],
      [[...few, '--seed', '9'], /base\.seed: 1, .*received 9$/],
      [[...few, '--set', 'traffic.users.rtt=5ms'], /base\.traffic\.users\.rtt: 0s, .*received 5ms$/],
      [[...few, '--sample', '1'], /sample: null, .*received 1$/],
    ] as const) {
      const { status, stderr } = sweep(cwd, ...args);
      assert.is(status, 2, args.join(' '));
      assert.match(stderr.trimEnd(), says);
      assert.is(stderr.trimEnd().split('\n').length, 1, stderr);
    }
    const manifest = join(cwd, 'o/manifest.json');
    assert.equal(
      readdirSync(join(cwd, 'o')).map((name) => read(cwd, `o/${name}`)),
      before,
    );
    writeFileSync(manifest, read(cwd, 'o/manifest.json').replace(/"version": "[^"]*"/, '"version": "0.0.1"'));
    assert.match(
      sweep(cwd, ...few).stderr,
      /version: 0\.0\.1, as this sweep was begun \(--restart begins anew\), received/,
    );
    assert.is(sweep(cwd, ...few, '--restart').status, 0);
    // Rows of points.csv lie as they came.
    const after = readdirSync(join(cwd, 'o')).map((name) => read(cwd, `o/${name}`).split('\n').toSorted());
    assert.equal(
      after,
      before.map((text) => text.split('\n').toSorted()),
    );
  });
});

test('a folder with other results, or with a sweep at work, is left alone', () => {
  inEmptyFolder((cwd) => {
    const few = ['--vary', 'server.listen.backlog=1,2', '--replications', '1'];
    writeFileSync(join(cwd, 'a.yaml'), TEXT);
    halfopen(['run', 'a.yaml', '--out', 'r'], { cwd });
    const { status, stderr } = sweep(cwd, ...few, '--out', 'r', '--restart');
    assert.is(status, 2);
    assert.match(stderr, /^--out r: expected a folder of its own for the sweep, received one with a manifest\.json/);
    sweep(cwd, ...few, '--out', 'o');
    writeFileSync(join(cwd, 'o/.sweep.lock'), String(process.pid));
    assert.match(
      sweep(cwd, ...few, '--out', 'o').stderr,
      /^o: expected a folder in which no sweep is at work .* received one of process/,
    );
    // One that was killed.
    writeFileSync(join(cwd, 'o/.sweep.lock'), String(2 ** 22 + 1));
    assert.is(sweep(cwd, ...few, '--out', 'o').status, 0);
  });
});

test('one that was killed and that nobody has asked after holds no folder', async () => {
  if (!existsSync('/proc/self/stat')) return skipped('a killed process nobody has asked after', 'no /proc');
  await inFolder(async (cwd) => {
    // Its parent becomes another program, which does not know of it.
    const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
      const few = ['--vary', 'server.listen.backlog=1,2', '--replications', '1'];
      sweep(cwd, ...few, '--out', 'o');
      writeFileSync(join(cwd, 'o/.sweep.lock'), String(pid).trim());
      const { status, stderr } = sweep(cwd, ...few, '--out', 'o');
      assert.is(status, 0, stderr);
    } finally {
      parent.kill();
    }
  });
});

test('what a combination of values cannot be is a row that says so, and the exit code 2', () => {
  inEmptyFolder((cwd) => {
    const { status, stdout } = sweep(cwd, '--vary', 'duration=10s,90s', '--vary', 'warmup=5s,60s', '--out', 'o');
    assert.is(status, 2);
    assert.match(stdout, /4 points, 95 % confidence, 1 with a problem/);
    const rows = read(cwd, 'o/sweep.csv').split('\n');
    assert.match(rows[2] ?? '', /^10s,60s,0,.*warmup: expected /);
    assert.match(rows[4] ?? '', /^90s,60s,10,,/);
  });
});

test('rows with a problem stay, and are computed again when that is asked: then the bytes are those of a sweep without', () => {
  inEmptyFolder((cwd) => {
    const args = [...VARY, '--replications', '3', '--threads', '2', '--out', 'o'];
    assert.is(sweep(cwd, ...args, '--quiet').status, 0);
    const path = join(cwd, 'o/points.csv');
    // As of a point whose thread had no memory left.
    const spoilt = read(cwd, 'o/points.csv').replace(/^7,.*$/m, (line) => {
      const [point, ...values] = line.split(',').slice(0, 3);
      const empty = [
        point,
        ...values,
        '0',
        'a thread ended early',
        ...line
          .split(',')
          .slice(5, -1)
          .map(() => ''),
      ].join();
      return `${empty},${textHash(empty)}`;
    });
    writeFileSync(path, spoilt);
    assert.is(sweep(cwd, ...args, '--quiet').status, 2);
    assert.is(read(cwd, 'o/points.csv'), spoilt);
    const { status, stderr } = sweep(cwd, ...args, '--retry-problems');
    assert.equal([status, stderr], [0, '179 of 180 points were there already; 1 with a problem are computed again\n']);
    assert.is(read(cwd, 'o/sweep.csv'), whole().sweep);
    assert.equal(readdirSync(join(cwd, 'o')).toSorted(), ['manifest.json', 'points.csv', 'sweep.csv']);
    assert.match(sweep(cwd, ...args, '--retry-problems').stderr, /^180 of 180 points were there already\n$/);
  });
});

test('counters of another stack have columns of their own, the last', () => {
  inEmptyFolder((cwd) => {
    const { status } = sweep(
      cwd,
      '--vary',
      'server.stack=linux-1.2,linux-6.18',
      '--replications',
      '2',
      '--out',
      'o',
      '--quiet',
    );
    assert.is(status, 0);
    const [header = [], ...rows] = read(cwd, 'o/sweep.csv')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const at = header.indexOf('listener.TcpExtListenDrops');
    assert.ok(at > header.indexOf('run.skipped_syns'));
    assert.equal([rows[0]?.[at], rows[1]?.slice(at, at + 3)], ['', ['0', '0', '2']]);
    for (const row of rows) assert.is(row.length, header.length);
  });
});

test('--json has every point with every metric', () => {
  inEmptyFolder((cwd) => {
    const { status, stdout } = sweep(
      cwd,
      '--vary',
      'server.listen.backlog=1,2',
      '--vary',
      'duration=5s',
      '--json',
      '--out',
      'o',
    );
    assert.is(status, 0);
    const document = JSON.parse(stdout) as Record<string, any>;
    assert.equal(Object.keys(document).slice(0, 3), ['format', 'command', 'version']);
    assert.equal(document['varied'], ['server.listen.backlog', 'duration']);
    assert.equal(
      document['points'].map((point: any) => point.at),
      [
        { 'server.listen.backlog': 1, duration: '5s' },
        { 'server.listen.backlog': 2, duration: '5s' },
      ],
    );
    const started = document['points'][0].metrics['users.started'];
    assert.equal(Object.keys(started), ['unit', 'mean', 'half_width', 'n', 'confidence']);
    assert.equal([started.unit, started.n, started.confidence, document['complete']], ['clients', 10, 0.95, true]);
  });
});

test('--until decides how often a point is run, and --sample how many there are', () => {
  inEmptyFolder((cwd) => {
    const until = ['--until', 'users.started:5%', '--until', 'users.served:5%', '--replications', '60'];
    const { status, stderr } = sweep(cwd, ...VARY, '--sample', '9', ...until, '--out', 'o', '--quiet');
    assert.is(status, 0, stderr);
    const rows = read(cwd, 'o/sweep.csv')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    assert.is(rows.length, 9);
    assert.is(new Set(rows.map((row) => row[1])).size, 9, 'one of each stratum');
    const counts = rows.map((row) => Number(row[2]));
    assert.ok(
      counts.every((count) => count >= 10 && count <= 60),
      counts.join(),
    );
    assert.ok(new Set(counts).size > 1, counts.join());
  });
});

test('wrong options are all told at once', () => {
  inEmptyFolder((cwd) => {
    const { status, stderr } = sweep(
      cwd,
      '--vary',
      'backlog=1',
      '--until',
      'users',
      '--sample',
      '0',
      '--replications',
      '0',
    );
    assert.is(status, 2);
    assert.equal(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => line.split(':')[0]),
      ['--vary backlog', '--sample', '--until', '--replications'],
    );
    assert.match(
      sweep(cwd, ...VARY, '--until', 'users.servd:5%', '--show', 'unserved').stderr,
      /--until: expected .*did you mean users\.served\?.*\n--show: expected .*did you mean users\.unserved\?/,
    );
    assert.ok(!existsSync(join(cwd, 'results')));
  });
});

test('without --out the folder is that of the scenario and the grid', () => {
  inEmptyFolder((cwd) => {
    const { stdout } = sweep(cwd, '--vary', 'server.listen.backlog=1,2', '--replications', '1');
    assert.match(stdout, /^wrote results\/a\/[0-9a-f]{8}\/sweep-[0-9a-f]{8}\/sweep\.csv$/m);
  });
});
test.run();
