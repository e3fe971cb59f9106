import { suite } from 'uvu';

const test = suite('throws in after');

test.after(() => {
  throw new Error('thrown by after');
});
test('would pass', () => {});

test.run();
