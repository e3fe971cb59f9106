/**
 * Source text as the tidy rules read it: comments and the contents of strings blanked, every offset and line
 * kept. Not a parser: a slash begins a regular expression where an operand is due, judged by what stands before it.
 */

/** A source file of the project. */
export interface SourceFile {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** `text` without comments and contents of strings, as long as `text`. */
  readonly code: string;
}

/** One thing that an import names. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

const OPERAND_IS_DUE = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|void|throw|await|yield))$/;

/** Walks over the text once; `blank` hides a stretch of it, `depth` holds the braces of open template parts. */
class Scanner {
  private readonly text: string;
  private readonly out: string[];
  private at: number;
  private readonly depth: number[];

  constructor(text: string) {
    this.text = text;
    this.out = text.split(''); // code units, as offsets count them
    this.at = 0;
    this.depth = [];
  }

  scan(): string {
    while (this.at < this.text.length) this.step(this.text.charAt(this.at));
    return this.out.join('');
  }

  private step(char: string): void {
    if (this.text.startsWith('//', this.at)) this.blank(this.endOf('\n', 0));
    else if (this.text.startsWith('/*', this.at)) this.blank(this.endOf('*/', 2));
    else if (char === "'" || char === '"') this.skipTo(this.endOfQuoted(char, this.at + 1));
    else if (char === '`') this.template();
    else if (char === '/' && this.operandIsDue()) this.skipTo(this.endOfQuoted('/', this.at + 1));
    else {
      if (char === '{' && this.depth.length > 0) this.depth.push((this.depth.pop() ?? 0) + 1);
      if (char === '}' && this.depth.length > 0 && this.closesPart()) this.template();
      else this.at++;
    }
  }

  /** A brace closed: true when it ends the code part of a template. */
  private closesPart(): boolean {
    const open = this.depth.pop() ?? 0;
    if (open === 0) return true;
    this.depth.push(open - 1);
    return false;
  }

  /** From a back-quote, or the brace that ends a part, to the end of the template or its next part. */
  private template(): void {
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== '`' && !this.text.startsWith('${', end))
      end += this.text[end] === '\\' ? 2 : 1;
    const isPart = this.text.startsWith('${', end);
    if (isPart) this.depth.push(0);
    this.skipTo(end + (isPart ? 2 : 1), isPart ? 2 : 1);
  }

  private operandIsDue(): boolean {
    return OPERAND_IS_DUE.test(
      this.out
        .slice(Math.max(0, this.at - 200), this.at)
        .join('')
        .trimEnd(),
    );
  }

  private endOf(mark: string, length: number): number {
    const end = this.text.indexOf(mark, this.at + length);
    return end < 0 ? this.text.length : end + length;
  }

  /** The offset after the closing quote; a class in a regular expression may hold a slash. */
  private endOfQuoted(quote: string, from: number): number {
    let inClass = false;
    let end = from;
    for (; end < this.text.length; end++) {
      const char = this.text[end];
      if (char === '\\') end++;
      else if (char === '\n') return end;
      else if (quote === '/' && (char === '[' || char === ']')) inClass = char === '[';
      else if (char === quote && !inClass) return end + 1;
    }
    return end;
  }

  /** Blanks what stands between the quotes, and goes on behind them. */
  private skipTo(end: number, closing = 1): void {
    this.at++;
    this.blank(end - closing);
    this.at = end;
  }

  private blank(end: number): void {
    for (; this.at < end; this.at++) if (this.text[this.at] !== '\n') this.out[this.at] = ' ';
  }
}

/** Reads a file's text for the rules. */
export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, code: new Scanner(text).scan() };
}

/** The line, from 1, on which `offset` lies. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** What the file imports or exports from elsewhere, types and dynamic imports included. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  for (const match of file.code.matchAll(/\b(?:from|import)\s*\(?\s*(['"])( *)\1/g)) {
    const end = match.index + match[0].length - 1;
    const specifier = file.text.slice(end - (match[2] ?? '').length, end);
    found.push({ specifier, line: lineAt(file.text, match.index) });
  }
  return found;
}
