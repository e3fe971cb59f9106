import { suite } from 'uvu';

const test = suite('forgets run');

test('never runs', () => {});
