import { suite } from 'uvu';

const test = suite('rejects unheard');

test('drops a promise that fails', async () => {
  void Promise.reject(new Error('nobody waits'));
  await new Promise((resolve) => setImmediate(resolve));
});

test.run();
