/** Pages of sweeps, searches and comparisons, from the command line into the browser: their numbers are those of the CSV. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromCsvLine } from '../../../src/report/csv.ts';
import { formatEstimate } from '../../../src/report/format-number.ts';
import { sweepPage } from '../../../src/report/page/sweep-page.ts';
import { readSweepTable } from '../../../src/report/sweep-table.ts';
import { CHROMIUM, launch } from '../../support/chromium.ts';
import { halfopen, shipped } from '../../support/cli.ts';
import { openPage, screenshot, seriousFindings, VIEWS } from '../../support/page-browser.ts';
import { skipped } from '../../support/skip.ts';
import { latinSweep } from './sweep-lines.ts';

const BYTES_MAX = 600_000;
const folder = mkdtempSync(join(tmpdir(), 'halfopen-kinds-'));
const FLOOD = shipped('a-flood-and-a-pause');
const SECOND = shipped('questions/connections-take-exactly-one-second');

const backlog = ['--vary', 'server.listen.backlog=16..256x2'];
const cookies = ['--vary', 'server.sysctl.net.ipv4.tcp_syncookies=0,1'];
const backlogs = ['--vary', 'server.listen.backlog=32,64,256'];
const cost = ['--cost', 'listener.dropped_syns + server.listen.backlog'];
const STACKS = 'linux-1.2,linux-2.4,linux-4.4,linux-6.18,freebsd-14';
/** Pages by name, and the commands that write them. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  sweep: ['sweep', FLOOD, ...backlog, ...cookies, '--replications', '3'],
  'sweep-one-setting': [
    'sweep',
    FLOOD,
    ...backlog,
    '--set',
    'server.sysctl.net.ipv4.tcp_syncookies=0',
    '--replications',
    '3',
  ],
  'sweep-problem': ['sweep', FLOOD, '--vary', 'server.listen.backlog=64', '--vary', 'limits.events=1e3,1e6'],
  tune: ['tune', SECOND, '--goal', 'users.connect_ms.max <= 500ms'],
  'tune-cost': ['tune', FLOOD, ...backlogs, ...cookies, ...cost, '--budget', '1e7'],
  compare: ['compare', FLOOD, '--stacks', STACKS],
  'compare-replications': ['compare', FLOOD, '--stacks', 'linux-4.4,linux-6.18', '--replications', '3'],
};

/** A page of each kind. */
const KINDS = ['sweep', 'tune', 'tune-cost', 'compare'];

/** Rows of the table whose caption begins so, as texts. */
async function rowsOf(page: Page, caption: string): Promise<string[][]> {
  return page.evaluate<
    string[][]
  >(`[...[...document.querySelectorAll('table')].find((one) => one.caption.textContent.trim().startsWith(${JSON.stringify(caption)})).rows]
    .map((row) => [...row.cells].map((cell) => cell.textContent.trim()))`);
}

