import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadScenario } from '../../../src/cli/input-files.ts';
import { runPage } from '../../../src/report/page/run-page.ts';
import { resultFiles } from '../../../src/report/result-files.ts';
import { scenarioHash } from '../../../src/scenario/hash.ts';
import { simulate } from '../../../src/simulation/simulate.ts';
import { goldenOf, shippedScenarios } from '../../support/golden-results.ts';
import { openPage, screenshot, seriousFindings, VIEWS } from '../../support/page-browser.ts';
import { CHROMIUM, launch } from '../../support/chromium.ts';
import { skipped } from '../../support/skip.ts';

const BYTES_MAX = 600_000;
/** Seen in every view, and kept as screenshots; the others in the first view alone. */
const LOOKED_AT = ['node-queue-pegged-at-512', 'five-syns-select-server', 'replay-real-flood'];
const folder = mkdtempSync(join(tmpdir(), 'halfopen-page-'));
const [FIRST] = VIEWS;

interface Made {
  readonly file: string;
  readonly name: string;
  readonly summary: string;
}

const made = new Map<string, Made>();

/** Writes the report of a shipped scenario, once. @returns its path, and the summary.csv of the same run. */
function makePage(path: string): Made {
  const known = made.get(path);
  if (known !== undefined) return known;
  const { files, scenario } = loadScenario(path, [], undefined, new Map());
  const result = simulate({ scenario, files });
  const hash = scenarioHash(scenario, files);
  const tables = resultFiles([result], { scenarioHash: hash, settings: [], skip: scenario.skip }, null);
  const input = { scenario, scenarioHash: hash, settings: [], results: [result], estimates: null, changes: null };
  const file = join(folder, `${scenario.name}.html`);
  writeFileSync(file, runPage(input));
  const summary = tables.find(({ name }) => name === 'summary.csv')?.text ?? '';
  const one = { file, name: scenario.name, summary };
  made.set(path, one);
  return one;
}

/** Rows of the table with this caption, as texts. */
function rowsOf(caption: string): string {
  return `[...[...document.querySelectorAll('table')].find((one) => one.caption.textContent.trim() === '${caption}')?.tBodies[0].rows ?? []]
    .map((row) => [...row.cells].map((cell) => cell.textContent.trim()))`;
}

const test = suite('report in a browser');
test.after(() => rmSync(folder, { recursive: true }));

if (CHROMIUM === null || FIRST === undefined) skipped('reports in a browser', 'no Chromium');
else {
  const browser = await launch(CHROMIUM);
  test.after(() => browser.close());

  test('every shipped scenario: nothing to complain of, the numbers of summary.csv, and a flow that adds up', async () => {
    assert.ok(shippedScenarios().length > 20);
    for (const path of shippedScenarios()) {
      const { file, name, summary } = makePage(path);
      assert.ok(statSync(file).size < BYTES_MAX, `${name}: ${statSync(file).size} bytes`);
      const { complaints, page } = await openPage(browser, file, FIRST);
      assert.equal(complaints, [], name);
      const metrics = await page.evaluate<string[][]>(rowsOf('summary.csv'));
      const csv = metrics.map(([metric, value, unit]) => `${metric},${unit},${value}`);
      assert.equal(csv, summary.trimEnd().split('\n').slice(1), name);
      const counts = (await page.evaluate<string[][]>(rowsOf('SYNs by source and fate'))).map((row) =>
        Number(row[2]?.replaceAll(',', '')),
      );
      assert.is(
        counts.slice(0, -1).reduce((sum, count) => sum + count, 0),
        counts.at(-1),
        name,
      );
      await page.close();
    }
  });

  for (const view of VIEWS) {
    test(`${view.name}: no serious finding of axe-core, and nothing wider than the page`, async () => {
      for (const name of LOOKED_AT) {
        const path = shippedScenarios().find((one) => basename(one, '.yaml') === name) ?? '';
        const { complaints, page } = await openPage(browser, makePage(path).file, view);
        assert.equal(await seriousFindings(page), [], name);
        await screenshot(page, `${name}-${view.name}`);
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        assert.ok(wide <= 0, `${name}: ${wide} px too wide`);
        assert.equal(complaints, [], name);
        await page.close();
      }
    });
  }
}

test('golden results are those of the scenarios that pages are made of', () => {
  const [path = ''] = shippedScenarios();
  const { files, folder: place } = goldenOf(path);
  const summary = files.find(({ name }) => name === 'summary.csv')?.text;
  assert.is(readFileSync(join(place, 'summary.csv'), 'utf8'), summary);
});
test.run();
