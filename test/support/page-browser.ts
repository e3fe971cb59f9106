/** Pages in Debian's headless Chromium: one browser for all, its console and errors watched, screenshots kept beside the build. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';

const SCREENSHOTS = 'dist/screenshots';

/** How a reader sees a page. */
export interface View {
  readonly name: string;
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
  readonly isPrint?: boolean;
}

export const VIEWS: readonly View[] = [
  { name: 'desktop-light', width: 1100, colorScheme: 'light' },
  { name: 'desktop-dark', width: 1100, colorScheme: 'dark' },
  { name: 'phone-light', width: 390, colorScheme: 'light' },
  { name: 'phone-dark', width: 390, colorScheme: 'dark' },
  { name: 'print', width: 794, colorScheme: 'light', isPrint: true },
];

/** Opens a file as whoever got it by mail does. @returns the page, and what it complained of: errors, and requests to anywhere. */
export async function openPage(
  browser: Browser,
  path: string,
  view: View,
): Promise<{ page: Page; complaints: string[] }> {
  const complaints: string[] = [];
  const page = await browser.newPage({
    viewport: { width: view.width, height: 900 },
    colorScheme: view.colorScheme,
    bypassCSP: true,
  });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) complaints.push(request.url());
  });
  if (view.isPrint === true) await page.emulateMedia({ media: 'print' });
  await page.goto(pathToFileURL(resolve(path)).href);
  return { page, complaints };
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Serious and critical findings of axe-core, as `rule: element`. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate<string[]>(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`);
}
