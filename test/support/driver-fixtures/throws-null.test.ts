import { suite } from 'uvu';

const test = suite('throws null');

test('throws null', () => {
  throw null;
});

test.run();
