import { suite } from 'uvu';
import { skipped } from '../skip.ts';

const test = suite('passes');

test('one', () => {});
test('two', async () => {
  await Promise.resolve();
});
skipped('three', 'nothing to try it on');

test.run();
