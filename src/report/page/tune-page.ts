/**
 * A search for a value as one page: the answer and how sure it is, the curve that shows it, what to paste where, what else was found, and
 * every value that was tried.
 */
import type { Goal } from '../../experiment/tune/goal.ts';
import type { TuneAnswer, TuneLimits } from '../../experiment/tune/tune.ts';
import { formatForPeople } from '../format-number.ts';
import { familyOf } from '../meanings/meanings.ts';
import { headline, metricText, sureness, VERDICTS } from '../tune.ts';
import { evidenceCharts } from './evidence-chart.ts';
import { glossarySection } from './glossary.ts';
import { type Html, html, htmlTable } from './html.ts';
import { optionWords, pageText, section } from './shell.ts';
import { adviceSections, tuneAgain, type TuneFacts, tuneHead } from './tune-facts.ts';

export interface TunePageInput {
  readonly facts: TuneFacts;
  readonly answer: TuneAnswer;
  readonly goal: Goal;
  /** As for --find. */
  readonly find: string;
  readonly limits: TuneLimits;
}

/** The page, as text. */
export function tunePage({ answer, facts, find, goal, limits }: TunePageInput): string {
  const names = [answer.find, ...goal.conditions.map(({ path }) => path)];
  const words = `${optionWords('goal', [goal.text])}${optionWords('find', [find])}`;
  return pageText({
    ...tuneHead(facts),
    answer: headline(answer),
    sections: [
      html`<p>${sureness(answer)}</p>`,
      section('curve', 'The curve', curves(answer, goal)),
      ...adviceSections(answer.hints, answer.settings),
      section('tried', 'Every value that was tried', evidenceTable(answer)),
      glossarySection(names, familyOf(facts.stack)),
      tuneAgain(facts, words, limits, answer),
    ],
  });
}

function curves(answer: TuneAnswer, goal: Goal): Html {
  const charts = goal.conditions.map((condition, i) => evidenceCharts(answer, condition, i));
  const isDrawn = charts.some(({ text }) => text !== '');
  return isDrawn ? html`${charts}` : html`<p>There are too few values with a number for a curve.</p>`;
}

function evidenceTable({ evidence, find }: TuneAnswer): Html {
  const rows = evidence.map(({ metrics, runs, text, verdict }) => [
    text,
    formatForPeople(runs),
    ...metrics.map(metricText),
    VERDICTS[verdict],
  ]);
  const names = (evidence[0]?.metrics ?? []).map(({ path }) => path);
  return htmlTable(
    'Means and half-widths of 95 % intervals, as in tune.csv',
    [find, 'runs', ...names, 'verdict'],
    rows,
  );
}
