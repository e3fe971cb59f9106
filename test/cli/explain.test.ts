import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COUNTER_NAMES } from '../../src/listeners/linux/counters.ts';
import { FREEBSD_COUNTERS } from '../../src/listeners/freebsd/counters.ts';
import { COUNTER_NAMES as COUNTERS_1_2 } from '../../src/listeners/linux-1.2/counters.ts';
import { freeBsdProfileOf, freeBsdSysctls, KERNEL_SETTINGS } from '../../src/listeners/stacks.ts';
import { explainableNames, explanationsOf } from '../../src/report/meanings/explain.ts';
import { halfopen, inEmptyFolder } from '../support/cli.ts';
import { have, skipped } from '../support/skip.ts';

interface Explained {
  readonly name: string;
  readonly families: readonly string[];
  readonly text: string;
  readonly rule: string;
  readonly scenario: string | null;
}

function explained(name: string): Explained[] {
  const { status, stdout } = halfopen(['explain', name, '--json']);
  assert.is(status, 0, stdout);
  return (JSON.parse(stdout) as { explanations: Explained[] }).explanations;
}

const test = suite('halfopen explain and completion');

test('every counter and every setting that a stack has is explained', () => {
  const profiles = ['freebsd-9', 'freebsd-14'].map(freeBsdProfileOf).filter((profile) => profile !== null);
  const settings = [...KERNEL_SETTINGS, ...profiles.flatMap(freeBsdSysctls)].map(({ name }) => name);
  const names = [...COUNTER_NAMES, ...COUNTERS_1_2, ...FREEBSD_COUNTERS, ...settings];
  assert.equal(
    names.filter((name) => explanationsOf(name).length === 0),
    [],
  );
  for (const name of explainableNames()) {
    for (const { meaning } of explanationsOf(name)) assert.ok(meaning.text.length > 5 && meaning.rule !== '', name);
  }
});

test('a counter: what it means on each family, what moves it, and a scenario that is there and shows it', () => {
  const [overflows] = explained('ListenOverflows');
  assert.is(overflows?.name, 'TcpExtListenOverflows');
  assert.match(overflows?.scenario ?? '', /^questions\//);
  assert.ok(existsSync(`scenarios/${overflows?.scenario ?? ''}.yaml`));
  const fails = explained('TcpAttemptFails');
  assert.ok(fails.length >= 2, 'linux and linux-1.2 differ');
  assert.match(explained('somaxconn')[0]?.scenario ?? '', /somaxconn/);
  assert.ok(explained('B2.4').length >= 1 && explained('R8').every(({ rule }) => /\bR8\b/.test(rule)));
});

test('for people: two paragraphs that fit the terminal; a name that is none is refused with the one that was meant', () => {
  const { stdout } = halfopen(['explain', 'net.ipv4.tcp_syncookies']);
  assert.match(
    stdout,
    /^net\.ipv4\.tcp_syncookies \(setting; .*\)\n {2}0: a full SYN queue[^]*\n\n {2}In a scenario it is server\.sysctl/,
  );
  for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
  const { status, stderr } = halfopen(['explain', 'ListenOverflow']);
  assert.is(status, 2);
  assert.match(stderr, /did you mean ListenOverflows\?/);
  assert.match(halfopen(['explain', 'somaxcon']).stderr, /did you mean somaxconn\?/);
});

test('completion scripts have every command and its options, and parse', () => {
  const scripts = Object.fromEntries(
    ['bash', 'zsh', 'fish'].map((shell) => [shell, halfopen(['completion', shell]).stdout]),
  );
  for (const [shell, script] of Object.entries(scripts)) {
    for (const word of ['probe', 'explain', 'compare', 'from-dir', 'trace-filter'])
      assert.ok(script.includes(word), `${shell} ${word}`);
    if (!have(shell)) skipped(`completion for ${shell} parses`, `no ${shell}`);
    else {
      inEmptyFolder((folder) => {
        const path = join(folder, 'script');
        writeFileSync(path, script);
        assert.is(spawnSync(shell, ['-n', path], { encoding: 'utf8' }).stderr, '', shell);
      });
    }
  }
  assert.match(halfopen(['completion', 'bsh']).stderr, /did you mean bash\?/);
});

if (!have('bash')) skipped('completion in bash', 'no bash');
else {
  test('in bash, a word that has begun is completed', () => {
    const script = halfopen(['completion', 'bash']).stdout;
    const complete = (words: readonly string[]): string[] => {
      const set = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
      const ask = `${script}\n${set}; _halfopen; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).trim().split('\n');
    };
    assert.equal(complete(['halfopen', 'expl']), ['explain']);
    assert.equal(complete(['halfopen', 'run', '--tra']), ['--trace', '--trace-filter']);
  });
}

test.run();
