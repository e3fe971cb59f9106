/** A choice among parts of a page without a script: a radio button for each; on paper all parts, one below the other. */
import { type Html, html } from './html.ts';

/** More than this are not styled. */
export const TABS_MAX = 8;

export interface Tab {
  readonly name: string;
  readonly body: Html;
}

/** @param group a name of its own in the page. @param question above the names. A single part has no choice. */
export function tabs(group: string, question: string, parts: readonly Tab[]): Html {
  const [only] = parts;
  if (only === undefined) return html``;
  if (parts.length === 1) {
    return html`<h3>${only.name}</h3>
      ${only.body}`;
  }
  const shown = parts.slice(0, TABS_MAX);
  const choices = shown.map(({ name }, i) => {
    const id = `${group}-${i}`;
    const input =
      i === 0
        ? html`<input type="radio" name="${group}" id="${id}" checked />`
        : html`<input type="radio" name="${group}" id="${id}" />`;
    return html`${input}<label for="${id}">${name}</label>`;
  });
  const panels = shown.map(
    ({ body, name }) =>
      html`<div class="panel">
        <h3>${name}</h3>
        ${body}
      </div>`,
  );
  return html`<fieldset class="tabs">
    <legend>${question}</legend>
    ${choices} ${panels}
  </fieldset>`;
}

/** The style of as many as there may be: a checked button shows the part of the same number. */
export const TABS_STYLE = `
.tabs { border: 0; padding: 0; margin: 1rem 0 0; min-width: 0; } .tabs > legend { color: var(--dim); font-size: .9rem; padding: 0; margin-bottom: .35rem; }
.tabs > input { position: absolute; opacity: 0; } .tabs > label { display: inline-block; padding: .25rem .7rem; margin: 0 .35rem .35rem 0;
  border: 1px solid var(--rule); border-radius: 1rem; cursor: pointer; font-size: .92rem; }
.tabs > input:checked + label { background: var(--card); border-color: var(--c1); box-shadow: inset 0 0 0 1px var(--c1); font-weight: 600; }
.tabs > input:focus-visible + label { outline: 3px solid var(--link); outline-offset: 2px; } .tabs > .panel { display: none; }
${Array.from({ length: TABS_MAX }, (_, i) => `.tabs > input:nth-of-type(${i + 1}):checked ~ .panel:nth-of-type(${i + 1})`).join(', ')} { display: block; }
`;
