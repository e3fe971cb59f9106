/** Text in a terminal: wrapping at spaces, tables without borders, no control characters. */

/** A space at which `wrap` never breaks: between a counter's name and its value. */
export const NO_BREAK = '\u00a0';
const GAP = 2;
/** Columns that broken text has at least. */
const WIDE_MIN = 24;

/** Breaks at spaces; continuation lines are indented by `indent`. A word longer than the width stays whole. */
export function wrap(text: string, width: number, indent = 0): string {
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? '';
  for (const word of text.trim().split(/ +/)) {
    const isFirst = line.trim() === '';
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else {
      line += isFirst ? word : ` ${word}`;
    }
  }
  lines.push(line);
  return lines.join('\n').replaceAll(NO_BREAK, ' ');
}

/** What a file says, on one line and harmless to a terminal. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** Columns that `rows` take as a table. */
export function tableWidth(rows: readonly (readonly string[])[]): number {
  const columns = rows[0]?.length ?? 0;
  let width = -GAP;
  for (let i = 0; i < columns; i++) width += GAP + Math.max(...rows.map((row) => row[i]?.length ?? 0));
  return width;
}

/**
 * Aligned columns without borders; the first (and those of `leftColumns`) to the left, numbers to the right.
 * A cell may have several lines.
 */
export function table(rows: readonly (readonly string[])[], leftColumns: readonly number[] = [0]): string {
  const grid = rows.map((row) => row.map((cell) => cell.split('\n')));
  const widths = (grid[0] ?? []).map((_, i) => Math.max(...grid.flatMap((row) => (row[i] ?? []).map((l) => l.length))));
  const aligned = (text: string, i: number): string =>
    leftColumns.includes(i) ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0);
  const lines = grid.flatMap((row) =>
    Array.from({ length: Math.max(...row.map((cell) => cell.length)) }, (_, line) =>
      row.map((cell, i) => aligned(cell[line] ?? '', i)).join(' '.repeat(GAP)),
    ),
  );
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** The same, left-aligned, for a width: column `wide` is broken at spaces so that every row fits, if it can. */
export function hangingTable(rows: readonly (readonly string[])[], width: number, wide: number): string {
  const columns = rows[0]?.map((_, i) => i) ?? [];
  const room = width - tableWidth(rows.map((row) => row.map((cell, i) => (i === wide ? '' : cell))));
  const cells = rows.map((row) => row.map((cell, i) => (i === wide ? wrap(cell, Math.max(WIDE_MIN, room)) : cell)));
  return table(cells, columns);
}
