import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

/** What an example prints, as a pattern. */
const PRINTS: Readonly<Record<string, RegExp>> = {
  hello: /^users\.started (\d+) clients\nusers\.served \1 clients\nusers\.connect_ms\.max \d+ ms\n$/,
  'how-large-a-backlog':
    /^server\.listen\.backlog=199, right with probability 1\nlisten\(\): listen\(fd, 199\)\nsysctl: /,
  'loss-by-load': /^(?:poisson\(1[59]0\/s\) backlog (?:8|16): [\d.]+ ± [\d.]+ SYNs refused\n){4}$/,
  'which-settings':
    /^best, right with probability 0\.99: \{"server\.listen\.backlog":"\d+","server\.sysctl\.net\.ipv4\.tcp_syncookies":"1"\}\n(?:\d+ [01]: (?:best|equal|close|worse) [\d.-]*\n){6}$/,
  'who-is-served': /^tcp_syncookies=0: (\d+) of (\d+) served\ntcp_syncookies=1: (?!\1)\d+ of \2 served\n$/,
};
const FOLDER = fileURLToPath(new URL('./examples', import.meta.url));

const test = suite('examples of the library');

for (const [name, prints] of Object.entries(PRINTS)) {
  test(`${name} runs, as somebody would who has installed the package`, () => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [`${FOLDER}/${name}.js`], { encoding: 'utf8' });
    assert.is(status, 0, stderr);
    assert.match(stdout, prints);
  });
}

test('every example is run', () => {
  const names = readdirSync(FOLDER).filter((file) => file.endsWith('.js'));
  assert.equal(names.map((file) => file.slice(0, -'.js'.length)).toSorted(), Object.keys(PRINTS).toSorted());
});
test.run();
