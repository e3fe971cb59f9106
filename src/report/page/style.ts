/**
 * How a report looks: on paper, on a phone, by day and by night. Colours are those of Okabe and Ito, which the colour-blind tell
 * apart, darker by day and lighter by night so that each stands out from its ground by 3 : 1 at least.
 */
import { TABS_STYLE } from './tabs.ts';

type Palette = Readonly<Record<string, string>>;

/** By day. */
export const LIGHT: Palette = {
  bg: '#fff',
  fg: '#1b1f24',
  dim: '#57606a',
  rule: '#d0d7de',
  card: '#f6f8fa',
  link: '#0550ae',
  c1: '#0072b2',
  c2: '#b35900',
  c3: '#c0392b',
  c4: '#007a5a',
  c5: '#8250a8',
  c6: '#5c6670',
  c7: '#8a6d00',
  band: '#cc79a7',
  pause: '#e69f00',
};

/** By night. */
export const DARK: Palette = {
  bg: '#0d1117',
  fg: '#e6edf3',
  dim: '#9aa4af',
  rule: '#30363d',
  card: '#161b22',
  link: '#79b8ff',
  c1: '#56b4e9',
  c2: '#f0a04b',
  c3: '#ff7b72',
  c4: '#3fcf9f',
  c5: '#cf9fe8',
  c6: '#a0a9b3',
  c7: '#d9c04a',
  band: '#cc79a7',
  pause: '#e69f00',
};

/** On paper. */
const PAPER: Palette = { ...LIGHT, fg: '#000', dim: '#444', rule: '#bbb', card: '#f4f4f4', link: '#000' };

export const STYLE = `
:root { color-scheme: light dark; ${variables(LIGHT)} }
@media (prefers-color-scheme: dark) { :root { ${variables(DARK)} } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 56rem; background: var(--bg); color: var(--fg);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--rule); }
p { margin: .5rem 0; } .dim, figcaption, caption { color: var(--dim); font-size: .9rem; }
.answer { font-size: 1.15rem; padding: .9rem 1.1rem; margin: 1rem 0; background: var(--card); border-left: 4px solid var(--c1); border-radius: 4px; }
a { color: var(--link); } figure { margin: 1rem 0; } figcaption { margin-bottom: .4rem; }
svg.chart { display: block; width: 100%; height: auto; color: var(--fg); background: transparent; overflow: visible; }
.narrow { display: none; }
@media (max-width: 40rem) { .wide { display: none; } .narrow { display: block; } body { padding: 1rem .9rem 3rem; } }
.scroll { overflow-x: auto; margin: .5rem 0; } .scroll:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; } caption { text-align: left; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--rule); }
th { font-weight: 600; } th.short { white-space: nowrap; } td.n { white-space: nowrap; } .n { text-align: right; font-variant-numeric: tabular-nums; } thead th { vertical-align: bottom; } tbody th { font-weight: 500; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--link); }
code { font: .9em ui-monospace, Menlo, Consolas, monospace; } pre span { display: inline-block; max-width: 100%; overflow-wrap: anywhere; } .names { columns: 19rem; column-gap: 1.5rem; } .names details { break-inside: avoid; margin: 0; padding: .2rem 0; }
pre { white-space: pre-wrap; background: var(--card); padding: .7rem 1rem; border-radius: 4px; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none; padding: 0; margin: .4rem 0; font-size: .9rem; }
.legend svg { vertical-align: -2px; margin-right: .4rem; } .ramp svg { vertical-align: -2px; margin: 0 .4rem; }
.small { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .25rem 1rem; } .small figure { margin: .4rem 0; min-width: 0; }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; } h4 { font-size: .95rem; margin: 1rem 0 .2rem; }${TABS_STYLE}@media print { :root { color-scheme: light; ${variables(PAPER)} }
  body { max-width: none; padding: 0; font-size: 11pt; } figure, tr, .answer { break-inside: avoid; } h2 { break-after: avoid; }
  details, .screen, .tabs > legend, .tabs > input, .tabs > label { display: none; } .tabs > .panel { display: block; } .scroll { overflow: visible; }
  table { font-size: 8pt; } th, td { padding: .15rem .4rem .15rem 0; } td, td.n { white-space: normal; overflow-wrap: anywhere; } }
`;

function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, color]) => `--${name}: ${color};`)
    .join(' ');
}
