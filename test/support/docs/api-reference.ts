/**
 * The reference of `import … from 'halfopen'`: every export with its declaration and what its comment says, in the groups of
 * src/index.ts; then the types that they mention and that have no name of their own outside.
 * Leaves out: the text around it (src/README.md).
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path/posix';
import { type Declaration, declarationOf, exportGroups } from './declarations.ts';
import { code } from './markdown.ts';

const DOOR = 'dist/src/index.d.ts';
const SOURCE = 'src/index.ts';

interface ApiGroup {
  readonly heading: string;
  readonly declarations: readonly Declaration[];
}

/** Every export, by group. */
export function exportedDeclarations(): ApiGroup[] {
  return exportGroups(DOOR, SOURCE).map(({ exports, heading }) => ({
    heading,
    declarations: exports.map(declarationOf),
  }));
}

/** Types that exports mention, those that they mention, and so on, without the exports; of a class only itself. */
export function mentionedDeclarations(exported: readonly Declaration[]): Declaration[] {
  const known = new Set(exported.map(({ name, source }) => `${name} ${source}`));
  const found: Declaration[] = [];
  const queue = exported.flatMap(({ mentions }) => [...mentions]);
  for (const [name, file] of queue) {
    const source = file.replace(/^dist\//, '').replace(/\.d\.ts$/, '.ts');
    if (known.has(`${name} ${source}`) || exported.some((one) => one.source === source && one.name === name)) continue;
    known.add(`${name} ${source}`);
    const declaration = declarationOf({ local: name, name, file });
    found.push(declaration);
    // What is inside of a class is not for programs.
    if (declaration.kind !== 'class') queue.push(...declaration.mentions);
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The whole reference. */
export function apiReference(): string {
  const groups = exportedDeclarations();
  const exported = groups.flatMap(({ declarations }) => declarations);
  // Two names may differ in their case alone: the anchor of the second has a number.
  const taken = new Map<string, number>();
  const anchorOf = (name: string): string => {
    const lower = name.toLowerCase();
    const before = taken.get(lower) ?? 0;
    taken.set(lower, before + 1);
    return before === 0 ? lower : `${lower}-${before}`;
  };
  const index = groups.map(({ declarations, heading }) => {
    anchorOf(titleOf(heading).replaceAll(' ', '-'));
    const links = declarations.map(({ name }) => `[${code(name)}](#${anchorOf(name)})`);
    return `- ${titleOf(heading)}: ${links.join(', ')}\n`;
  });
  const parts = groups.map(({ declarations, heading }) => {
    const [, ...rest] = heading.split('. ');
    const about = rest.length === 0 ? '' : `${rest.join('. ')}\n\n`;
    return `## ${titleOf(heading)}\n\n${about}${declarations.map(declarationText).join('\n')}`;
  });
  const mentioned = mentionedDeclarations(exported);
  const last = `## Types without a name of their own

They are not exported; an exported type leads to each, as in ${code("Scenario['server']")}.

${mentioned.map(declarationText).join('\n')}`;
  return `${index.join('')}\n${parts.join('\n')}\n${last}`;
}

function titleOf(heading: string): string {
  return (heading.split('. ')[0] ?? '').replace(/\.$/, '');
}

/** An export: its declaration, and what its comment says of it. */
function declarationText(one: Declaration): string {
  const link = one.source.replace(/^src\//, '');
  const uses = one.uses.map(({ code: text, comment }) => `${proseOf(comment)}\`\`\`typescript\n${text}\n\`\`\`\n`);
  return `### ${one.name}\n\n${uses.join('\n')}\nSource: [${basename(link)}](${link})\n`;
}

/** A doc comment as Markdown: what it says first, then its parameters, what comes back, what it throws. */
function proseOf(comment: string): string {
  if (comment === '') return '';
  const [first = '', ...tags] = comment.split(/(?:^|\s)@(?=param|returns|throws)/);
  const items = tags.map((tag) => {
    const [word = '', ...rest] = tag.split(' ');
    const text = rest.join(' ').trim();
    if (word !== 'param') return `- ${word === 'returns' ? 'returns' : 'throws'} ${text}`;
    const [, names = '', what = ''] = /^(\w+(?:, \w+)*),? ?(.*)$/.exec(text) ?? [];
    return `- ${names.split(', ').map(code).join(', ')}: ${what}`;
  });
  const list = items.length === 0 ? '' : `${items.join('\n')}\n\n`;
  return `${first === '' ? '' : `${escaped(first.trim())}\n\n`}${list}`;
}

/** What Markdown would take for an HTML tag. */
function escaped(text: string): string {
  return text.replaceAll(/<(?=\w)/g, '&lt;');
}

/** An example of test/examples with the file it is from. */
export function exampleProgram(name: string): string {
  const text = readFileSync(`test/examples/${name}.ts`, 'utf8');
  return `\`\`\`typescript\n${text}\`\`\`\n`;
}
