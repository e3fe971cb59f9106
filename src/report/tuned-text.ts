/**
 * What a search for a value (tune.ts) and a choice among settings (choice.ts) print alike: the answer and how sure it is, what shows it,
 * what else was found, what to paste where.
 * Leaves out: the words of either.
 */
import { createColors } from 'picocolors';
import type { Hint } from '../experiment/tune/hints.ts';
import type { SettingLine } from '../experiment/tune/setting-lines.ts';
import { hangingTable, plain, wrap } from './layout.ts';
import type { SummaryStyle } from './summary.ts';

const WIDTH_MIN = 40;

export interface TunedText {
  readonly title: string;
  /** One line on the scenario. */
  readonly head: string;
  readonly headline: string;
  readonly sureness: string;
  /** Blocks of lines. @param bold of their headings. */
  readonly evidence: (width: number, bold: (text: string) => string) => string[][];
  readonly hints: readonly Hint[];
  readonly settings: readonly SettingLine[];
  /** Paths that were written. */
  readonly files: readonly string[];
}

/** @returns text with a newline at the end. */
export function formatTuned(text: TunedText, style: SummaryStyle): string {
  const { evidence, files, head, headline, hints, settings, sureness, title } = text;
  const c = createColors(style.color);
  const width = Math.max(WIDTH_MIN, style.width);
  const parts: string[] = [];
  if (title !== '') parts.push(c.bold(wrap(plain(title), width)));
  parts.push(c.dim(wrap(plain(head), width)), '');
  parts.push(c.bold(wrap(headline, width)), wrap(sureness, width), '');
  for (const lines of evidence(width, c.bold)) parts.push(...lines, '');
  if (hints.length > 0)
    parts.push(c.bold('what else was found'), ...hints.map((hint) => wrap(`  ${hint.text}`, width, 4)), '');
  if (settings.length > 0) parts.push(c.bold('what to change where'), settingTable(settings, width), '');
  parts.push(c.dim(wrap(`wrote ${files.join(', ')}`, width, 2)));
  return `${parts.join('\n')}\n`;
}

function settingTable(settings: readonly SettingLine[], width: number): string {
  return hangingTable(
    settings.map(({ line, note, where }) => [`  ${where}`, line, note]),
    width,
    [2],
  );
}
