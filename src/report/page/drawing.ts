/**
 * Charts as SVG, drawn once when the page is made: a page needs no script, and prints. Each is drawn for a wide and for a narrow
 * page, of which a style shows one; the numbers stand in a table beside, so a reader of screens hears the label alone.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Html, html } from './html.ts';

const WIDE = 860;
const NARROW = 380;
/** Attributes that say where something is. */
const PLACES = / (?:d|x|y|x1|x2|y1|y2|cx|cy|width|height|transform)="[^"]*"/g;

/** @param options of Plot for a width. @param label what the picture shows, in a sentence. */
export function draw(options: (width: number) => Plot.PlotOptions, label: string): Html {
  return html`<div class="wide">${drawOne(options(WIDE), WIDE, label)}</div>
    <div class="narrow">${drawOne(options(NARROW), NARROW, label)}</div>`;
}

/** A picture that is the same on every page. @param width of its own, px. */
export function drawOne(options: Plot.PlotOptions, width: number, label: string): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const style = { fontSize: width === WIDE ? '13px' : '12px', background: 'transparent' };
  const chart = Plot.plot({ document, width, className: 'chart', style, ...options });
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', label);
  // Names of parts are for a page that has one chart; here the label of the whole is enough.
  for (const part of chart.querySelectorAll('g')) part.removeAttribute('aria-label');
  return new Html(String(chart.outerHTML).replace(PLACES, (place: string) => place.replace(/-?\d+\.\d{2,}/g, rounded)));
}

/** A tenth of a pixel is enough, and the same on every machine. */
function rounded(number: string): string {
  return String(Number(Number(number).toFixed(1)));
}

/** Is it the narrow one? */
export function isNarrow(width: number): boolean {
  return width < WIDE;
}

/** Places of a logarithmic axis that are worth a tick: powers of ten, with 2 and 5 times these where few are in sight. */
export function logTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const leading = decades > 3.5 ? [1] : decades > 1.7 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const digit of leading) {
      const tick = Number(`${digit}e${power}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

export interface Key {
  readonly name: string;
  readonly color: string;
  readonly dash?: string;
  /** An area, not a line. */
  readonly isBand?: boolean;
  /** A dot, not a line. */
  readonly mark?: 'full' | 'hollow' | 'cross';
}

/** Keys of a chart: a line, an area or a dot as it is drawn, and its name. */
export function legend(items: readonly Key[]): Html {
  const keys = items.map(
    (key) => html`<li><svg width="26" height="12" aria-hidden="true">${new Html(signOf(key))}</svg>${key.name}</li>`,
  );
  return html`<ul class="legend">
    ${keys}
  </ul>`;
}

function signOf({ color, dash = '', isBand = false, mark }: Key): string {
  if (mark === 'full') return `<circle cx="13" cy="6" r="4.5" fill="${color}"/>`;
  if (mark === 'hollow') return `<circle cx="13" cy="6" r="4" fill="none" stroke="${color}" stroke-width="2"/>`;
  if (mark === 'cross') return `<path d="M9 2l8 8M17 2l-8 8" stroke="${color}" stroke-width="2"/>`;
  if (isBand) return `<rect width="26" height="12" fill="${color}" fill-opacity="0.35"/>`;
  return `<line x1="0" x2="26" y1="6" y2="6" stroke="${color}" stroke-width="3" stroke-dasharray="${dash}"/>`;
}
