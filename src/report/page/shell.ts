/**
 * What all pages have in common: one file of HTML without script, font or network, with a heading, the answer first, then sections,
 * and at the end how to make it again.
 */
import { Html, html, htmlTable } from './html.ts';
import { STYLE } from './style.ts';

export interface Page {
  readonly title: string;
  /** One line below it: stack, seed, version. */
  readonly head: string;
  /** The answer, in a sentence or two. */
  readonly answer: string;
  readonly sections: readonly Html[];
}

/** The page, as text. */
export function pageText({ answer, head, sections, title }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="dim">${head}</p>
        </header>
        <main>
          <p class="answer">${answer}</p>
          ${sections}
        </main>
      </body>
    </html> `.text;
}

/** A part of a page. @param id of its heading, once a page. @param isPrinted whether it goes on paper too. */
export function section(id: string, heading: string, body: Html, isPrinted = true): Html {
  return isPrinted
    ? html`<section aria-labelledby="${id}">
        <h2 id="${id}">${heading}</h2>
        ${body}
      </section>`
    : html`<section aria-labelledby="${id}" class="screen">
        <h2 id="${id}">${heading}</h2>
        ${body}
      </section>`;
}

/** The command that makes the page again, and what decides its numbers. */
export function againSection(command: string, rows: readonly (readonly [what: string, value: string])[]): Html {
  const caption = 'What decides every number here: the same scenario, seed and version give the same bytes';
  return section(
    'again',
    'To make it again',
    html`<pre><code>${wordsOf(command)}</code></pre>
      ${htmlTable(caption, ['what', 'value'], rows)}`,
  );
}

/** A command that goes to the next line between two options, not inside of one. */
function wordsOf(command: string): Html[] {
  const [first = '', ...options] = command.split(/ (?=--)/);
  return [html`${first}`, ...options.map((option) => html` <span>${option}</span>`)];
}

/** `--set` and `--seed` of a command, each in quotes where a shell wants them. */
export function optionWords(name: string, values: readonly string[]): string {
  return values.map((value) => ` --${name} ${quoted(value)}`).join('');
}

/** A word of a command line. */
function quoted(word: string): string {
  return /^[\w.,:/@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
