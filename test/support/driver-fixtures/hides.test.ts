import { suite } from 'uvu';

const test = suite('hides');

test.only('passes', () => {});
test('is hidden', () => {
  throw new Error('hidden');
});

test.run();
