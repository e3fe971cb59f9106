/** JSON with the place of its first mistake: the engines' own messages name it in different words, or not at all. */
import { InputError } from '../engine/errors.ts';

const SHOWN_CHARS = 20;
const BLANK = /[ \t\r\n]*/y;
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const PLAIN = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

/** @throws InputError with `file:line:col`. O(text). */
export function parseJson(file: string, text: string): unknown {
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  try {
    return JSON.parse(json);
  } catch (error) {
    const { offset, expected } = faultOf(json);
    const before = json.slice(0, offset).split('\n');
    const where = `${file}:${before.length}:${(before.at(-1) ?? '').length + 1}`;
    const found = json.slice(offset, offset + SHOWN_CHARS).replace(/[^\x20-\x7e][\s\S]*/, '');
    const received = offset >= json.length ? 'the end of the file' : found === '' ? 'another character' : found;
    throw new InputError([{ where, expected: `JSON: ${expected}`, received }], { cause: error });
  }
}

interface Fault {
  readonly offset: number;
  /** What might stand there. */
  readonly expected: string;
}

/** The first place at which `text` is no JSON any more. */
function faultOf(text: string): Fault {
  const open: string[] = []; // closing brackets that are due
  let next = 'a value';
  let at = lengthOf(BLANK, text, 0);
  for (;;) {
    const step = stepAt(text, at, next, open);
    if (step === null) return { offset: at, expected: next };
    next = step.next;
    at += step.length;
    at += lengthOf(BLANK, text, at);
  }
}

/** One token. @returns null when `text` has none at `at` that may stand there. */
function stepAt(text: string, at: number, due: string, open: string[]): { next: string; length: number } | null {
  const c = text.charAt(at);
  const after = (): string => (open.length === 0 ? 'the end of the file' : `a comma or ${open.at(-1) ?? ''}`);
  const closes = c !== '' && c === open.at(-1) && due.endsWith(`or ${c}`);
  if (closes) {
    open.pop();
    return { next: after(), length: 1 };
  }
  if (due.startsWith('a comma')) {
    return c === ',' ? { next: open.at(-1) === '}' ? 'a key in quotes' : 'a value', length: 1 } : null;
  }
  if (due === 'a colon') return c === ':' ? { next: 'a value', length: 1 } : null;
  const quoted = lengthOf(STRING, text, at);
  if (due.startsWith('a key')) return quoted > 0 ? { next: 'a colon', length: quoted } : null;
  if (!due.startsWith('a value')) return null;
  if (c === '{' || c === '[') {
    open.push(c === '{' ? '}' : ']');
    return { next: c === '{' ? 'a key in quotes or }' : 'a value or ]', length: 1 };
  }
  const length = quoted > 0 ? quoted : lengthOf(PLAIN, text, at);
  return length > 0 ? { next: after(), length } : null;
}

function lengthOf(sticky: RegExp, text: string, at: number): number {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0].length ?? 0;
}
