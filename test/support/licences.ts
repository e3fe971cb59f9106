/**
 * The licences of packages whose code is shipped inside of other files, as they ask for: every text once, with the
 * packages that it is for, and the notices that stand in the files themselves.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)\b/i;
/** Where a package has no file of its own for it. */
const README_SECTION = /^(?:#+ *)?licen[cs]e.*\n(?:[-=]+\n)?([\s\S]+?)(?=\n#|\n[^\n]+\n[-=]{3,}\n|$)/im;
const LEADING_COMMENTS = /^(?:\s*(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*\n))+/;
const COMMENTS = /\/\*[\s\S]*?\*\/|(?:\/\/[^\n]*\n)+/g;

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** @param modules paths of the files that are shipped. @throws RangeError when a package does not say its terms. */
export function licencesOf(modules: readonly string[]): string {
  const texts = new Map<string, Set<string>>(); // text → for whom
  const add = (text: string, name: string): void => {
    const key = text.replaceAll('\r', '').trim();
    texts.set(key, (texts.get(key) ?? new Set()).add(name));
  };
  const inPackages = modules.filter((path) => PACKAGE.test(path)).toSorted();
  for (const folder of new Set(inPackages.map((path) => PACKAGE.exec(path)?.[1] ?? ''))) {
    const name = nameOf(folder);
    for (const text of textsOf(folder, name)) add(text, name);
    for (const path of inPackages) {
      if (!path.startsWith(`${folder}/`)) continue;
      const head = LEADING_COMMENTS.exec(readFileSync(path, 'utf8'))?.[0] ?? '';
      for (const [comment] of head.matchAll(COMMENTS)) if (/copyright/i.test(comment)) add(comment, name);
    }
  }
  const parts = [...texts].map(([text, names]) => `${[...names].join(', ')}\n\n${text}\n`);
  return `halfopen is shipped with code of these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

function nameOf(folder: string): string {
  const {
    license = 'see below',
    name,
    version,
  } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;
  return `${name} ${version} (${license})`;
}

function textsOf(folder: string, name: string): string[] {
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  if (files.length > 0) return files.map((file) => readFileSync(join(folder, file), 'utf8'));
  const readme = join(folder, 'README.md');
  const section = existsSync(readme) ? README_SECTION.exec(readFileSync(readme, 'utf8'))?.[1] : undefined;
  if (section === undefined) throw new RangeError(`${name}: no licence is to be found`);
  return [section];
}
