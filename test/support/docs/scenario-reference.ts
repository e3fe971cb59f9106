/**
 * The reference of scenario files: a table a section, a row a key, from the JSON Schema; sysctls by stack; shipped scenarios.
 * Leaves out: the text around the tables (scenarios/README.md).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import {
  freeBsdProfileOf,
  freeBsdSysctls,
  KERNEL_SETTINGS,
  profileOf,
  versionOf,
} from '../../../src/listeners/stacks.ts';
import { SETTINGS } from '../../../src/report/meanings/settings.ts';
import { readQuestion } from '../../../src/scenario/question.ts';
import { anchorOf, code, table, whole } from './markdown.ts';
import {
  isSection,
  type Key,
  type Scalar,
  scenarioSections,
  type SchemaNode,
  type Section,
  stacksThatKnow,
} from './scenario-keys.ts';

/** Where the forms of values are explained, in scenarios/README.md, and the stacks. */
const VALUES = 'values';
const FORMS_APART: Readonly<Record<string, string>> = { arrivals: 'arrivals', 'client stack': 'client-stacks' };
const MODELS = '../src/listeners/README.md';

/** All tables of keys. */
export function scenarioKeys(): string {
  return scenarioSections().map(sectionText).join('\n');
}

function titleOf({ kind, path }: Pick<Section, 'kind' | 'path'>): string {
  if (path === '') return 'The file';
  return kind === '' ? code(path) : `${code(path)} with ${code(`kind: ${kind}`)}`;
}

function sectionText(section: Section): string {
  const isOfServer = section.path.startsWith('server');
  const head = ['key', 'values', 'default', ...(isOfServer ? ['stacks'] : []), 'what', 'example'];
  const rows = section.keys.map((key) => [
    code(key.name),
    valuesOf(key.node, key),
    defaultOf(key),
    ...(isOfServer
      ? [isSection(key.node) ? '' : stacksThatKnow({ path: key.path, kind: section.kind }, exampleOf(key.node))]
      : []),
    key.node.description ?? '',
    exampleText(key),
  ]);
  const about = section.description === '' ? '' : `${section.description}\n\n`;
  return `### ${titleOf(section)}\n\n${about}${table(head, rows)}`;
}

function valuesOf(node: SchemaNode, key: Key): string {
  const { enum: choices } = node;
  if (key.path === 'server.sysctl') return `[section](#${anchorOf('Sysctls of the stacks')})`;
  if (isSection(node)) return sectionLink(key, node);
  if (node.const !== undefined) return code(String(node.const));
  if (choices !== undefined) return choices.map((one) => code(String(one))).join(', ');
  if (key.path === 'server.stack') return `[stack](${MODELS})`;
  if (node.$comment !== undefined) return `[${node.$comment}](#${FORMS_APART[node.$comment] ?? VALUES})`;
  if (node.type === 'boolean') return '`true`, `false`';
  if (node.type === 'integer') return `whole number, ${whole(node.minimum ?? 0)} to ${whole(node.maximum ?? 0)}`;
  if (node.items !== undefined) return `list of ${valuesOf(node.items, key).replace(/^whole number/, 'whole numbers')}`;
  if (node.anyOf !== undefined) {
    const forms = node.anyOf.map((one) =>
      one.type === 'string' ? 'text' : one.type === 'number' ? 'number' : valuesOf(one, key),
    );
    return forms.join(', or ');
  }
  return 'text';
}

function sectionLink(key: Key, node: SchemaNode): string {
  const inner = scenarioSections().find(({ path }) => [key.path, `${key.path}[]`, `${key.path}.NAME`].includes(path));
  const link = `[section](#${anchorOf(titleOf(inner ?? { kind: '', path: key.path }))})`;
  if (node.items !== undefined)
    return `list of [sections](#${anchorOf(titleOf(inner ?? { kind: '', path: key.path }))})`;
  return link;
}

