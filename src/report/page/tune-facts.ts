/** What pages of `halfopen tune` have in common: the scenario they speak of, the bounds of the search, the lines to paste. */
import type { Hint } from '../../experiment/tune/hints.ts';
import type { SettingLine } from '../../experiment/tune/setting-lines.ts';
import { TUNE_DEFAULTS, type TuneLimits } from '../../experiment/tune/tune.ts';
import { VERSION } from '../../version.ts';
import { formatForPeople } from '../format-number.ts';
import { type Html, html } from './html.ts';
import { againSection, optionWords, section } from './shell.ts';

export interface TuneFacts {
  readonly title: string;
  readonly scenario: string;
  readonly scenarioHash: string;
  readonly seed: string;
  readonly stack: string;
  readonly duration: string;
  readonly settings: readonly { readonly path: string; readonly value: string }[];
}

/** Title and head of a page. */
export function tuneHead({ duration, scenario, seed, stack, title }: TuneFacts): { title: string; head: string } {
  return {
    title: title === '' ? scenario : title,
    head: `${stack} · ${duration} simulated · seed ${seed} · halfopen ${VERSION}`,
  };
}

/** Sections of what else was found and of what to paste, as far as there is something. */
export function adviceSections(hints: readonly Hint[], settings: readonly SettingLine[]): Html[] {
  const list = html`<ul>
    ${hints.map(({ text }) => html`<li>${text}</li>`)}
  </ul>`;
  return [
    ...(hints.length === 0 ? [] : [section('found', 'What else was found', list)]),
    ...(settings.length === 0 ? [] : [section('paste', 'What to change where', pasteTable(settings))]),
  ];
}

/** Lines that are pasted stand alone, so that they can be marked whole. */
function pasteTable(settings: readonly SettingLine[]): Html {
  const rows = settings.map(
    ({ line, note, where }) =>
      html`<tr>
        <th scope="row">${where}</th>
        <td><code>${line}</code></td>
        <td>${note}</td>
      </tr>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Lines to paste">
    <table>
      <caption>
        Lines to paste, and what to mind
      </caption>
      <thead>
        <tr>
          <th scope="col">where</th>
          <th scope="col">line</th>
          <th scope="col">note</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** Options of the bounds that are not the usual ones. */
function limitWords({ confidence, eventsMax, quorum, runsMax, seeks }: TuneLimits): string {
  const given: readonly (readonly [name: string, value: number | undefined, usual: number])[] = [
    ['confidence', confidence, TUNE_DEFAULTS.confidence],
    ['quorum', quorum, TUNE_DEFAULTS.quorum],
    ['runs', runsMax, TUNE_DEFAULTS.runsMax],
    ['budget', eventsMax, TUNE_DEFAULTS.eventsMax],
  ];
  const words = given.map(([name, value, usual]) =>
    value === undefined || value === usual ? '' : ` --${name} ${value}`,
  );
  return `${seeks === 'largest' ? ' --largest' : ''}${words.join('')}`;
}

/** @param words of the question, from a space on. */
export function tuneAgain(
  { scenario, scenarioHash, seed, settings }: TuneFacts,
  words: string,
  limits: TuneLimits,
  { events, runs }: { readonly events: number; readonly runs: number },
): Html {
  const set = optionWords(
    'set',
    settings.map(({ path, value }) => `${path}=${value}`),
  );
  const options = `${words}${limitWords(limits)}${set}${optionWords('seed', [seed])}`;
  return againSection(`halfopen tune ${scenario}.yaml${options} --report`, [
    ['scenario', scenario],
    ['scenario hash', scenarioHash],
    ['seed', seed],
    ['version', VERSION],
    ['runs', formatForPeople(runs)],
    ['events', formatForPeople(events)],
  ]);
}
