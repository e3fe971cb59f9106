/** Debian's Chromium, for tests of pages: found where it is, or not. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Its path, or null. */
export const CHROMIUM: string | null = PLACES.find((path) => existsSync(path)) ?? null;

/** A browser without a window. Who is root runs it without its sandbox, which it would refuse. */
export function launch(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}
