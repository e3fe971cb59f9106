import { suite } from 'uvu';

const test = suite('throws in before.each');

test.before.each(() => {
  throw new Error('thrown by before.each');
});
test('would pass', () => {});

test.run();
