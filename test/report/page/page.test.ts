import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decimate, ratesPerS } from '../../../src/report/page/decimate.ts';
import { PROXY, sidesOf } from '../../../src/report/page/flow.ts';
import { html, htmlTable } from '../../../src/report/page/html.ts';
import { marksOf } from '../../../src/report/page/marks.ts';
import { runPage } from '../../../src/report/page/run-page.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { simulate } from '../../../src/simulation/simulate.ts';

const NOTHING = { scenarioHash: '0', settings: [], estimates: null, changes: null };

function pageOf(text: string): string {
  const scenario = parseScenario(text, 'test.yaml');
  return runPage({ ...NOTHING, scenario, results: [simulate({ scenario, files: new Map() })] });
}

const test = suite('report page');

test('what is put into a page is text, whatever it says', () => {
  assert.is(html`<p title="${'"x'}">${'<b>&\u202e\n'}</p>`.text, '<p title="&quot;x">&lt;b&gt;&amp; </p>');
  assert.match(htmlTable('<i>', ['a'], [['</table>']]).text, /&lt;i&gt;[^]*&lt;\/table&gt;/);
});

test('names and titles that look like HTML stay text, in pictures too', () => {
  const evil = '</script><script>alert(1)</script><img src=x onerror=alert(1)>';
  const text = `title: ${JSON.stringify(evil)}\nseed: ${JSON.stringify(evil)}\nduration: 9s
server: { stack: classic, listen: { backlog: 2 }, accept: { mode: never } }
traffic: { a: { kind: clients, arrivals: poisson(3/s) } }`;
  const page = pageOf(text);
  assert.not.match(page, /<script|<img/);
  assert.match(page, /&lt;script&gt;alert/);
});

test('a page is the same every time', () => {
  const text = 'duration: 9s\nserver: { stack: linux-6.18 }\ntraffic: { users: { kind: clients, arrivals: burst(3) } }';
  assert.is(pageOf(text), pageOf(text));
});

test('a run without clients, and one without a SYN, have a page', () => {
  assert.match(
    pageOf('duration: 9s\nserver: { stack: classic }\ntraffic: { f: { kind: syn-flood, arrivals: burst(9) } }'),
    /Where/,
  );
  const late =
    'duration: 9s\nserver: { stack: classic }\ntraffic: { u: { kind: clients, arrivals: burst(9), start: 10s } }';
  assert.match(pageOf(late), /No SYN was sent/);
});

test('a flow adds up on both sides', () => {
  const { fates, flows, sources } = sidesOf([
    { source: 'a', fate: 'admitted', count: 5 },
    { source: 'b', fate: 'admitted', count: 7 },
    { source: 'b', fate: 'lost', count: 2 },
  ]);
  assert.equal(sources, [
    { name: 'a', syns: 5 },
    { name: 'b', syns: 9 },
  ]);
  assert.equal(fates, [
    { name: 'admitted', syns: 12 },
    { name: 'lost', syns: 2 },
  ]);
  assert.is(flows.length, 3);
});

test('what a proxy opens comes from the proxy', () => {
  const { flows } = sidesOf([
    { source: 'a', fate: 'answered_by_front_end', count: 10 },
    { source: 'a', fate: 'opened_by_front_end', count: -4 },
    { source: 'a', fate: 'admitted', count: 4 },
  ]);
  assert.equal(flows, [
    { source: 'a', fate: 'answered_by_front_end', count: 10 },
    { source: PROXY, fate: 'admitted', count: 4 },
  ]);
});

test('a picture of a million samples has few points, and every peak', () => {
  const count = 1_000_000;
  const times = Float64Array.from({ length: count }, (_, i) => i);
  const values = new Float64Array(count);
  const peaks = [0, 1, 12_345, 500_000, count - 1];
  peaks.forEach((at, i) => (values[at] = 100 + i));
  values[777_777] = -5;
  const points = decimate(times, values, 800);
  assert.ok(points.length <= 3200);
  for (const at of [...peaks, 777_777])
    assert.ok(
      points.some(({ t, v }) => t === at && v === values[at]),
      String(at),
    );
  assert.ok(points.every(({ t }, i) => i === 0 || t > (points[i - 1]?.t ?? 0)));
});

