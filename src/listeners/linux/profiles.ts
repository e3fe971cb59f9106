/**
 * What differs between Linux kernels from 2.2 to 7.2, one table a behaviour: from which version on, with its source.
 * A version takes the last row that is not later than it, or a row that its stable series took over.
 * Leaves out: vendor kernels; counters that have no part in a listener's life.
 * Sources: kernel trees read (function names in the rows), kernels measured (6.18.44 in full, five others side by side).
 */
import type { Evidence, Feature, Row } from './feature.ts';
import { FEATURES } from './features.ts';
import { formatVersion, isBefore, type KernelVersion, seriesOf, versionOf } from './versions.ts';

/** Value of each behaviour for one kernel. */
export type Profile = {
  readonly [K in keyof typeof FEATURES]: (typeof FEATURES)[K] extends Feature<infer T> ? T : never;
};

/** One row that a version resolved to. */
export interface Resolved {
  readonly behaviour: string;
  readonly row: Row<unknown>;
  /** How it is known that the row holds: of the boundary, or of the stable release. */
  readonly evidence: Evidence;
  /** The row came to this series by a stable release. */
  readonly backported: boolean;
}

/** Version → its profile: each of thousands of short runs asks for one. */
const known = new Map<string, Profile>();

/** How `version` behaves. */
export function profileOf(version: KernelVersion): Profile {
  const name = formatVersion(version);
  const profile = known.get(name) ?? readProfile(version);
  known.set(name, profile);
  return profile;
}

function readProfile(version: KernelVersion): Profile {
  const features: [string, Feature<unknown>][] = Object.entries(FEATURES);
  const values = features.map(([key, feature]) => [key, rowOf(feature, version).value]);
  return Object.freeze(Object.fromEntries(values)) as Profile;
}

/** Every row that makes up the behaviour of `version`, in the order of the table. */
export function resolvedRows(version: KernelVersion): Resolved[] {
  return Object.values(FEATURES).map((feature: Feature<unknown>) => {
    const row = rowOf(feature, version);
    const stable = stableOf(row, version);
    return {
      behaviour: feature.behaviour,
      row,
      evidence: stable === null ? row.evidence : stable[1],
      backported: stable !== null,
    };
  });
}

/** Versions from which on something differs, oldest first, with what; stable releases that took a change over too. */
export function turningPoints(): { readonly version: string; readonly rows: readonly Resolved[] }[] {
  const points = new Map<string, Resolved[]>();
  for (const feature of Object.values(FEATURES) as Feature<unknown>[]) {
    for (const row of feature.rows) {
      for (const [version, evidence] of [[row.from, row.evidence] as const, ...row.stable]) {
        const rows = points.get(version) ?? [];
        const backported = version !== row.from;
        points.set(version, [...rows, { behaviour: feature.behaviour, row, evidence, backported }]);
      }
    }
  }
  return [...points]
    .map(([version, rows]) => ({ version, rows }))
    .toSorted((a, b) => (isBefore(versionOf(a.version), versionOf(b.version)) ? -1 : 1));
}

/** Something that a later release of the same series does otherwise than `version`: a name without a patch level is unclear there. */
export function changeWithinSeries(version: KernelVersion): string | null {
  for (const feature of Object.values(FEATURES) as Feature<unknown>[]) {
    for (const row of feature.rows) {
      const later = row.stable.find(([text]) => isLaterInSeries(versionOf(text), version));
      if (later !== undefined) return `from ${later[0]} on, ${feature.behaviour}: ${row.text}`;
    }
  }
  return null;
}

function isLaterInSeries(later: KernelVersion, version: KernelVersion): boolean {
  return seriesOf(later) === seriesOf(version) && isBefore(version, later);
}

function rowOf<T>(feature: Feature<T>, version: KernelVersion): Row<T> {
  const isThere = (row: Row<T>): boolean => !isBefore(version, versionOf(row.from)) || stableOf(row, version) !== null;
  const own = feature.rows.findLast(isThere);
  if (own === undefined) throw new RangeError(`no row of ${feature.behaviour} for ${formatVersion(version)}`);
  return own;
}

/** The stable release by which `row` came to the series of `version`, null: by none. */
function stableOf(row: Row<unknown>, version: KernelVersion): Row<unknown>['stable'][number] | null {
  const release = row.stable.find(([text]) => {
    const first = versionOf(text);
    return seriesOf(first) === seriesOf(version) && !isBefore(version, first);
  });
  return release ?? null;
}
