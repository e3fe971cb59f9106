import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPathOf, metricMeanings, METRICS } from '../../../src/report/meanings/metrics.ts';
import { resultFiles } from '../../../src/report/result-files.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { simulate } from '../../../src/simulation/simulate.ts';

/** What no shipped scenario has at once: processors, a front end, every kind of traffic, a link. */
const EVERYTHING = `
duration: 20s
server:
  stack: linux-6.18
  listen: { backlog: 4 }
  accept: { mode: poll, period: 1s }
  cpu: {}
  front_end: { kind: conntrack }
links: { access: { delay: 1ms } }
traffic:
  users: { kind: clients, arrivals: poisson(5/s), link: access }
  flood: { kind: syn-flood, arrivals: poisson(5/s) }
  botnet: { kind: connection-flood, arrivals: poisson(5/s), hold: 0s }
  bogus: { kind: ack-flood, arrivals: poisson(5/s) }
`;

interface Row {
  readonly path: string;
  readonly unit: string;
}

function rowsOf(summary: string): Row[] {
  const lines = summary.trim().split('\n').slice(1);
  return lines.map((line) => {
    const [path = '', unit = ''] = line.split(',');
    return { path, unit };
  });
}

/** Every metric of every shipped result and of a run with everything. */
function everyMetric(): Row[] {
  const files = readdirSync('results', { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('summary.csv') && !/[0-9a-f]{8}/.test(path),
  );
  const result = simulate({ scenario: parseScenario(EVERYTHING, 'x.yaml'), files: new Map() });
  const [summary] = resultFiles([result], { scenarioHash: '', settings: [], skip: 'auto' });
  const texts = [...files.map((file) => readFileSync(`results/${file}`, 'utf8')), summary?.text ?? ''];
  return texts.flatMap(rowsOf);
}

const test = suite('meanings of metrics');

test('every metric of a run has a meaning with its unit, and every meaning a metric', () => {
  const rows = everyMetric();
  assert.ok(rows.length > 1000);
  const unlike = rows.filter(({ path, unit }) => !metricMeanings(path).some((one) => one.unit === unit));
  assert.equal(unlike, []);
  const paths = [...new Set(rows.map(({ path }) => path))];
  assert.equal(
    METRICS.filter((one) => !paths.some((path) => isPathOf(path, one))).map(({ name }) => name),
    [],
  );
});

test('a path has the meaning of its owner, the last words all that they may be', () => {
  const names = (path: string): string[] => metricMeanings(path).map(({ name }) => name);
  assert.equal(names('users.connect_ms.p99'), ['NAME.connect_ms.{p50,p90,p99,max,mean}']);
  assert.equal(names('server.served'), ['server.served']);
  assert.equal(names('listener.dropped_syns'), ['listener.dropped_syns']);
  assert.equal(names('listener.TcpInSegs'), ['listener.COUNTER']);
  assert.equal(names('link.access.down.lost'), ['link.LINK.down.lost']);
  assert.equal(names('served'), ['NAME.served', 'server.served']);
  assert.equal(names('connect_ms'), ['NAME.connect_ms.{p50,p90,p99,max,mean}']);
  assert.equal(names('users.nothing'), []);
});
test.run();
