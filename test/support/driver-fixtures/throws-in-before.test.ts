import { suite } from 'uvu';

const test = suite('throws in before');

test.before(() => {
  throw new Error('thrown by before');
});
test('would pass', () => {});

test.run();
