import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { settingLines } from '../../../src/experiment/tune/setting-lines.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';

const test = suite('lines to paste');

const scenario = parseScenario(
  'duration: 1s\nserver: { stack: linux-6.18 }\ntraffic: { users: { kind: clients, arrivals: burst(1) } }\n',
  'lines.yaml',
);
const linesOf = (path: string, value: string): string[] =>
  settingLines([{ path, value }], scenario).map(({ line }) => line);

test('TCP_FASTOPEN comes with the sysctl without which it does nothing', () => {
  assert.equal(linesOf('server.listen.fastopen', '256'), [
    'TCP_FASTOPEN = 256',
    'net.ipv4.tcp_fastopen = 3',
    'listen 80 fastopen=256;',
  ]);
});

test('settings of the traffic are nobody to paste', () => {
  assert.equal(linesOf('traffic.users.fastopen', 'cached'), []);
});
test.run();
