/**
 * The outputs that documents show are what their commands print. A block is
 *
 *     <!-- output: npx halfopen run scenarios/x.yaml -->
 *     ```text
 *     …
 *     ```
 *     <!-- /output -->
 *
 * The commands of a document run one after the other in one folder, in which `scenarios/` is: what one writes the next may read.
 * A line for people to type, as `$ npx halfopen …`, is no block.
 */
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { halfopen, type Ran } from './cli.ts';

const BLOCK = /^<!-- output: (.*?) -->\n([\s\S]*?)^<!-- \/output -->$/gm;
const COMMAND = /^npx halfopen((?: (?:[\w.,:/=#-]+|'[\w .,:;/=<>%*+(){}[\]-]+'))+)$/;
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

/** An empty folder with the project's scenarios and tests, where commands of a document run. Removed by `remove`. */
export class DocumentFolder {
  private readonly path: string;

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'halfopen-'));
    for (const name of ['scenarios', 'test']) symlinkSync(resolve(name), join(this.path, name));
  }

  /** Runs a command line. @throws RangeError when it is none that documents may have. */
  run(command: string): Ran {
    const words = COMMAND.exec(command)?.[1];
    if (words === undefined) throw new RangeError(`expected npx halfopen and plain words, received ${command}`);
    const args = [...words.matchAll(WORD)].map(([word, quoted]) => quoted ?? word);
    return halfopen(args, { cwd: this.path, env: { NO_COLOR: '1', COLUMNS: String(COLUMNS) } });
  }

  /** What belongs between the markers of `command`. @throws RangeError when the command cannot be run, or fails. */
  bodyOf(command: string): string {
    const { status, stderr, stdout } = this.run(command);
    if (status !== 0) throw new RangeError(`expected ${command} to end with 0, received ${status}: ${stderr}`);
    return `\`\`\`text\n${stdout}\`\`\`\n`;
  }

  /** A file that a command has written. */
  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** `markdown` with every output as it is now. @param run makes the body of a block; without it the commands are run. */
export function withOutputs(markdown: string, run?: (command: string) => string): string {
  outputBlocks(markdown);
  const folder = new DocumentFolder();
  try {
    const make = run ?? ((command: string) => folder.bodyOf(command));
    return markdown.replace(
      BLOCK,
      (_, command: string) => `<!-- output: ${command} -->\n${make(command)}<!-- /output -->`,
    );
  } finally {
    folder.remove();
  }
}
