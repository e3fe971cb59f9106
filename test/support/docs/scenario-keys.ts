/**
 * Every key of a scenario file, as its JSON Schema tells it, and which stacks take it: found by asking the parser.
 * Leaves out: the layout of the reference (scenario-reference.ts).
 */
import { scenarioJsonSchema } from '../../../src/scenario/json-schema.ts';
import { isInputError } from '../../../src/engine/errors.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { keysOf } from '../../../src/scenario/settings.ts';
import { turningPoints } from '../../../src/listeners/stacks.ts';

/** A value that has no parts. */
export type Scalar = string | number | boolean;

/** What JSON Schema says of one place. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly examples?: readonly Scalar[];
  readonly default?: Scalar | readonly Scalar[] | Record<string, never>;
  readonly enum?: readonly Scalar[];
  readonly const?: Scalar;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly $comment?: string;
}

export interface Key {
  readonly name: string;
  /** `server.accept.pauses[].at`, `traffic.NAME.rtt`. */
  readonly path: string;
  readonly node: SchemaNode;
  readonly isNeeded: boolean;
}

export interface Section {
  /** '' for the file itself. */
  readonly path: string;
  /** Of a section that comes in kinds: `clients`; else ''. */
  readonly kind: string;
  readonly description: string;
  readonly keys: readonly Key[];
}

/** All sections in the order of the schema, a section before those in it. */
export function scenarioSections(): Section[] {
  const sections: Section[] = [];
  visit(scenarioJsonSchema(), '', sections, '');
  return sections;
}

function visit(node: SchemaNode, path: string, sections: Section[], described: string): void {
  const description = node.description ?? described;
  for (const branch of node.oneOf ?? []) visit(branch, path, sections, description);
  if (typeof node.additionalProperties === 'object')
    visit(node.additionalProperties, `${path}.NAME`, sections, description);
  if (node.items !== undefined) visit(node.items, `${path}[]`, sections, description);
  const entries = Object.entries(node.properties ?? {});
  if (entries.length === 0) return;
  const keys = entries.map(([name, child]) => ({
    name,
    path: path === '' ? name : `${path}.${name}`,
    node: child,
    isNeeded: node.required?.includes(name) ?? false,
  }));
  const kind = node.properties?.['kind'];
  sections.push({
    path,
    kind: String(kind?.const ?? ''),
    description: kind?.description ?? description,
    keys,
  });
  for (const key of keys) visit(key.node, key.path, sections, '');
}

/** Is what stands there a section, or a list of them, with keys of its own? */
export function isSection(node: SchemaNode): boolean {
  const inner = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
  return [node, node.items, inner].some((one) => one?.properties !== undefined || one?.oneOf !== undefined);
}

type Data = Record<string, unknown>;

/** What has to stand beside a key for it to make sense, by its path; kinds are by their own name. */
const BESIDE: Readonly<Record<string, Data>> = {
  'server.accept.mode': { period: '10ms' },
  'server.accept.period': { mode: 'poll' },
  'server.accept.drain': { mode: 'poll', period: '10ms' },
  'server.accept.timeout': { mode: 'select' },
  'server.accept.nonblock': { mode: 'select' },
  'server.accept.exits[].worker': { at: '1s' },
  'server.accept.pauses[].at': { for: '1s' },
  'server.accept.pauses[].for': { at: '1s' },
  'server.accept.pauses[].every': { at: '1s', for: '1s' },
  'server.accept.pauses[].worker': { at: '1s', for: '1s' },
  'traffic.NAME.sources': { reset_after: '1s' },
  'traffic.NAME.live': { sources: 'mixed', reset_after: '1s' },
  'traffic.NAME.reset_after': { sources: 'responsive' },
  'traffic.NAME.reconnect.times': { after: '1s' },
};

/** A scenario with one key set, as text, and nothing else but what it needs. */
function scenarioWith(stack: string, { path, kind }: { path: string; kind: string }, value: unknown): string {
  const keys = keysOf(path.replaceAll('[]', '.0')).map(String);
  const entry: Data = { kind: 'clients', arrivals: 'poisson(1/s)' };
  const file: Data = {
    duration: '60s',
    server: { stack },
    links: { access: {} },
    traffic: { NAME: { ...entry, ...(keys[0] === 'traffic' && kind !== '' ? { kind } : {}) } },
  };
  let place: Data = file;
  keys.slice(0, -1).forEach((key, i) => {
    const isList = keys[i + 1] === '0';
    place[key] ??= isList ? [{}] : {};
    place = place[key] as Data;
    // A front end has no kind but what the key is of.
    if (key === 'front_end') Object.assign(place, { kind, ...(kind === 'filter' ? { forged: '90%' } : {}) });
  });
  Object.assign(place, BESIDE[path], { [keys.at(-1) ?? '']: value });
  return JSON.stringify(file).replaceAll('NAME', 'users');
}

/** Null, or what the parser has against `value` at the place of a key. */
export function objectionTo(stack: string, key: { path: string; kind: string }, value: unknown): string | null {
  try {
    parseScenario(scenarioWith(stack, key, value), 'x.yaml');
    return null;
  } catch (error) {
    if (isInputError(error)) return error.message;
    throw error;
  }
}

const OTHERS = ['linux-1.2', 'freebsd-14', 'classic'];

/** Which stacks take the key, in words; '' for all. */
export function stacksThatKnow(key: { path: string; kind: string }, value: unknown): string {
  const knows = (stack: string): boolean => objectionTo(stack, key, value) === null;
  const versions = turningPoints().map(({ version }) => version);
  const first = versions.find((version) => knows(`linux-${version}`));
  const others = OTHERS.filter(knows);
  if (first === versions[0] && others.length === OTHERS.length) return '';
  const linux = first === undefined ? [] : [first === versions[0] ? 'linux-2.2 on' : `linux-${first} on`];
  return [...linux, ...others.map((name) => (name === 'freebsd-14' ? 'freebsd' : name))].join(', ');
}
