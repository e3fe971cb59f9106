/**
 * The outputs that README.md shows are what its commands print. A block is
 *
 *     <!-- output: npx halfopen run scenarios/x.yaml -->
 *     ```text
 *     …
 *     ```
 *     <!-- /output -->
 */
import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { halfopen, inEmptyFolder } from './cli.ts';

const BLOCK = /^<!-- output: (.*?) -->\n([\s\S]*?)^<!-- \/output -->$/gm;
const COMMAND = /^npx halfopen((?: (?:[\w.,/=-]+|'[\w ./=<>%*+-]+'))+)$/;
const WORD = /'([^']*)'|[^ ]+/g;
const COLUMNS = 80;

export interface OutputBlock {
  readonly command: string;
  /** What stands between the markers. */
  readonly body: string;
}

/** @throws RangeError when a marker has no partner. */
export function outputBlocks(markdown: string): OutputBlock[] {
  const blocks = [...markdown.matchAll(BLOCK)].map(([, command = '', body = '']) => ({ command, body }));
  const markers = markdown.match(/^<!-- \/?output/gm)?.length ?? 0;
  if (markers !== blocks.length * 2 || blocks.some(({ body }) => body.includes('<!-- output'))) {
    throw new RangeError('expected every output marker to have its end, received one alone');
  }
  return blocks;
}

/** What belongs between the markers of `command`. @throws RangeError when the command cannot be run, or fails. */
export function bodyOf(command: string): string {
  const words = COMMAND.exec(command)?.[1];
  const args = [...(words ?? '').matchAll(WORD)].map(([word, quoted]) => quoted ?? word);
  if (words === undefined) throw new RangeError(`expected npx halfopen and plain words, received ${command}`);
  const { status, stdout, stderr } = inEmptyFolder((cwd) => {
    for (const name of ['scenarios', 'test']) symlinkSync(resolve(name), join(cwd, name));
    return halfopen(args, { cwd, env: { NO_COLOR: '1', COLUMNS: String(COLUMNS) } });
  });
  if (status !== 0) throw new RangeError(`expected ${command} to end with 0, received ${status}: ${stderr}`);
  return `\`\`\`text\n${stdout}\`\`\`\n`;
}

/** `markdown` with every output as it is now. @param run makes the body of a block. */
export function withOutputs(markdown: string, run = bodyOf): string {
  outputBlocks(markdown);
  return markdown.replace(
    BLOCK,
    (_, command: string) => `<!-- output: ${command} -->\n${run(command)}<!-- /output -->`,
  );
}
