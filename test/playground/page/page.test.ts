/**
 * The playground as a visitor has it: built, in a browser, from a file. Screenshots are left in the folder of the build.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import type { Browser, Download, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CHROMIUM, launch } from '../../support/chromium.ts';
import { halfopen, inEmptyFolder } from '../../support/cli.ts';
import { skipped } from '../../support/skip.ts';
import { buildWeb } from '../../support/web.ts';

const SHOTS = 'dist/web/screenshots';
const SIZE_MAX = 900_000;
const ROUNDS_MAX = 1200;
const ROUND_MS = 50;
const GZIPPED_MAX = 300_000;
const FILES = ['summary.csv', 'counters.csv', 'timeseries.csv'];

const folder = mkdtempSync('dist/web-');
const path = await buildWeb(folder);
const url = pathToFileURL(resolve(path)).href;

const test = suite('playground in a browser');
test.after(() => rmSync(folder, { recursive: true }));

test('the page is one small file that loads nothing', () => {
  const html = readFileSync(path, 'utf8');
  const kB = `${statSync(path).size} bytes, ${gzipSync(html).byteLength} gzipped`;
  assert.ok(statSync(path).size < SIZE_MAX && gzipSync(html).byteLength < GZIPPED_MAX, kB);
  const tags = html.replace(/(<script[^>]*>)[\s\S]*?<\/script>/g, '$1');
  assert.not.match(tags, /\b(?:src|href)=(?!"data:)|url\(|@import/);
  assert.match(html, /Apache License|ISC License/);
});

interface Visit {
  readonly page: Page;
  /** What the browser complained of. */
  readonly errors: string[];
}

let browser: Browser | null = null;

/** Opens the page, at `fragment`, and waits for its first result. */
async function visit(fragment = '', options: Parameters<Browser['newPage']>[0] = {}): Promise<Visit> {
  assert.ok(browser !== null);
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 }, ...options });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  await page.goto(`${url}${fragment}`);
  await page.waitForSelector('[data-metric="listener.dropped_syns"]');
  return { page, errors };
}

function shown(page: Page, metric: string): Promise<string> {
  return page.locator(`[data-metric="${metric}"]`).first().innerText();
}

/** Waits until `expression` is true in the page, whose policy forbids to evaluate there what waits by itself. */
async function until(page: Page, expression: string): Promise<void> {
  for (let i = 0; i < ROUNDS_MAX; i++) {
    if ((await page.evaluate(expression)) === true) return;
    await setTimeout(ROUND_MS);
  }
  assert.unreachable(`never true: ${expression}`);
}

/** Waits until `metric` shows something else than `before`. */
async function changed(page: Page, metric: string, before: string): Promise<string> {
  await until(page, `document.querySelector('[data-metric="${metric}"]')?.textContent !== ${JSON.stringify(before)}`);
  return shown(page, metric);
}

/** The files that "Results (CSV)" gives, by name. */
async function downloaded(page: Page): Promise<Map<string, string>> {
  const downloads: Download[] = [];
  page.removeAllListeners('download');
  page.on('download', (download) => downloads.push(download));
  await page.getByRole('button', { name: 'Results (CSV)' }).click();
  for (let i = 0; downloads.length < FILES.length && i < ROUNDS_MAX; i++) await setTimeout(ROUND_MS);
  const files = new Map<string, string>();
  for (const download of downloads)
    files.set(download.suggestedFilename(), readFileSync(await download.path(), 'utf8'));
  return files;
}

function shippedQuestions(): string[] {
  const files = readdirSync('scenarios/questions').filter((file) => file.endsWith('.yaml'));
  return files.map((file) => file.replace(/\.yaml$/, '')).toSorted();
}

const DROPPED = 'listener.dropped_syns';

test.before(async () => {
  mkdirSync(SHOTS, { recursive: true });
  if (CHROMIUM !== null) browser = await launch(CHROMIUM);
});
test.after(() => browser?.close());

function inBrowser(name: string, use: () => Promise<void>): void {
  if (CHROMIUM === null) skipped(`playground in a browser: ${name}`, 'there is no Chromium');
  else test(name, use);
}

