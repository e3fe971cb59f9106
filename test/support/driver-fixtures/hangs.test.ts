import { suite } from 'uvu';

const test = suite('hangs');

test('waits and stays alive', () => new Promise<void>(() => setInterval(() => {}, 1000)));

test.run();
