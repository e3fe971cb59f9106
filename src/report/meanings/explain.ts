/**
 * A name explained: what a counter, a level or a setting means on each family of stacks that has it, what a metric means, or which of
 * them a rule of the model is about. Names may be short: `ListenOverflows` is `TcpExtListenOverflows`, `somaxconn` is `net.core.somaxconn`.
 * Leaves out: where a name shows in a run; who prints the explanation looks that up in the results.
 */
import type { Meaning } from './meaning.ts';
import { type Family, meaningsOf } from './meanings.ts';
import { METRICS, type MetricMeaning, metricMeanings } from './metrics.ts';

const FAMILIES: readonly Family[] = ['linux', 'linux-1.2', 'freebsd', 'classic'];
const RULE = /^[A-Z]{1,2}\d+(?:\.\d+)?[a-z]?$/;

/** One meaning, and the families that it is true of. */
export interface Explanation {
  readonly meaning: Meaning;
  readonly families: readonly Family[];
}

/** All that there is to explain, each meaning once. */
function allExplanations(): Explanation[] {
  const found = new Map<string, { meaning: Meaning; families: Family[] }>();
  for (const family of FAMILIES) {
    for (const meaning of meaningsOf(family)) {
      const key = `${meaning.name} ${meaning.text}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { meaning, families: [family] });
      else if (!known.families.includes(family)) known.families.push(family);
    }
  }
  return [...found.values()];
}

/** Names that can be explained, in no order. */
export function explainableNames(): string[] {
  const metrics = METRICS.map(({ name }) => name.replace(/^(?:NAME|link\.LINK)\./, '').replace(/\.\{.*$/, ''));
  // Words in capitals stand for names: nobody asks for them.
  const asked = metrics.filter((name) => !/[A-Z]/.test(name));
  return [...new Set([...allExplanations().map(({ meaning }) => meaning.name), ...asked])];
}

/** @returns what `name` means; of a rule, everything that follows it. Empty: nothing is known of it. */
export function explanationsOf(name: string): Explanation[] {
  const all = allExplanations();
  const exact = all.filter(
    ({ meaning }) => meaning.name === name || (meaning.setting === name && meaning.kind === 'setting'),
  );
  if (exact.length > 0) return exact;
  if (RULE.test(name)) return all.filter(({ meaning }) => citesRule(meaning.rule, name));
  const bare = name
    .replace(/^(?:listener|front_end|server(?:\.sysctl|\.listen|\.accept)?)\./, '')
    .replace(/\.(?:max|mean|end)$/, '');
  const isShort = (full: string): boolean =>
    full === bare ||
    full === `Tcp${bare}` ||
    full === `TcpExt${bare}` ||
    full === `TcpExtTCP${bare}` ||
    full.endsWith(`.${bare}`);
  const found = all.filter(({ meaning }) => isShort(meaning.name));
  // A counter of the stack is told as what it is, whatever the path of its metric.
  return found.length > 0 ? found : metricMeanings(name).map((meaning) => ({ meaning, families: FAMILIES }));
}

/** `B2` is cited by `B11, B2.4`, `R3` is not by `R31`. */
function citesRule(rules: string, rule: string): boolean {
  return rules.split(/[,\s]+/).some((one) => one === rule || one.startsWith(`${rule}.`));
}

/** A meaning as two paragraphs: what it is; what moves it, whether its growth is a loss, and which rule says so. */
export function paragraphsOf(meaning: Meaning): readonly [string, string] {
  const { isLoss, kind, rule, setting, text } = meaning;
  if (isMetric(meaning)) return [text, `Unit: ${meaning.unit}. It stands in summary.csv under this path.`];
  const loss = isLoss ? 'When it grows, somebody was turned away or kept waiting. ' : '';
  const source = `Rules of the model: ${rule}.`;
  if (kind === 'setting') {
    const path = setting ?? 'PATH';
    return [text, `In a scenario it is ${setting ?? 'not there'}; --set ${path}=VALUE tries another value. ${source}`];
  }
  const mover = setting === null ? 'No setting of the listener moves it.' : `What moves it: ${setting}.`;
  return [text, `${loss}${mover} ${source}`];
}

export function isMetric(meaning: Meaning): meaning is MetricMeaning {
  return meaning.kind === 'metric';
}
