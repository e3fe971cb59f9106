/** Text as HTML: whatever is put into a template is escaped, unless it is HTML already. */

export class Html {
  readonly text: string;

  /** @param text that is HTML already, and safe. */
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Html[];

/** A template of HTML: html`<td>${text}</td>`. Control characters of a text become spaces. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, i) => text + (i < parts.length ? textOf(parts[i] ?? '') : '')).join(''));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function textOf(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return String(part)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}

/** Heads of rows up to so many letters stay on one line. */
const SHORT = 22;

/** A text whose names with dots may go over several lines: `server.<wbr>listen.<wbr>backlog`. */
function breakable(text: string): Html {
  return new Html(html`${text}`.text.replace(/[._](?=\w{2})/g, '$&<wbr>'));
}

/** A table with a caption; the first column heads its row. Numbers of the other columns stand to the right. */
export function htmlTable(caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): Html {
  const isNumber = (text: string): boolean => /^[-±]?[\d,.]+(?: ± [\d,.]+)?( ?(?:%|ns|µs|ms|s))?$|^-?$/.test(text);
  const right = columns.map((_, i) => i > 0 && rows.every((row) => isNumber(row[i] ?? '')));
  const cell = (text: string, i: number): Html =>
    i === 0
      ? text.length > SHORT
        ? html`<th scope="row">${breakable(text)}</th>`
        : html`<th scope="row" class="short">${text}</th>`
      : right[i] === true
        ? html`<td class="n">${text}</td>`
        : html`<td>${text}</td>`;
  const head = columns.map((text, i) =>
    right[i] === true
      ? html`<th scope="col" class="n">${breakable(text)}</th>`
      : html`<th scope="col">${breakable(text)}</th>`,
  );
  const body = rows.map(
    (row) =>
      html`<tr>
        ${row.map(cell)}
      </tr>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`;
}
