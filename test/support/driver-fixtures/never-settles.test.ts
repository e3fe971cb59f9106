import { suite } from 'uvu';

const test = suite('never settles');

test('waits for what nobody does', () => new Promise<void>(() => {}));

test.run();
