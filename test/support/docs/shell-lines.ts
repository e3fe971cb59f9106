/**
 * Lines of shell in the documents: each `npx halfopen …` of them is tried, or, where it needs what a test does not have, its options
 * are looked up in the help of its command.
 * Leaves out: other commands (npm, mkdir).
 */
import { halfopen } from '../cli.ts';
import { codeBlocksOf } from './markdown.ts';

/** Command lines that are not run, and why. */
export const DOCUMENTED_ONLY: readonly RegExp[] = [
  /--redis/, // a Redis server
  / (?:bench|play|worker)\b/, // minutes, or until Ctrl-C
  / probe (?!.*--(?:from-dir|commands))/, // a listener of this machine
  / query /, // a package that need not be there
  /…/, // a part is left out
];

/** `npx halfopen …` of every block of shell, one after the other, without comments. */
export function commandsOf(markdown: string): string[] {
  return codeBlocksOf(markdown)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.split('\n'))
    .flatMap((line) => line.replace(/(?:^|\s+)#.*$/, '').split(' && '))
    .map((command) => command.trim())
    .filter((command) => command.startsWith('npx halfopen'));
}

const helpTexts = new Map<string, string>();

/** Options of a command line that its command does not have. */
export function optionErrors(line: string): string[] {
  const words = line
    .replaceAll(/'[^']*'/g, 'x')
    .split(' ')
    .slice(2);
  const name = words[0] ?? '';
  if (name.startsWith('-')) return [];
  const text = helpTexts.get(name) ?? halfopen(['help', name]).stdout;
  helpTexts.set(name, text);
  if (!text.startsWith('Usage: halfopen ')) return [`there is no command ${name}`];
  const options = words.filter((word) => word.startsWith('--')).map((word) => word.replace(/=.*$/, ''));
  return options
    .filter((option) => !new RegExp(`${option}\\b`).test(text))
    .map((option) => `${name} has no option ${option}`);
}
