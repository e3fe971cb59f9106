/**
 * A scenario that answers a question: its title is the question, and the comment before it has the answer, what of the
 * results shows it, and where it was asked.
 *
 *   # Answer: two lines
 *   # Shows:  listener.accept_queue.max = 101
 *   #         with server.listen.backlog=50: listener.accept_queue.max = 51
 *   # Asked:  places
 *
 * Leaves out: whether it is true (a test runs it).
 */
import { InputError } from '../engine/errors.ts';
import type { Override } from './parse.ts';

/** One thing that a run shows: `path` is, exceeds or stays below a number or another metric. */
export interface Shown {
  /** Values set beside those of the file; none: as it is. */
  readonly settings: readonly Override[];
  readonly path: string;
  readonly relation: '=' | '>' | '<';
  /** A number, or the path of another metric. */
  readonly than: number | string;
}

export interface Question {
  readonly answer: string;
  readonly shows: readonly Shown[];
  readonly asked: string;
}

const SHOWN = /^(?:with (.+?): )?(\S+) ([=<>]) (\S+)$/;

/** @param text of the file. @throws InputError when it has no such comment. */
export function readQuestion(text: string, fileName: string): Question {
  const comment = text
    .split('\n')
    .filter((line, i, lines) => lines.slice(0, i + 1).every((before) => before.startsWith('#')) && line !== '')
    .map((line) => line.slice(1));
  const parts = new Map<string, string[]>();
  let part: string[] = [];
  for (const line of comment) {
    const [, name, rest] = /^ ?(Answer|Shows|Asked): *(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      part = [];
      parts.set(name, part);
    }
    part.push((rest ?? line).trim());
  }
  const linesOf = (name: string): readonly string[] => {
    const lines = parts.get(name);
    if (lines !== undefined) return lines;
    throw new InputError([{ where: fileName, expected: `a comment with ${name}:`, received: 'none' }]);
  };
  return {
    answer: linesOf('Answer').join(' '),
    shows: linesOf('Shows').map((line) => shownOf(line, fileName)),
    asked: linesOf('Asked').join(' '),
  };
}

function shownOf(line: string, fileName: string): Shown {
  const [, settings = '', path, relation, than = ''] = SHOWN.exec(line) ?? [];
  if (path === undefined) {
    throw new InputError([{ where: fileName, expected: 'Shows: PATH = VALUE', received: line }]);
  }
  return {
    settings: settings
      .split(' ')
      .filter((setting) => setting !== '')
      .map((setting) => ({
        path: setting.slice(0, setting.indexOf('=')),
        value: setting.slice(setting.indexOf('=') + 1),
      })),
    path,
    relation: relation as Shown['relation'],
    than: /^[\d.]+$/.test(than) ? Number(than) : than,
  };
}