function csvOf(name: string, file: string): string[][] {
  return readFileSync(join(folder, name, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map(fromCsvLine);
}

/** What a cell of a page shows of a mean and its half-width. */
function shown(mean: string, halfWidth: string): string {
  if (mean === '') return '';
  const { halfWidth: error, mean: text } = formatEstimate(Number(mean), halfWidth === '' ? null : Number(halfWidth));
  return error === '' || error === '± 0' ? text : `${text} ${error}`;
}

const test = suite('pages of sweeps, searches and comparisons');
test.after(() => rmSync(folder, { recursive: true }));

for (const [name, args] of Object.entries(COMMANDS)) {
  const { status, stderr } = halfopen([...args, '--report', '--quiet', '--out', join(folder, name)]);
  assert.is(status, name === 'sweep-problem' ? 2 : 0, `${name}: ${stderr}`);
}
const pageFile = (name: string): string => join(folder, name, 'report.html');
const [FIRST] = VIEWS;
/** The other colours and drawings. */
const OTHER = VIEWS.find(({ colorScheme, width }) => colorScheme === 'dark' && width < 500);

if (CHROMIUM === null || FIRST === undefined || OTHER === undefined) skipped('pages in a browser', 'no Chromium');
else {
  const browser = await launch(CHROMIUM);
  test.after(() => browser.close());
  const big = join(folder, 'sweep-5000.html');
  const facts = {
    title: 'Five settings',
    scenario: 'a',
    scenarioHash: '0',
    stack: 'linux-6.18',
    duration: '9s',
    seed: '1',
  };
  const more = { version: '0', settings: [], vary: [], sample: 5000, replications: 5, until: [] };
  writeFileSync(big, sweepPage(readSweepTable(latinSweep(5000), 'sweep.csv', []), { ...facts, ...more }));

  test('the points of a sweep are those of sweep.csv', async () => {
    const { complaints, page } = await openPage(browser, pageFile('sweep'), FIRST);
    const [header = [], ...points] = csvOf('sweep', 'sweep.csv');
    const [columns = [], ...rows] = await rowsOf(page, 'Mean and half-width');
    assert.is(points.length, 10);
    const expected = points.map((cells) =>
      columns.map((column) => {
        const at = header.indexOf(column.replace(/, ms$/, ''));
        return at < 2 ? (cells[at] ?? '') : shown(cells[at] ?? '', cells[at + 1] ?? '');
      }),
    );
    assert.equal(rows, expected);
    assert.equal(complaints, []);
    await page.close();
  });

  test('a metric is chosen by the keyboard, without a script', async () => {
    const { page } = await openPage(browser, pageFile('sweep'), FIRST);
    const visible = (): Promise<string> =>
      page.evaluate<string>(
        `[...document.querySelectorAll('.tabs > .panel')].filter((one) => one.offsetHeight > 0).map((one) => one.querySelector('h3').textContent).join()`,
      );
    const names = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.tabs > label')].map((one) => one.textContent)`,
    );
    assert.ok(names.length >= 2);
    assert.is(await visible(), names[0]);
    await page.focus('.tabs > input');
    await page.keyboard.press('ArrowRight');
    assert.is(await visible(), names[1]);
    await page.emulateMedia({ media: 'print' });
    assert.is(await visible(), names.join());
    await page.close();
  });

  test('a point with a problem has its row, and no numbers', async () => {
    const { page } = await openPage(browser, pageFile('sweep-problem'), FIRST);
    const [, ...rows] = await rowsOf(page, 'They count nowhere');
    assert.is(rows.length, 1);
    assert.match(rows[0]?.join(' ') ?? '', /0 64 1e3 .*limits\.events/);
    await page.close();
  });

  test('every value that was tried is in the page, as in tune.csv, with a dot in the curve', async () => {
    const { page } = await openPage(browser, pageFile('tune'), FIRST);
    const [, ...values] = csvOf('tune', 'tune.csv');
    const [, ...rows] = await rowsOf(page, 'Means and half-widths');
    assert.equal(
      rows.map(([value, runs, , verdict]) => [value, runs, verdict]),
      values.map(([value, runs, verdict]) => [value, runs, verdict]),
    );
    const dots = await page.evaluate<number>(
      `document.querySelector('#curve ~ figure .wide svg').querySelectorAll('circle, g[stroke] > path').length`,
    );
    assert.ok(dots >= values.length, `${dots} of ${values.length}`);
    const pasted = (await rowsOf(page, 'Lines to paste')).map(([, line]) => line);
    assert.ok(pasted.includes('listen(fd, 399)'));
    await page.close();
  });

  test('every setting that was tried is in the page, as in tune.csv, with a bar', async () => {
    const { page } = await openPage(browser, pageFile('tune-cost'), FIRST);
    const [header = [], ...contenders] = csvOf('tune-cost', 'tune.csv');
    const at = header.indexOf('cost');
    const [, ...rows] = await rowsOf(page, 'The best first');
    assert.equal(
      rows.map(([backlog, cookie, , runs, cost]) => [backlog, cookie, runs, cost].join(' ')).toSorted(),
      contenders
        .map((cells) => [cells[0], cells[1], cells[2], shown(cells[at] ?? '', cells[at + 1] ?? '')].join(' '))
        .toSorted(),
    );
    assert.is(rows[0]?.[2], 'best');
    const bars = await page.evaluate<number>(`document.querySelectorAll('#costs ~ figure .wide rect').length`);
    assert.is(bars, contenders.length);
    await page.close();
  });

  test('every number of a comparison is that of compare.csv, and each stack has its panels', async () => {
    const { page } = await openPage(browser, pageFile('compare'), FIRST);
    const [columns = [], ...rows] = await rowsOf(page, 'compare.csv');
    const csv = new Map(
      csvOf('compare', 'compare.csv').map(([metric, , stack, value = '']) => [`${metric} ${stack}`, value]),
    );
    let cells = 0;
    for (const [metric = '', , ...values] of rows) {
      for (const [i, value] of values.entries()) {
        const expected = csv.get(`${metric} ${columns[i + 2]}`) ?? '';
        assert.is(value, shown(expected, ''), `${metric} ${columns[i + 2]}`);
        cells++;
      }
    }
    assert.is(cells, csv.size - 1);
    const names = await page.evaluate<string[]>(
      `[...document.querySelectorAll('#time ~ figure')].map((one) => [...one.querySelectorAll('.wide text')].map((text) => text.textContent).join(' '))`,
    );
    assert.ok(names.length >= 3);
    for (const stack of STACKS.split(','))
      assert.ok(
        names.every((text) => text.includes(stack)),
        stack,
      );
    await page.close();
  });

  test('no serious finding of axe-core: on every page, and on one of each kind in the other colours and drawings', async () => {
    const views = [
      { view: FIRST, names: Object.keys(COMMANDS) },
      { view: OTHER, names: KINDS },
    ];
    for (const { names, view } of views) {
      for (const file of [...names.map(pageFile), big]) {
        const { page } = await openPage(browser, file, view);
        assert.equal(await seriousFindings(page), [], file);
        await page.close();
      }
    }
  });

  for (const view of VIEWS) {
    test(`${view.name}: nothing wider than the page, no complaint, less than 600 kB`, async () => {
      for (const name of [...Object.keys(COMMANDS), 'sweep-5000']) {
        const file = name === 'sweep-5000' ? big : pageFile(name);
        assert.ok(statSync(file).size < BYTES_MAX, `${name}: ${statSync(file).size} bytes`);
        const { complaints, page } = await openPage(browser, file, view);
        await screenshot(page, `${name}-${view.name}`);
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        assert.ok(wide <= 0, `${name}: ${wide} px too wide`);
        assert.equal(complaints, [], name);
        await page.close();
      }
    });
  }
}
test.run();
