/**
 * YAML in which the commas of calls belong to the call: `{ arrivals: capture(flood.pcap, port=80) }` is one value.
 * YAML ends a plain value of a flow collection at a comma, so the commas in the parentheses behind a word are masked
 * by another character of the same length while it parses (places stay right), and are put back afterwards.
 * Leaves out: calls that go over a line's end.
 */
import { type Document, isScalar, type LineCounter, parseDocument, visit } from 'yaml';

/** The private use area: no key or value of a scenario has a reason to hold one of these. */
const MARK_FIRST = 0xe000;
const MARK_LAST = 0xf8ff;
/** So much of a key is shown. */
const KEY_SHOWN_MAX = 60;
/** Behind these, and at the begin of a line, a quote begins a quoted value; elsewhere it is an apostrophe. */
const BEFORE_A_VALUE = ':,[{-?';

export interface YamlFault {
  readonly offset: number;
  readonly expected: string;
  readonly received: string;
}

export interface ReadYaml {
  readonly document: Document;
  /** What is wrong; what is seldom, in the words of the parser. */
  readonly faults: readonly YamlFault[];
}

/** Parses `text`, with the commas of calls left in their values. O(text). */
export function readYaml(text: string, lineCounter?: LineCounter): ReadYaml {
  const mark = unusedMark(text);
  const masked = mark === null ? text : maskCommas(text, mark);
  const document = parseDocument(masked, {
    prettyErrors: false,
    uniqueKeys: true,
    strict: true,
    ...(lineCounter === undefined ? {} : { lineCounter }),
  });
  const unmask = (value: string): string => (mark === null ? value : value.replaceAll(mark, ','));
  visit(document, (_, node) => {
    if (isScalar(node) && typeof node.value === 'string') node.value = unmask(node.value);
  });
  const faults = [...document.errors, ...document.warnings].map(({ code, message, pos: [offset] }): YamlFault => {
    if (code === 'DUPLICATE_KEY')
      return { offset, expected: 'every key once', received: `${keyAt(text, offset)} again` };
    if (code === 'TAB_AS_INDENT') return { offset, expected: 'spaces before a key', received: 'a tab' };
    return { offset, expected: 'a YAML scenario', received: unmask(message).split('\n')[0] ?? '' };
  });
  return { document, faults };
}

function keyAt(text: string, offset: number): string {
  return /^[^\s:,{}]*/.exec(text.slice(offset, offset + KEY_SHOWN_MAX))?.[0] ?? '';
}

function unusedMark(text: string): string | null {
  for (let code = MARK_FIRST; code <= MARK_LAST; code++) {
    const mark = String.fromCharCode(code);
    if (!text.includes(mark)) return mark;
  }
  return null;
}

/** Replaces the commas of calls by `mark`, outside quoted values and comments. One pass: unclosed brackets cost nothing. */
function maskCommas(text: string, mark: string): string {
  const masked: number[] = [];
  let open: Parenthesis[] = [];
  let commas: number[] = []; // of the open parentheses
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '\n') {
      open = [];
      commas = [];
    } else if (c === '"' || c === "'") {
      const end = endOfQuoted(text, i, open.length > 0);
      for (; i < end; i++) if (open.length > 0 && text.charAt(i) === ',') commas.push(i);
    } else if (c === '#' && open.length === 0 && (i === 0 || /\s/.test(text.charAt(i - 1)))) {
      const end = text.indexOf('\n', i);
      i = (end < 0 ? text.length : end) - 1;
    } else if (c === '(') {
      open.push({ isCall: followsWord(text, i), commasBefore: commas.length });
    } else if (c === ')') {
      const closed = open.pop();
      if (closed?.isCall === true) for (const at of commas.splice(closed.commasBefore)) masked.push(at);
    } else if (c === ',' && open.length > 0) {
      commas.push(i);
    }
  }
  return withMarks(text, masked, mark);
}

interface Parenthesis {
  /** A word stands before it. */
  readonly isCall: boolean;
  readonly commasBefore: number;
}

function withMarks(text: string, places: readonly number[], mark: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const at of places.toSorted((a, b) => a - b)) {
    parts.push(text.slice(from, at), mark);
    from = at + 1;
  }
  return parts.join('') + text.slice(from);
}

function beginsValue(text: string, at: number): boolean {
  let i = at - 1;
  while (i >= 0 && (text.charAt(i) === ' ' || text.charAt(i) === '\t')) i--;
  return i < 0 || text.charAt(i) === '\n' || BEFORE_A_VALUE.includes(text.charAt(i));
}

function followsWord(text: string, at: number): boolean {
  let i = at - 1;
  while (i >= 0 && text.charAt(i) === ' ') i--;
  return i >= 0 && /[A-Za-z0-9_]/.test(text.charAt(i));
}

/** The place of the quote that closes the one at `at`; `at` when that one quotes nothing. Inside a call both are on one line. */
function endOfQuoted(text: string, at: number, isInCall: boolean): number {
  const quote = text.charAt(at);
  if (!isInCall && !beginsValue(text, at)) return at;
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === quote) return i;
    if (isInCall && c === '\n') return at;
    // expressions.ts knows no escapes.
    if (!isInCall && quote === '"' && c === '\\') i++;
  }
  return at;
}
