import { suite } from 'uvu';

const test = suite('throws in after.each');

test.after.each(() => {
  throw new Error('thrown by after.each');
});
test('would pass', () => {});

test.run();
