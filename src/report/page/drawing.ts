/**
 * Charts as SVG, drawn once when the page is made: a page needs no script, and prints. Each is drawn for a wide and for a narrow
 * page, of which a style shows one; the numbers stand in a table beside, so a reader of screens hears the label alone.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Html, html } from './html.ts';

const WIDE = 860;
const NARROW = 380;

/** @param options of Plot for a width. @param label what the picture shows, in a sentence. */
export function draw(options: (width: number) => Plot.PlotOptions, label: string): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const at = (width: number): Html => {
    const style = { fontSize: width === WIDE ? '13px' : '12px', background: 'transparent' };
    const chart = Plot.plot({
      document,
      width,
      className: 'chart',
      style,
      ...options(width),
    });
    chart.setAttribute('role', 'img');
    chart.setAttribute('aria-label', label);
    // Names of parts are for a page that has one chart; here the label of the whole is enough.
    for (const part of chart.querySelectorAll('g')) part.removeAttribute('aria-label');
    return new Html(chart.outerHTML);
  };
  return html`<div class="wide">${at(WIDE)}</div>
    <div class="narrow">${at(NARROW)}</div>`;
}

/** Is it the narrow one? */
export function isNarrow(width: number): boolean {
  return width < WIDE;
}

/** Keys of a chart: a line as it is drawn, and its name. */
export function legend(
  items: readonly { readonly name: string; readonly color: string; readonly dash?: string }[],
): Html {
  const keys = items.map(
    ({ color, dash = '', name }) =>
      html`<li>
        <svg width="26" height="10" aria-hidden="true">
          <line x1="0" x2="26" y1="5" y2="5" stroke="${color}" stroke-width="3" stroke-dasharray="${dash}" /></svg
        >${name}
      </li>`,
  );
  return html`<ul class="legend">
    ${keys}
  </ul>`;
}
