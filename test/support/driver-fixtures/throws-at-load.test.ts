import { suite } from 'uvu';

const test = suite('throws at load');

test('would pass', () => {});
test.run();

throw new Error('thrown at load');
