/**
 * The picture in README.md, from runs of a shipped scenario: who is served on four stacks, over time. As files that need no style of the
 * page around them: colours stand in them, numbers are rounded so that every machine draws the same bytes.
 */
import { loadScenario } from '../../src/cli/input-files.ts';
import { drawOne } from '../../src/report/page/drawing.ts';
import { marksOf } from '../../src/report/page/marks.ts';
import { measuresOf, panelsOf } from '../../src/report/page/multiples.ts';
import { DARK, LIGHT } from '../../src/report/page/style.ts';
import { parseForStack } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const SCENARIO = 'scenarios/a-flood-and-a-pause.yaml';
const STACKS = ['linux-1.2', 'linux-2.4', 'linux-6.18', 'freebsd-14'];
const SHOWN = ['Served clients', 'Dropped, for whatever cause'];
const WIDTH = 900;
const TOP = 62;
const PANEL = 130;

interface Picture {
  readonly path: string;
  readonly text: string;
}

/** Its files, as they belong into results/pictures/. */
export function pictures(): Picture[] {
  const { files, scenario, source } = loadScenario(SCENARIO, [], undefined, new Map());
  const runs = STACKS.map((stack) => {
    const own = parseForStack(source.text, stack, source.fileName, source.overrides, source.options);
    return simulate({ scenario: own.scenario, files });
  });
  const marks = marksOf(scenario, runs[0]!.series);
  const endS = scenario.durationNs / 1e9;
  const measures = measuresOf(runs, ['users']).filter(({ title }) => SHOWN.includes(title));
  const rows = measures.toReversed().map((measure) => {
    const options = panelsOf(measure, {
      stacks: STACKS,
      marks,
      endS,
      columns: 4,
      panelHeight: PANEL,
      left: 46,
      width: WIDTH,
    });
    return {
      title: `${measure.title}, ${measure.unit}`,
      svg: drawOne(options, WIDTH, measure.title).text,
      height: options.height ?? 0,
    };
  });
  return [
    { name: 'light', palette: LIGHT },
    { name: 'dark', palette: DARK },
  ].map(({ name, palette }) => ({
    path: `results/pictures/a-flood-and-a-pause-${name}.svg`,
    text: colored(framed(scenario.title, rows), palette),
  }));
}

interface Row {
  readonly title: string;
  readonly svg: string;
  readonly height: number;
}

function framed(title: string, rows: readonly Row[]): string {
  let y = TOP;
  const parts = rows.map((row) => {
    const heading = `<text x="8" y="${y + 14}" font-size="14">${row.title}</text>`;
    const part = `${heading}<g transform="translate(0,${y + 18})">${row.svg}</g>`;
    y += row.height + 26;
    return part;
  });
  const key = (x: number, color: string, words: string): string =>
    `<rect x="${x}" y="38" width="26" height="12" fill="var(--${color})" fill-opacity="0.35"/><text x="${x + 32}" y="49" font-size="13">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" color="var(--fg)" fill="currentColor" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif">
<title>${title}</title>
<rect width="${WIDTH}" height="${y}" fill="var(--bg)"/>
<text x="8" y="22" font-size="17" font-weight="600">${title}</text>
${key(8, 'band', 'SYN flood, 500 a second')}${key(220, 'pause', 'accept() pauses')}
${parts.join('\n')}
</svg>
`;
}

function colored(svg: string, palette: Readonly<Record<string, string>>): string {
  return svg
    .replace(/var\(--(\w+)\)/g, (whole, name: string) => palette[name] ?? whole)
    .replace(/currentColor/g, palette['fg'] ?? '');
}
