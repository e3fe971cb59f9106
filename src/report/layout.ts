/** Text in a terminal: wrapping at spaces, tables without borders, no control characters. */

/** A space at which `wrap` never breaks: between a counter's name and its value. */
export const NO_BREAK = '\u00a0';
const GAP = 2;

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

/**
 * The same, left-aligned, for a width: the columns `broken` are broken at spaces so that every row fits, if they can. They share the
 * room that the others leave.
 */
export function hangingTable(rows: readonly (readonly string[])[], width: number, broken: readonly number[]): string {
  const columns = rows[0]?.map((_, i) => i) ?? [];
  const room = width - tableWidth(rows.map((row) => row.map((cell, i) => (broken.includes(i) ? '' : cell))));
  const needs = broken.map((i) => {
    const cells = rows.map((row) => row[i] ?? '');
    const words = cells.flatMap((cell) => cell.split(' '));
    return { least: longest(words), most: longest(cells) };
  });
  const widths = sharesOf(room, needs);
  const shown = (cell: string, i: number): string =>
    broken.includes(i) ? wrap(cell, widths[broken.indexOf(i)] ?? 0) : cell;
  return table(
    rows.map((row) => row.map(shown)),
    columns,
  );
}

/** Shares `room` evenly among columns; none gets less than its longest word or more than its longest cell. */
function sharesOf(room: number, needs: readonly { readonly least: number; readonly most: number }[]): number[] {
  const shares = needs.map(() => -1);
  const open = new Set(needs.keys());
  let left = room;
  while (open.size > 0) {
    const share = Math.floor(left / open.size);
    // Who cannot do with an even share takes more before those who can do with less leave the rest.
    const fixed =
      [...open].find((i) => (needs[i]?.least ?? 0) > share) ?? [...open].find((i) => (needs[i]?.most ?? 0) <= share);
    for (const i of fixed === undefined ? [...open] : [fixed]) {
      const { least, most } = needs[i] ?? { least: 0, most: 0 };
      const width = Math.min(most, Math.max(least, share));
      shares[i] = width;
      left -= width;
      open.delete(i);
    }
  }
  return shares;
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
