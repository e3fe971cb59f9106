/** What V8 threw away of its optimized code, read from its log. Source: the lines `code-deopt` of V8 11 to 13. */

export interface Deopt {
  /** `file:///…/loop.js:99:26`, the innermost place. */
  readonly place: string;
  readonly reason: string;
  /** How often. */
  count: number;
}

/** For V8 to keep a log in `file`, in which deoptimizations stand as long as the process has `--log-deopt` set. */
export function logFlags(file: string): string[] {
  return ['--log', `--logfile=${file}`, '--no-logfile-per-isolate'];
}

const LINE = /^code-deopt,\d+,\d+,0x[\da-f]+,-?\d+,-?\d+,deopt-(?:eager|lazy),<([^>]*)>[^,]*,(.*)$/;
/** Of Node.js and of what watches. */
const NOT_MEANT = /^node:|\/bench\/steady-state\//;

/** @returns places in order of their first line. Code that fell because other code did is not counted. */
export function deoptsIn(log: string): Deopt[] {
  const found = new Map<string, Deopt>();
  for (const line of log.split('\n')) {
    const [, place = '', reason = ''] = LINE.exec(line) ?? [];
    if (place === '' || NOT_MEANT.test(place)) continue;
    const key = `${place} ${reason}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { place, reason, count: 1 });
    else known.count++;
  }
  return [...found.values()];
}
