/**
 * A choice among settings as one page: which costs least and how sure that is, what each costs as a bar with its interval, what to paste
 * where, what else was found, and every setting that was tried with why it is not the best.
 */
import * as Plot from '@observablehq/plot';
import type { ChoiceAnswer, Contender } from '../../experiment/tune/choice.ts';
import type { ChoiceLimits } from '../../experiment/tune/choose.ts';
import type { Axis } from '../../experiment/vary.ts';
import { choiceHeadline, choiceSureness, estimateText, ranked, whyOf } from '../choice.ts';
import { formatForPeople } from '../format-number.ts';
import { familyOf } from '../meanings/meanings.ts';
import { metricText } from '../tune.ts';
import { draw, isNarrow, legend } from './drawing.ts';
import { glossarySection } from './glossary.ts';
import { type Html, html, htmlTable } from './html.ts';
import { optionWords, pageText, section } from './shell.ts';
import { adviceSections, tuneAgain, type TuneFacts, tuneHead } from './tune-facts.ts';

export interface ChoicePageInput {
  readonly facts: TuneFacts;
  readonly answer: ChoiceAnswer;
  readonly axes: readonly Axis[];
  readonly limits: ChoiceLimits;
}

/** Bars, and rows of the table, at most. */
const BARS_MAX = 30;
const ROWS_MAX = 200;
const ROW_PX = 24;
const LETTER = 6.8;

const GROUPS: Readonly<Record<Contender['standing'], readonly [name: string, color: string]>> = {
  best: ['best', 'var(--c4)'],
  equal: ['as good', 'var(--c4)'],
  close: ['not cheaper by what matters', 'var(--c1)'],
  worse: ['costs more', 'var(--c2)'],
  open: ['undecided', 'var(--c6)'],
  fails: ['fails the goal', 'var(--c3)'],
  undefined: ['no defined cost', 'var(--c3)'],
};

/** The page, as text. */
export function choicePage({ answer, axes, facts, limits }: ChoicePageInput): string {
  const { contenders, cost, goal, hints, settings, varied } = answer;
  const names = [...varied, ...(contenders[0]?.metrics ?? []).map(({ path }) => path)];
  const words = [
    optionWords(
      'vary',
      axes.map(({ path, values }) => `${path}=${values.join(',')}`),
    ),
    optionWords('cost', [cost]),
    optionWords('goal', goal === null ? [] : [goal]),
    limits.difference === undefined ? '' : ` --difference ${limits.difference}`,
  ];
  return pageText({
    ...tuneHead(facts),
    answer: choiceHeadline(answer),
    sections: [
      html`<p>${choiceSureness(answer)}</p>`,
      section('costs', 'What each costs', bars(answer)),
      ...adviceSections(hints, settings),
      section('tried', 'Every setting that was tried', contenderTable(answer)),
      glossarySection(names, familyOf(facts.stack)),
      tuneAgain(facts, words.join(''), limits, answer),
    ],
  });
}

interface Bar {
  readonly name: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly standing: Contender['standing'];
}

function bars(answer: ChoiceAnswer): Html {
  const drawn = ranked(answer)
    .slice(0, BARS_MAX)
    .flatMap(({ at, cost: { halfWidth, mean }, standing }): Bar[] => {
      const half = halfWidth ?? 0;
      return mean === null
        ? []
        : [{ name: Object.values(at).join(' · '), mean, low: mean - half, high: mean + half, standing }];
    });
  if (drawn.length === 0) return html`<p>No setting has a defined cost.</p>`;
  const [first] = drawn;
  const label = `What ${drawn.length} settings cost, the best first: ${formatForPeople(first?.mean ?? 0)} for ${first?.name ?? ''}.`;
  const left = answer.contenders.length - drawn.length;
  const more = left > 0 ? ` ${formatForPeople(left)} more are in the table or in tune.csv.` : '';
  const groups = new Map(drawn.map(({ standing }) => GROUPS[standing]));
  return html`<figure>
    <figcaption>
      <strong>Cost</strong>, ${answer.cost}, of ${answer.varied.join(' · ')}: the mean of the runs with its 95 %
      interval, the best first. Settings are compared in pairs of runs with the same random numbers, so intervals that
      overlap may be well apart.${more}
    </figcaption>
    ${legend([...groups].map(([name, color]) => ({ name, color, isBand: true })))}
    ${draw((width) => barOptions(drawn, width), label)}
  </figure>`;
}

function barOptions(drawn: readonly Bar[], width: number): Plot.PlotOptions {
  const longest = Math.max(...drawn.map(({ name }) => name.length));
  const left = Math.min(width * (isNarrow(width) ? 0.4 : 0.5), 12 + longest * LETTER);
  const letters = Math.floor((left - 12) / LETTER);
  const colorOf = ({ standing }: Bar): string => GROUPS[standing][1];
  const names = drawn.map(({ name }) => name);
  return {
    height: 30 + ROW_PX * drawn.length + 40,
    marginLeft: left,
    marginRight: 20,
    marginTop: 10,
    marginBottom: 44,
    x: {
      label: 'cost',
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
      ticks: isNarrow(width) ? 3 : 6,
      tickFormat: (value: number) => formatForPeople(value),
      zero: true,
    },
    y: {
      type: 'band',
      domain: names,
      label: null,
      tickSize: 0,
      padding: 0.3,
      tickFormat: (name: string) => (name.length > letters ? `${name.slice(0, letters - 1)}…` : name),
    },
    marks: [
      Plot.barX(drawn, { y: 'name', x1: 0, x2: 'mean', fill: colorOf, fillOpacity: 0.35 }),
      Plot.ruleY(drawn, { y: 'name', x1: 'low', x2: 'high', stroke: colorOf, strokeWidth: 2 }),
      Plot.dot(drawn, { y: 'name', x: 'mean', fill: colorOf, r: 3.5 }),
      Plot.ruleX([0], { stroke: 'currentColor' }),
    ],
  };
}

function contenderTable(answer: ChoiceAnswer): Html {
  const { contenders, varied } = answer;
  const shown = ranked(answer).slice(0, ROWS_MAX);
  const metrics = (contenders[0]?.metrics ?? []).map(({ path }) => path);
  const rows = shown.map((one) => [
    ...Object.values(one.at),
    whyOf(one, answer),
    formatForPeople(one.runs),
    estimateText(one.cost),
    ...one.metrics.map(metricText),
  ]);
  const left = contenders.length - shown.length;
  const caption = `The best first, as in tune.csv${left > 0 ? `; ${formatForPeople(left)} more are there` : ''}`;
  return htmlTable(caption, [...varied, 'standing', 'runs', 'cost', ...metrics], rows);
}
