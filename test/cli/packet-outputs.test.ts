import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readArrivalTimes } from '../../src/traffic/capture/read-arrival-times.ts';
import { halfopen, inEmptyFolder, MAIN_PATH, shipped } from '../support/cli.ts';

const SCENARIO = shipped('five-syns-blocking-server');
const QUIET = ['--quiet', '--out', 'out'];

const test = suite('packet outputs');

test('--pcap and --trace write their files beside the results, and change none of those', () => {
  inEmptyFolder((cwd) => {
    assert.is(halfopen(['run', SCENARIO, ...QUIET], { cwd }).status, 0);
    const outputs = ['--pcap', 'a.pcapng', '--trace', 'a.json'];
    const ran = halfopen(['run', SCENARIO, '--json', '--out', 'out2', ...outputs], { cwd });
    assert.is(ran.status, 0, ran.stderr);
    const { files } = JSON.parse(ran.stdout) as { files: string[] };
    assert.equal(files.slice(-2), ['a.json', 'a.pcapng']);
    for (const file of readdirSync(join(cwd, 'out'))) {
      assert.is(readFileSync(join(cwd, 'out2', file), 'utf8'), readFileSync(join(cwd, 'out', file), 'utf8'), file);
    }
    assert.ok(readArrivalTimes(readFileSync(join(cwd, 'a.pcapng')), 'a.pcapng', { port: 80 }).synCount > 5);
    assert.ok(
      Array.isArray((JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8')) as { traceEvents: unknown }).traceEvents),
    );
    assert.equal(readdirSync(cwd).toSorted(), ['a.json', 'a.pcapng', 'out', 'out2']);
  });
});

test('--trace - prints the same as --trace FILE, and a filter takes lines out of it', () => {
  inEmptyFolder((cwd) => {
    const { stdout } = halfopen(['run', SCENARIO, ...QUIET, '--trace', '-'], { cwd });
    halfopen(['run', SCENARIO, ...QUIET, '--trace', 'a.txt', '--trace-filter', 'client=users#2'], { cwd });
    const some = readFileSync(join(cwd, 'a.txt'), 'utf8').split('\n');
    assert.ok(some.length > 5 && some.every((line) => stdout.includes(line)));
    assert.ok(stdout.length > 10 * some.join('\n').length);
    const nobody = ['--trace', '-', '--trace-filter', 'client=users#99999'];
    const told = halfopen(['run', SCENARIO, '--out', 'out', ...nobody], { cwd }).stderr;
    assert.match(told, /^--trace-filter client=users#99999: nothing that happened is about it$/m);
    assert.not.match(halfopen(['run', SCENARIO, ...QUIET, ...nobody], { cwd }).stderr, /nothing that happened/);
  });
});

test('a reader that has seen enough ends the run quietly, and no half-written capture is left', () => {
  inEmptyFolder((cwd) => {
    const command = `"${process.execPath}" "${MAIN_PATH}" run "${SCENARIO}" --quiet --out out --trace - --pcap a.pcapng | head -n 3; echo "\${PIPESTATUS[0]}"`;
    const lines = execFileSync('bash', ['-c', command], { cwd, encoding: 'utf8' }).split('\n');
    assert.is(lines.length, 5);
    assert.is(lines[3], '0');
    assert.equal(readdirSync(cwd), []);
  });
});

test('what cannot be had together is refused, all at once, and nothing is written', () => {
  inEmptyFolder((cwd) => {
    const refused = (args: readonly string[], pattern: RegExp): void => {
      const { status, stderr } = halfopen(['run', SCENARIO, '--out', 'out', ...args], { cwd });
      assert.is(status, 2);
      assert.match(stderr, pattern);
      assert.not.ok(existsSync(join(cwd, 'out')));
    };
    refused(['--pcap', 'a.pcapng', '--replications', '2'], /--pcap: expected one run, .*received --replications 2/);
    refused(
      ['--pcap', '-', '--trace-filter', 'slot=1'],
      /--pcap: expected a file.*\n--trace-filter: .*received no --trace/,
    );
    refused(['--trace', 'a.json', '--trace-filter', 'slot=1'], /--trace-filter: .*received --trace a\.json/);
    refused(['--trace', '-', '--trace-filter', 'client=user'], /received client=user/);
    refused(['--trace', '-', '--trace-filter', 'client=user'], /\(attack, users\) \(did you mean users\?\)/);
    refused(['--trace', '-', '--trace-filter', 'slot=-1'], /slot=N with a whole number/);
    refused(
      ['--trace', 'nowhere/a.txt'],
      /nowhere\/a\.txt: expected a file that can be written, received none of that name/,
    );
    const { status, stdout } = halfopen(['run', SCENARIO, '--json', '--trace', '-'], { cwd });
    assert.is(status, 2);
    assert.match(stdout, /"where":"--trace"/);
    assert.equal(readdirSync(cwd), []);
  });
});

test.run();
