/** The keys of every section of a scenario, from its schema: what a misspelt key may have meant. */
import { scenarioJsonSchema } from './json-schema.ts';

interface Node {
  readonly properties?: Record<string, Node>;
  readonly additionalProperties?: Node | boolean;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly items?: Node;
}

/** @returns path → keys; `*` stands for a name under traffic and links, `#` for a place in a list. */
export function sectionKeys(): Map<string, string[]> {
  const keys = new Map<string, string[]>();
  visit(scenarioJsonSchema(), [], keys);
  return keys;
}

function visit(node: Node, path: readonly string[], keys: Map<string, string[]>): void {
  const at = path.join('.');
  const own = Object.keys(node.properties ?? {});
  if (own.length > 0) keys.set(at, [...new Set([...(keys.get(at) ?? []), ...own])]);
  for (const [key, child] of Object.entries(node.properties ?? {})) visit(child, [...path, key], keys);
  if (typeof node.additionalProperties === 'object') visit(node.additionalProperties, [...path, '*'], keys);
  if (node.items !== undefined) visit(node.items, [...path, '#'], keys);
  for (const branch of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) visit(branch, path, keys);
}
