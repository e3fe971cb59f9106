import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { halfopen, inEmptyFolder } from '../support/cli.ts';
import { GOOD } from '../support/scenario.ts';

/** How each command is called on GOOD. */
const COMMANDS = {
  run: ['run', 'a.yaml'],
  compare: ['compare', 'a.yaml', '--stacks', 'linux-6.18,linux-2.4'],
  sweep: ['sweep', 'a.yaml', '--vary', 'server.listen.backlog=1,2', '--replications', '1'],
  tune: ['tune', 'a.yaml', '--goal', 'users.unserved <= 50%', '--find', 'server.listen.backlog=1..2'],
} as const;

const test = suite('folders of results');

test('no command replaces what another one has written', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'a.yaml'), GOOD);
    for (const [owner, line] of Object.entries(COMMANDS)) {
      halfopen([...line, '--out', owner], { cwd });
      const contents = (): string[][] =>
        readdirSync(join(cwd, owner)).map((file) => [file, readFileSync(join(cwd, owner, file), 'utf8')]);
      const before = contents();
      assert.ok(before.length >= 2, owner);
      for (const [other, otherLine] of Object.entries(COMMANDS)) {
        if (other === owner) continue;
        const { status, stderr } = halfopen([...otherLine, '--out', owner], { cwd });
        assert.equal(
          [status, stderr],
          [
            2,
            `--out ${owner}: expected a folder of its own for the ${other}, received one with a manifest.json of a ${owner}\n`,
          ],
        );
        assert.equal(contents(), before);
      }
    }
  });
});

test('a folder without a name is none: nothing is written where the command stands', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'a.yaml'), GOOD);
    for (const line of Object.values(COMMANDS)) {
      const { status, stderr } = halfopen([...line, '--out', ''], { cwd });
      assert.equal([status, stderr], [2, '--out: expected a folder, received nothing\n']);
    }
    assert.equal(readdirSync(cwd), ['a.yaml']);
  });
});

test.run();
