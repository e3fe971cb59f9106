/**
 * The reference of results: metrics, levels and counters, from what `halfopen explain` says of them.
 * Leaves out: the text around the tables (results/README.md).
 */
import { COMMON_MEANINGS, type Family, familyMeanings } from '../../../src/report/meanings/meanings.ts';
import { FRONT_ENDS } from '../../../src/report/meanings/front-ends.ts';
import type { Meaning } from '../../../src/report/meanings/meaning.ts';
import { METRICS, type MetricOwner } from '../../../src/report/meanings/metrics.ts';
import { code, table } from './markdown.ts';

/** Every path of summary.csv. */
export function metricTable(): string {
  const owners = (kinds: readonly MetricOwner[]): string =>
    kinds.map((kind) => (/clients|flood/.test(kind) ? code(`kind: ${kind}`) : kind)).join(', ');
  const rows = METRICS.map((one) => [code(one.name), one.unit, owners(one.owners), one.text]);
  return table(['path', 'unit', 'of', 'what'], rows);
}

/** Levels and counters of a family of stacks, or of `front-ends`; `common`: levels that all have. */
export function counterTable(family: string): string {
  const all: readonly Meaning[] =
    family === 'common' ? COMMON_MEANINGS : family === 'front-ends' ? FRONT_ENDS : familyMeanings(family as Family);
  const rows = all.map((one) => [
    code(one.name),
    one.kind,
    one.text,
    one.setting === null ? '' : one.setting.split(', ').map(code).join(', '),
    one.isLoss ? 'yes' : '',
    one.rule,
  ]);
  return table(['name', 'kind', 'what', 'what moves it', 'a rise is a loss', 'rule'], rows);
}
