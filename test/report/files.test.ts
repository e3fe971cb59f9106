import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { InputError } from '../../src/engine/errors.ts';
import { assertWritable, holdsOthers, writeResultFiles } from '../../src/report/files.ts';
import { inEmptyFolder } from '../support/cli.ts';

const OLD = [
  { name: 'a.csv', text: 'old a\n' },
  { name: 'b.csv', text: 'old b\n' },
];
const NEW = OLD.map(({ name }) => ({ name, text: 'new\n' }));

/** What is refused, as `where: received`. */
function refusal(act: () => unknown): string {
  try {
    act();
    return 'nothing';
  } catch (error) {
    assert.instance(error, InputError);
    const [issue] = (error as InputError).issues;
    return `${issue?.where}: ${issue?.received}`;
  }
}

const test = suite('result files');

test('files are written into folders that are made, and replace old ones', () => {
  inEmptyFolder((cwd) => {
    const folder = join(cwd, 'deep', 'er');
    assert.equal(writeResultFiles(folder, OLD), [join(folder, 'a.csv'), join(folder, 'b.csv')]);
    writeResultFiles(folder, NEW);
    assert.equal(readdirSync(folder), ['a.csv', 'b.csv']);
    assert.is(readFileSync(join(folder, 'b.csv'), 'utf8'), 'new\n');
  });
});

test('a write that fails half way, and a folder in the place of a file, leave every old file', () => {
  const obstacles = [`.b.csv.${process.pid}.part`, 'b.csv'];
  for (const obstacle of obstacles) {
    inEmptyFolder((cwd) => {
      writeResultFiles(cwd, OLD.slice(0, 1));
      mkdirSync(join(cwd, obstacle));
      assert.match(
        refusal(() => writeResultFiles(cwd, NEW)),
        /: a folder/,
      );
      assert.is(readFileSync(join(cwd, 'a.csv'), 'utf8'), 'old a\n');
      assert.equal(readdirSync(cwd).toSorted(), ['a.csv', obstacle].toSorted());
    });
  }
});

test('a path through a file is refused before anything is made', () => {
  inEmptyFolder((cwd) => {
    writeFileSync(join(cwd, 'file'), '');
    const path = join(cwd, 'file', 'results');
    assert.is(
      refusal(() => assertWritable(path)),
      `${path}: a path through a file (ENOTDIR)`,
    );
    assertWritable(join(cwd, 'not', 'yet'));
    assert.not.ok(existsSync(join(cwd, 'not')));
  });
});

test('others are files of the same names with other contents', () => {
  inEmptyFolder((cwd) => {
    assert.not.ok(holdsOthers(cwd, OLD));
    writeResultFiles(cwd, OLD);
    assert.not.ok(holdsOthers(cwd, OLD));
    assert.ok(holdsOthers(cwd, NEW));
    assert.ok(holdsOthers(cwd, [OLD[0] ?? { name: '', text: '' }, { name: 'b.csv', text: '' }]));
  });
});
test.run();
