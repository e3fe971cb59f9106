/**
 * A scenario's text with other settings, as a person would have changed it: comments within stay, the one before it says what was
 * changed, and what another stack does not know is left out.
 * Leaves out: values as such (settings.ts), what a stack knows (other-stack.ts).
 */
import { type Document, isMap, isScalar } from 'yaml';
import { onStack } from './other-stack.ts';
import { applyOverrides, type Override } from './settings.ts';
import { parseScenario } from './parse.ts';
import { readYaml } from './yaml.ts';

export interface Rewriting {
  /** Null: as it is. */
  readonly stack: string | null;
  readonly settings: readonly Override[];
  /** Null: as it is. */
  readonly seed: string | null;
}

export interface Rewritten {
  readonly text: string;
  /** What was left out, one clause each. */
  readonly notes: readonly string[];
}

type Data = Readonly<Record<string, unknown>>;

/** @param fileName for messages. @throws InputError when `text`, or what becomes of it, is no scenario. O(text). */
export function rewriteScenario(text: string, fileName: string, { seed, settings, stack }: Rewriting): Rewritten {
  const before = parseScenario(text, fileName);
  const isOther = stack !== null && stack !== before.server.stackName;
  const isSown = seed !== null && seed !== before.seed;
  if (!isOther && !isSown && settings.length === 0) return { text, notes: [] };
  const { document } = readYaml(text);
  const notes = isOther ? moveToStack(document, stack) : [];
  applyOverrides(document, settings);
  if (isSown) document.setIn(['seed'], seed);
  const changes = [
    ...(isOther ? [`server.stack=${stack}`] : []),
    ...settings.map(({ path, value }) => `${path}=${value}`),
    ...(isSown ? [`seed=${seed}`] : []),
  ];
  dropHead(document);
  const head = [`From ${before.name}, with`, ...changes.map((change) => `  ${change}`)];
  const comment = head.map((line) => `# ${line.replace(/[\r\n]+/g, ' ')}\n`).join('');
  return { text: comment + document.toString({ lineWidth: 0 }), notes };
}

/** The comment before the first key, which tells of the scenario as it was. */
function dropHead(document: Document): void {
  const { contents } = document;
  document.commentBefore = null;
  if (!isMap(contents)) return;
  contents.commentBefore = null;
  const key = contents.items[0]?.key;
  if (isScalar(key)) key.commentBefore = null;
}

/** Takes out what `stack` does not know. @returns what that was. */
function moveToStack(document: Document, stack: string): readonly string[] {
  const raw = document.toJS() as Data;
  const { data, notes } = onStack(raw, stack);
  const [server, kept] = [raw['server'] as Data, (data as Data)['server'] as Data];
  for (const key of Object.keys(server)) {
    if (!Object.hasOwn(kept, key)) document.deleteIn(['server', key]);
    else if (key === 'sysctl' || key === 'listen') dropFrom(document, key, server[key] as Data, kept[key] as Data);
  }
  document.setIn(['server', 'stack'], stack);
  return notes;
}

function dropFrom(document: Document, section: string, before: Data, kept: Data): void {
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(kept, name)) document.deleteIn(['server', section, name]);
  }
}
