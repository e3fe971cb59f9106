import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
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
    assert.match(said(), /expected --scenario FILE/);
    assert.match(said('--scenario', shipped('no-attack')), /another one, or it has changed/);
    appendFileSync(join(cwd, 'o/summary.csv'), '<script>,x,1\n');
    assert.match(said('--scenario', shipped(NAME)), /received other ones/);
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

test('a scenario is run, and has a page', () => {
  inEmptyFolder((cwd) => {
    const { files } = JSON.parse(halfopen(['report', shipped(NAME), '--json'], { cwd }).stdout) as { files: string[] };
    assert.match(files.at(-1) ?? '', /report\.html$/);
    assert.ok(existsSync(join(cwd, files.at(-1) ?? '')));
    assert.is(halfopen(['report', 'nothing-here'], { cwd }).status, 2);
  });
});
test.run();
