import { suite } from 'uvu';

const test = suite('forgets one run');
const other = suite('runs nothing');

test('runs', () => {});

test.run();
other.run();
