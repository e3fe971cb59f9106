/** What the schema says of every place in a scenario: the keys of a section, the examples of a value. */
import { scenarioJsonSchema } from './json-schema.ts';

interface Node {
  readonly properties?: Record<string, Node>;
  readonly additionalProperties?: Node | boolean;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly items?: Node;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

type Path = readonly (string | number)[];

/** Place → keys of the section, examples of the value. `*` is any name under traffic and links, `#` any place in a list, `kind: X` at the end a section of that kind. */
const KEYS = new Map<string, readonly string[]>();
const EXAMPLES = new Map<string, readonly string[]>();

/** Keys that the section at `path` may have, if it is of `kind`; empty for no section. */
export function keysAt(path: Path, kind = ''): readonly string[] {
  const keys = look(KEYS, [...path, `kind: ${kind}`]);
  return keys.length > 0 ? keys : look(KEYS, path);
}

/** Examples, or all possible values, of what stands at `path`. */
export function examplesAt(path: Path): readonly string[] {
  return look(EXAMPLES, path);
}

function look(facts: Map<string, readonly string[]>, path: Path): readonly string[] {
  if (KEYS.size === 0) visit(scenarioJsonSchema(), []);
  const place = path.map((part, i) => {
    if (typeof part === 'number') return '#';
    return i === 1 && (path[0] === 'traffic' || path[0] === 'links') ? '*' : part;
  });
  return facts.get(place.join('.')) ?? [];
}

function visit(node: Node, path: readonly string[]): void {
  const at = path.join('.');
  const own = Object.keys(node.properties ?? {});
  if (own.length > 0) KEYS.set(at, [...new Set([...(KEYS.get(at) ?? []), ...own])]);
  const kind = node.properties?.['kind']?.const;
  if (typeof kind === 'string') KEYS.set([...path, `kind: ${kind}`].join('.'), own);
  const examples = node.examples ?? node.enum ?? (node.const === undefined ? [] : [node.const]);
  if (examples.length > 0) EXAMPLES.set(at, [...new Set([...(EXAMPLES.get(at) ?? []), ...examples.map(String)])]);
  for (const [key, child] of Object.entries(node.properties ?? {})) visit(child, [...path, key]);
  if (typeof node.additionalProperties === 'object') visit(node.additionalProperties, [...path, '*']);
  if (node.items !== undefined) visit(node.items, [...path, '#']);
  for (const branch of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) visit(branch, path);
}
