/**
 * The documents of the project: every Markdown file of it, and the parts of each that are made from the code. A part is
 *
 *     <!-- generated: NAME ARGUMENT -->
 *     …
 *     <!-- /generated -->
 *
 * Leaves out: who makes a part (generators.ts), outputs of commands (readme-outputs.ts).
 */
import { readdirSync } from 'node:fs';

const FOLDERS = ['scenarios', 'results', 'src', 'bench'];
const BLOCK = /^<!-- generated: (\S+)(?: (.*?))? -->\n([\s\S]*?)^<!-- \/generated -->$/gm;

/** Name of a generator and its argument, '' for none → Markdown with a newline at its end. */
export type Generator = (argument: string) => string;

/** Paths of all documents from the root of the project, README.md first. */
export function documentPaths(): string[] {
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.md'))
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`),
  );
  return ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', ...below.toSorted()];
}

export interface GeneratedBlock {
  readonly name: string;
  readonly argument: string;
  readonly body: string;
}

/** @throws RangeError when a marker has no partner. */
export function generatedBlocks(markdown: string): GeneratedBlock[] {
  const blocks = [...markdown.matchAll(BLOCK)].map(([, name = '', argument = '', body = '']) => ({
    name,
    argument,
    body,
  }));
  const markers = markdown.match(/^<!-- \/?generated/gm)?.length ?? 0;
  if (markers !== blocks.length * 2 || blocks.some(({ body }) => body.includes('<!-- generated'))) {
    throw new RangeError('expected every generated marker to have its end, received one alone');
  }
  return blocks;
}

/** `markdown` with every generated part as it is now. @throws RangeError for a name that no generator has. */
export function withGenerated(markdown: string, generators: Readonly<Record<string, Generator>>): string {
  generatedBlocks(markdown);
  return markdown.replace(BLOCK, (_, name: string, argument: string | undefined) => {
    const make = generators[name];
    if (make === undefined) throw new RangeError(`expected a generator, received ${name}`);
    const words = argument === undefined ? name : `${name} ${argument}`;
    return `<!-- generated: ${words} -->\n${make(argument ?? '')}<!-- /generated -->`;
  });
}
