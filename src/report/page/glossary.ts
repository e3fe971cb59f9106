/**
 * Names of a report explained where they are read: counters, levels, settings and metrics, each in two paragraphs that open without a script.
 * Leaves out: which shipped scenario shows a name (halfopen explain says it).
 */
import { paragraphsOf } from '../meanings/explain.ts';
import type { Meaning } from '../meanings/meaning.ts';
import { type Family, meaningOf } from '../meanings/meanings.ts';
import { metricMeanings } from '../meanings/metrics.ts';
import { type Html, html } from './html.ts';
import { section } from './shell.ts';

const HEADINGS: readonly (readonly [kind: Meaning['kind'], heading: string])[] = [
  ['counter', 'Counters'],
  ['level', 'Levels'],
  ['setting', 'Settings'],
  ['metric', 'Metrics'],
];

/** @param names of counters, levels, settings and metrics, as they stand in the page; those without a meaning are left out. */
export function glossarySection(names: readonly string[], family: Family): Html {
  const found = new Map<string, Meaning>();
  for (const name of names) {
    const meaning = meaningOf(name, family);
    if (meaning !== null) found.set(meaning.name, meaning);
    // What has no meaning of its own may be a metric of any source.
    else for (const one of metricMeanings(name)) found.set(name, { ...one, name });
  }
  if (found.size === 0) return html``;
  const groups = HEADINGS.map(([kind, heading]) => {
    const ofKind = [...found.values()].filter((one) => one.kind === kind);
    return ofKind.length === 0
      ? html``
      : html`<h3>${heading}</h3>
          <div class="names">${ofKind.map(entry)}</div>`;
  });
  const hint = html`<p class="dim">
    <code>halfopen explain NAME</code> says the same, for every family of kernels, and names a scenario that shows it.
  </p>`;
  return section('names', 'What the names mean', html`${groups}${hint}`, false);
}

function entry(meaning: Meaning): Html {
  const [first, second] = paragraphsOf(meaning);
  return html`<details>
    <summary><code>${meaning.name}</code></summary>
    <p>${first}</p>
    <p>${second}</p>
  </details>`;
}