inBrowser('a dragged backlog moves the drops; its address brings all of it back', async () => {
  const { errors, page } = await visit();
  const before = await shown(page, DROPPED);
  assert.is(before, '6,897');
  const slider = page.locator('input[type="range"][data-path="server.listen.backlog"]');
  const box = await slider.boundingBox();
  assert.ok(box !== null);
  await page.mouse.move(box.x + box.width * 0.56, box.y + box.height / 2);
  await page.mouse.down();
  for (let share = 0.56; share < 0.9; share += 0.04) {
    await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
  }
  await page.mouse.up();
  assert.not.match(await changed(page, DROPPED, before), /6,897/);
  const backlog = (one: Page): Promise<string> => one.locator('#dial-server\\.listen\\.backlog').inputValue();
  const end = await backlog(page);
  await until(page, `document.querySelector("progress.idle") !== null && location.hash.includes("backlog=${end}")`);
  const [after, address] = [await shown(page, DROPPED), page.url()];
  const other = await visit(new URL(address).hash);
  assert.is(await shown(other.page, DROPPED), after);
  assert.is(await backlog(other.page), end);
  assert.equal([...errors, ...other.errors], []);
  await Promise.all([page.close(), other.page.close()]);
});

inBrowser('every shipped question has the bytes of its shipped results', async () => {
  const { errors, page } = await visit();
  const names = await page
    .locator('#question option')
    .evaluateAll((options) => options.map((option) => option.getAttribute('value') ?? ''));
  assert.equal(names, shippedQuestions());
  for (const name of names) {
    await page.locator('#question').selectOption(name);
    await until(page, `document.querySelector("progress.idle") !== null && location.hash.includes("q=${name}")`);
    const files = await downloaded(page);
    assert.equal([...files.keys()].toSorted(), FILES.toSorted());
    for (const [file, text] of files)
      assert.is(text, readFileSync(join('results/questions', name, file), 'utf8'), `${name}/${file}`);
  }
  assert.equal(errors, []);
  await page.close();
});

inBrowser('the same seed gives the bytes of the command line', async () => {
  const set = 'server.listen.backlog=200';
  const question = 'node-queue-pegged-at-512';
  const { errors, page } = await visit(
    `#v=1&q=${question}&seed=77&set=${set}&set=traffic.users.arrivals=poisson(150/s)`,
  );
  const files = await downloaded(page);
  inEmptyFolder((cwd) => {
    const args = ['run', `questions/${question}`, '--seed', '77', '--set', set, '--quiet', '--out', 'out'];
    assert.is(halfopen([...args, '--set', 'traffic.users.arrivals=poisson(150/s)'], { cwd }).status, 0);
    for (const name of FILES) assert.is(files.get(name), readFileSync(join(cwd, 'out', name), 'utf8'), name);
  });
  assert.equal(errors, []);
  await page.close();
});

inBrowser('a flood that is counted by the number has the bytes of the command line, on Linux 1.2 too', async () => {
  const question = 'tcp-max-syn-backlog-or-somaxconn';
  const { page } = await visit(`#v=1&q=${question}&stack=linux-1.2`);
  const files = await downloaded(page);
  const text = await page.locator('#scenario-text').inputValue();
  inEmptyFolder((cwd) => {
    assert.is(halfopen(['run', '-', '--quiet', '--out', 'out'], { cwd, input: text }).status, 0);
    for (const name of FILES) assert.is(files.get(name), readFileSync(join(cwd, 'out', name), 'utf8'), name);
  });
  await page.close();
});

inBrowser('steps are played, one by one and by themselves; two stacks beside each other', async () => {
  const { errors, page } = await visit('#v=1&q=does-linux-drop-the-syn-or-the-ack&stack=linux-1.2&other=linux-6.18');
  await page.waitForSelector('.picture .place');
  const step = page.getByRole('button', { name: 'Step', exact: true });
  for (let i = 0; i < 6; i++) await step.click();
  assert.match(await page.locator('.player .note').first().innerText(), /^Step 7 of \d+/);
  assert.match(await page.locator('.picture').first().innerText(), /tcp_conn_request\(\)|tcp_rcv\(\)/);
  await page.getByRole('button', { name: 'Play' }).click();
  await until(page, '/^Step (?:[89]|\\d\\d)/.test(document.querySelector(".player .note")?.textContent ?? "")');
  await page.getByRole('button', { name: 'Stop' }).click();
  assert.is(await page.locator('.side').count(), 2);
  assert.equal(errors, []);
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: `${SHOTS}/compare.png`, fullPage: true });
  await page.close();
});

inBrowser(
  'the outcome is said in one line, cookies included; a browser that cannot unpack is told what it lacks',
  async () => {
    const { page } = await visit('#v=1&q=tcp-max-syn-backlog-or-somaxconn&other=linux-1.2');
    await until(page, 'document.querySelectorAll(".side").length === 2');
    assert.match(
      (await page.locator('.glance').textContent()) ?? '',
      /^linux-6\.18: 0 SYNs dropped; linux-1\.2: [\d,]+ SYNs dropped$/,
    );
    assert.match(await shown(page, 'cookie_syns'), /^4,\d{3}$/);
    await page.addInitScript('delete globalThis.DecompressionStream');
    await page.reload();
    await until(page, '/too old.*Firefox 113/.test(document.querySelector("#app")?.textContent ?? "")');
    await page.close();
  },
);