function defaultOf({ isNeeded, node }: Key): string {
  if (isNeeded) return 'needed';
  if (node.default === undefined || isSection(node)) return '';
  if (node.default === '') return 'empty';
  if (typeof node.default === 'object')
    return JSON.stringify(node.default) === '{}' ? '' : code(JSON.stringify(node.default));
  return code(String(node.default));
}

/** A value that may stand there, as data; undefined for a section. */
export function exampleOf(node: SchemaNode): Scalar | readonly Scalar[] | undefined {
  const [example] = node.examples ?? [];
  if (example !== undefined) return example;
  if (node.const !== undefined) return node.const;
  if (node.enum !== undefined) return node.enum.find((one) => one !== node.default);
  if (node.type === 'boolean') return node.default !== true;
  // zod leaves out examples of what is transformed as a whole: those of its parts stay.
  if (node.anyOf !== undefined) return node.anyOf.map(exampleOf).find((one) => one !== undefined);
  if (node.items !== undefined && !isSection(node)) return [exampleOf(node.items) ?? []].flat();
  return undefined;
}

function exampleText({ name, node }: Key): string {
  const example = exampleOf(node);
  if (example === undefined) return '';
  return code(`${name}: ${typeof example === 'object' ? `[${example.join(', ')}]` : String(example)}`);
}

/** The sysctls that a scenario may set, with what they do. @param family `linux` or `freebsd`. */
export function sysctlTable(family: string): string {
  const meaningOf = (name: string): string => SETTINGS.find((one) => one.name === name)?.text ?? '';
  const range = (min: number, max: number): string => `${whole(min)} to ${whole(max)}`;
  if (family === 'freebsd') {
    const newest = freeBsdProfileOf('freebsd-15');
    const oldest = freeBsdProfileOf('freebsd-9');
    const all = [oldest, newest].flatMap((profile) => (profile === null ? [] : freeBsdSysctls(profile)));
    const rows = [...new Map(all.map((one) => [one.name, one])).values()].map((one) => [
      code(one.name),
      `${range(one.min, one.max)}${one.shape === null ? '' : `, ${one.shape}`}`,
      whole(one.byDefault),
      one.until === Infinity ? (one.from === 0 ? 'all' : `${one.from} on`) : `before ${one.until}`,
      meaningOf(one.name),
    ]);
    return table(['sysctl', 'values', 'default', 'releases', 'what'], rows);
  }
  const rows = KERNEL_SETTINGS.map((one) => {
    const newest = one.until === null ? '7.2' : one.until === '2.4' ? '2.2' : '3.10';
    const releases = one.until === null ? `${one.from} on` : `${one.from} to before ${one.until}`;
    const byDefault = `${whole(one.defaultOf(profileOf(versionOf(newest))))} (${newest})`;
    return [code(one.name), `${range(one.min, one.max)} ${one.unit}`, byDefault, releases, meaningOf(one.name)];
  });
  return table(['sysctl', 'values', 'default', 'kernels', 'what'], rows);
}

/** Shipped scenarios of one folder below scenarios/, '' for those at the top: what each asks. */
export function shippedScenarios(folder: string): string {
  const path = folder === '' ? 'scenarios' : `scenarios/${folder}`;
  const files = readdirSync(path).filter((name) => name.endsWith('.yaml'));
  const rows = files.toSorted().map((name) => {
    const text = readFileSync(`${path}/${name}`, 'utf8');
    const { server, title } = parse(text) as { server: { stack: string }; title: string };
    const link = `[${name.slice(0, -'.yaml'.length)}](${folder === '' ? '' : `${folder}/`}${name})`;
    return folder === 'questions' ? [link, title, readQuestion(text, name).answer] : [link, title, code(server.stack)];
  });
  const head = folder === 'questions' ? ['scenario', 'question', 'answer'] : ['scenario', 'question', 'stack'];
  return table(head, rows);
}

/** A shipped scenario as it is. @param name below scenarios/, without its ending. */
export function scenarioFile(name: string): string {
  return `\`\`\`yaml\n${readFileSync(`scenarios/${name}.yaml`, 'utf8')}\`\`\`\n`;
}
