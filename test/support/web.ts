/**
 * Builds the playground: one HTML file that needs nothing else, with the page, the program of its worker, the shipped questions, and
 * the licences of what is in it. It opens from a folder, and `halfopen play` serves it.
 * Usage: node dist/test/support/web.js [FOLDER]
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import type { QuestionFile } from '../../src/playground/protocol.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { readQuestion } from '../../src/scenario/question.ts';
import { licencesOf } from './licences.ts';

const FOLDER = 'dist/web';
export const PLAYGROUND = 'playground.html';
const PAGE = 'src/playground/page';
const QUESTIONS = 'scenarios/questions';

interface Bundled {
  readonly code: string;
  readonly modules: readonly string[];
}

/** One program, small. @param format the worker is a classic one, from a blob. */
async function programOf(input: string, format: 'esm' | 'iife'): Promise<Bundled> {
  const build = await rolldown({
    input,
    platform: 'browser',
  });
  const { output } = await build.generate({
    format,
    codeSplitting: false,
    minify: true,
    comments: { legal: false, annotation: false, jsdoc: false },
  });
  await build.close();
  const [chunk] = output;
  return { code: chunk.code, modules: chunk.moduleIds };
}

function questions(): QuestionFile[] {
  const files = readdirSync(QUESTIONS).filter((file) => file.endsWith('.yaml'));
  return files.toSorted().map((file) => {
    const text = readFileSync(join(QUESTIONS, file), 'utf8');
    const { answer } = readQuestion(text, file);
    return { name: file.replace(/\.yaml$/, ''), text, title: parseScenario(text, file).title, answer };
  });
}

/** As the page reads it (packing.ts). */
function packed(text: string): string {
  return deflateRawSync(text, { level: 9 }).toString('base64url');
}

/** Text that stands in a script cannot end it. */
function inScript(text: string): string {
  return text.replace(/<\/(?=script)/gi, String.raw`<\/`).replaceAll('<!--', String.raw`<\u0021--`);
}

function script(attributes: string, text: string): string {
  return `<script${attributes === '' ? '' : ` ${attributes}`}>${inScript(text)}</script>`;
}

/** Writes the page into `folder`. @returns its path. */
export async function buildWeb(folder: string): Promise<string> {
  const [boot, page, engine] = await Promise.all([
    programOf(join(PAGE, 'boot.ts'), 'iife'),
    programOf(join(PAGE, 'main.tsx'), 'esm'),
    programOf(join(PAGE, 'worker.ts'), 'iife'),
  ]);
  const scripts = [
    script('type="text/plain" id="engine"', packed(engine.code)),
    script('', boot.code),
    script('type="application/json" id="questions"', JSON.stringify(questions())),
    script('type="text/plain" id="licences"', licencesOf([...page.modules, ...engine.modules])),
    script('type="module"', page.code),
  ];
  const style = readFileSync(join(PAGE, 'style.css'), 'utf8').replace(/\s*\n\s*/g, '\n');
  const html = readFileSync(join(PAGE, 'index.html'), 'utf8')
    .replace('<!-- STYLE -->', () => `<style>${style}</style>`)
    .replace('<!-- SCRIPTS -->', () => scripts.join('\n'));
  mkdirSync(folder, { recursive: true });
  const path = join(folder, PLAYGROUND);
  writeFileSync(path, html);
  return path;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await buildWeb(process.argv[2] ?? FOLDER);