test('a rate is what a counter grew by, by the time it took', () => {
  assert.equal(ratesPerS([0, 0.5, 2.5], [0, 5, 5], 9), { edgesS: [0, 0.5, 2.5], perS: [10, 0] });
});

test('a rate over windows: each of whole samples, none left out, and what was counted is their sum', () => {
  const times = Float64Array.from({ length: 1001 }, (_, i) => i / 100);
  const counts = Float64Array.from(times, (t) => Math.floor(t * 3.7));
  const { edgesS, perS } = ratesPerS(times, counts, 150);
  assert.ok(perS.length <= 150 && edgesS.length === perS.length + 1);
  assert.is(edgesS.at(-1), 10);
  const sum = perS.reduce((all, rate, i) => all + rate * ((edgesS[i + 1] ?? 0) - (edgesS[i] ?? 0)), 0);
  assert.ok(Math.abs(sum - 37) < 1e-9, String(sum));
});

test('every cause of loss is on the time axis, with or without a counter of the kernel, before the host too', () => {
  const text = `duration: 20s
server: { stack: linux-1.2, listen: { backlog: 2 }, front_end: { kind: filter, forged: 50% } }
links: { thin: { rate: 20kbps, queue: 2 packets, loss: 5% } }
traffic:
  users: { kind: clients, stack: linux-1.2, arrivals: poisson(9/s), rtt: 40ms, link: thin }
  flood: { kind: syn-flood, arrivals: poisson(20/s), start: 5s }`;
  const scenario = parseScenario(text, 'test.yaml');
  const { drops, dropSeries, series } = simulate({ scenario, files: new Map() });
  assert.ok(drops.length >= 4, drops.map(({ cause }) => cause).join());
  assert.equal(
    dropSeries.map(({ cause, text: words }) => [cause, words]),
    drops.map(({ cause, text: words }) => [cause, words]),
  );
  for (const { cause, values } of dropSeries) {
    assert.is(values.length, series.timeNs.length);
    assert.ok(
      values.every((value, i) => i === 0 || value >= (values[i - 1] ?? 0)),
      cause,
    );
  }
  const page = pageOf(text);
  for (const { cause } of drops)
    assert.match(page, new RegExp(`</svg\\s*>${cause.replaceAll('_', ' ')} \\(|</svg\\s*>[^<]*links`));
});

test('what counters and settings mean can be opened in the page', () => {
  const page = pageOf(
    'duration: 9s\nserver: { stack: linux-6.18, listen: { backlog: 1 }, accept: { mode: never } }\ntraffic: { u: { kind: clients, arrivals: burst(9) } }',
  );
  for (const name of ['TcpExtListenOverflows', 'backlog', 'net.core.somaxconn'])
    assert.match(
      page,
      new RegExp(
        `<summary><code>${name.replaceAll('.', '\\.')}</code></summary>\\s*<p>[^<]{30,}</p>\\s*<p>[^<]{20,}</p>`,
      ),
    );
});

test('attacks, pauses, exits and warm-up are marked', () => {
  const text = `duration: 20s
warmup: 2s
server: { stack: classic, accept: { workers: 2, pauses: [{ at: 4s, for: 1s, every: 8s }], exits: [{ at: 17s, worker: 1 }] } }
traffic: { flood: { kind: syn-flood, arrivals: periodic(1/1s), start: 5s, until: 9s } }`;
  const scenario = parseScenario(text, 'test.yaml');
  const { series } = simulate({ scenario, files: new Map() });
  const spans = marksOf(scenario, series).map(({ fromS, kind, untilS }) => `${kind} ${fromS} ${untilS}`);
  const attack = spans.pop() ?? '';
  assert.equal(spans, ['warm-up 0 2', 'pause 4 5', 'pause 12 13', 'exit 17 17']);
  const [, from, until] = attack.split(' ').map(Number);
  assert.ok((from ?? 0) >= 4 && (from ?? 9) <= 5 && (until ?? 0) >= 8 && (until ?? 99) <= 9.5, attack);
});
test.run();