inBrowser('a dial that decides nothing says so', async () => {
  const { page } = await visit('#v=1&q=node-queue-pegged-at-512');
  const idle = page.locator('.idle-dial');
  await page.locator('#dial-server\\.accept\\.workers').fill('2');
  await page.keyboard.press('Tab');
  await until(page, 'document.querySelector(".idle-dial") !== null');
  assert.is(await idle.innerText(), 'That changes nothing here.');
  const before = await shown(page, DROPPED);
  await page.locator('#dial-server\\.listen\\.backlog').fill('100');
  await page.keyboard.press('Tab');
  await changed(page, DROPPED, before);
  assert.is(await idle.count(), 0);
  await page.close();
});

/** What the dial stands at, in the page. */
const BACKLOG = `Number.parseInt(document.querySelector("input[type=range][data-path='server.listen.backlog']").ariaValueText)`;

inBrowser('keys alone do: a dial by its arrows, a step by Enter', async () => {
  const { page } = await visit();
  const before = await shown(page, DROPPED);
  await page.locator('input[type="range"][data-path="server.listen.backlog"]').focus();
  for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowLeft');
  assert.is.not(await changed(page, DROPPED, before), before);
  await until(
    page,
    `[...document.querySelectorAll(".picture .level")].some((level) => level.textContent.includes(\` of \${${BACKLOG} + 1}\`))`,
  );
  await page.getByRole('button', { name: 'Step', exact: true }).focus();
  await page.keyboard.press('Enter');
  await until(page, '/^Step 2 /.test(document.querySelector(".player .note")?.textContent ?? "")');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await until(page, '/^Step 3 /.test(document.querySelector(".player .note")?.textContent ?? "")');
  const second = page.locator('.from-second');
  await second.fill('5.5');
  await second.press('Tab');
  await until(page, 'Number(document.querySelector(".steps .at")?.textContent.replace(" s", "")) >= 5.5');
  await page.close();
});

inBrowser(
  'an address from a stranger, a mistake in the text and a run without end are told; the page goes on',
  async () => {
    const { errors, page } = await visit('#v=9&q=%3Cscript%3E');
    assert.match(await page.getByRole('alert').innerText(), /cannot be read: it is of another version/);
    await page.getByText('Scenario as text').click();
    const text = page.locator('#scenario-text');
    const own = await text.inputValue();
    await text.fill(own.replace('backlog: 511', 'backlgo: 511'));
    await page.getByRole('button', { name: 'Run this text' }).click();
    await page.waitForSelector('.error code');
    assert.match(await page.getByRole('alert').innerText(), /my-scenario\.yaml:\d+:\d+: expected a known key/);
    await text.fill(own.replace('poisson(92/s)', 'poisson(1000000/s)').replace('duration: 30s', 'duration: 1000000s'));
    await page.getByRole('button', { name: 'Run this text' }).click();
    // Nobody has to wait for it.
    await page.locator('#question').selectOption('recv-q-is-backlog-plus-one');
    await until(page, 'document.querySelector("[data-metric=\\"listener.accept_queue.max\\"]")?.textContent === "101"');
    assert.equal(errors, []);
    await page.close();
  },
);

for (const [name, width, colorScheme] of [
  ['desktop-light', 1360, 'light'],
  ['desktop-dark', 1360, 'dark'],
  ['phone-light', 390, 'light'],
  ['phone-dark', 390, 'dark'],
] as const) {
  inBrowser(`${name}: no finding of axe with all that unfolds unfolded, nothing wider than the screen`, async () => {
    const viewport = { width, height: 844 };
    const { errors, page } = await visit('#v=1&q=node-queue-pegged-at-512&other=linux-1.2', {
      viewport,
      colorScheme,
    });
    await page.waitForSelector('.picture .queue');
    await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
    await page.evaluate(axe.source);
    const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
      'axe.run().then(({ violations }) => violations)',
    );
    assert.equal(
      found.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .map(({ html }) => html)
            .slice(0, 3)
            .join(' ')}`,
      ),
      [],
    );
    assert.is(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
    await page.evaluate('scrollTo(0, 0)');
    await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
    assert.equal(errors, []);
    await page.close();
  });
}

test.run();
