/** `halfopen stacks`: which names there are, from which version on a kernel does something otherwise, and how that is known. */
import { InputError } from '../engine/errors.ts';
import {
  changeWithinSeries,
  formatVersion,
  freeBsdProfileOf,
  freeBsdRows,
  freeBsdSysctls,
  kernelNamed,
  NEWEST_KERNEL,
  profileOf,
  type Resolved,
  resolvedRows,
  settingsOf,
  turningPoints,
} from '../listeners/stacks.ts';
import { plainJson } from '../report/json.ts';
import { hangingTable, table, wrap } from '../report/layout.ts';
import { Exit, terminalWidth } from './messages.ts';
import type { CommonOptions } from './options.ts';

const OTHERS = [
  ['linux-1.2', 'Linux 1.2.0 to 1.2.13, rule by rule (server.linux12.version)'],
  ['classic', 'one bounded table and one accept queue, as textbooks have them'],
  ['linux-X.Y[.Z]', `Linux 2.2 to ${NEWEST_KERNEL.slice('linux-'.length)}, by version and patch level`],
  ['freebsd-X[.Y]', 'FreeBSD 9 to 15, by release'],
] as const;

export interface StacksOptions extends CommonOptions {
  readonly assume?: boolean;
}

/** @param names kernels to resolve; none: what there is. @returns the exit code. */
export function stacks(names: readonly string[], options: StacksOptions): number {
  const text =
    names.length === 0
      ? listing(options.json ?? false)
      : resolutions(names, options.json ?? false, options.assume ?? false);
  process.stdout.write(text);
  return Exit.Done;
}

function listing(json: boolean): string {
  const points = turningPoints();
  if (json) {
    return plainJson('stacks', {
      stacks: OTHERS.map(([name, text]) => ({ name, text })),
      turning_points: points.map(({ version, rows }) => ({ version, rows: rows.map(rowJson) })),
    });
  }
  const width = terminalWidth();
  const rows = points.flatMap(({ version, rows: differs }) =>
    differs.map((one, i) => [i === 0 ? version : '', `${one.behaviour}: ${one.row.text}`, one.evidence]),
  );
  return [
    hangingTable(OTHERS, width, [1]),
    '',
    wrap(
      'What a kernel does otherwise from a version on (halfopen stacks NAME says it of one kernel, and why):',
      width,
    ),
    hangingTable([['from', 'behaviour', 'known'], ...rows], width, [1]),
    '',
    wrap('known: read in the source on both sides of the boundary, measured on running kernels, or inferred.', width),
    '',
  ].join('\n');
}

function resolutions(names: readonly string[], json: boolean, assume: boolean): string {
  const resolved = names.map((name) => ({ name, ...resolve(name, assume) }));
  if (json) {
    const kernels = resolved.map(({ name, version, warning, rows, settings }) => ({
      name,
      version,
      warning,
      rows: rows.map(rowJson),
      settings: settings.map(({ name: setting, min, max, unit, value }) => ({ name: setting, min, max, unit, value })),
    }));
    return plainJson('stacks', { kernels });
  }
  const width = terminalWidth();
  const parts = resolved.flatMap(({ family, name, version, warning, rows, settings }) => [
    wrap(`${name}: ${family} ${version}${warning === null ? '' : `; ${warning}`}`, width, 2),
    hangingTable(
      [
        ['behaviour', 'what', 'since', 'known'],
        ...rows.map((one) => [one.behaviour, what(one), sinceOf(one), one.evidence]),
      ],
      width,
      [0, 1, 2],
    ),
    '',
    table([
      ['setting', 'default', 'from', 'to', 'unit'],
      ...settings.map(({ name: setting, min, max, unit, value }) => [
        setting,
        String(value),
        String(min),
        String(max),
        unit,
      ]),
    ]),
    '',
  ]);
  return parts.join('\n');
}

function what({ row }: Row): string {
  return `${row.text} (${row.source})`;
}

function sinceOf({ row, backported }: Row): string {
  return backported ? `${row.from}, backport` : row.from;
}

/** What a name stands for. */
interface Stack {
  readonly family: 'Linux' | 'FreeBSD';
  readonly version: string;
  readonly warning: string | null;
  readonly rows: readonly Row[];
  readonly settings: readonly {
    readonly name: string;
    readonly min: number;
    readonly max: number;
    readonly unit: string;
    readonly value: number;
  }[];
}

type Row = Pick<Resolved, 'behaviour' | 'backported' | 'evidence'> & {
  readonly row: Pick<Resolved['row'], 'from' | 'source' | 'text'>;
};

/** @returns null when it is no name of a release of FreeBSD. */
function resolveFreeBsd(name: string): Stack | null {
  const profile = freeBsdProfileOf(name);
  if (profile === null) return null;
  return {
    family: 'FreeBSD',
    version: name.slice('freebsd-'.length),
    warning: profile.evidence,
    rows: freeBsdRows(profile).map(({ behaviour, from, source, text }) => ({
      behaviour,
      backported: false,
      evidence: 'read',
      row: { from: String(from), source, text },
    })),
    settings: freeBsdSysctls(profile).map(({ byDefault, max, min, name: setting }) => ({
      name: setting,
      min,
      max,
      unit: setting.endsWith('rexmit_initial') ? 'ms' : '',
      value: byDefault,
    })),
  };
}

/** @throws InputError for a name that is no kernel's. */
function resolve(name: string, assume: boolean): Stack {
  const freeBsd = resolveFreeBsd(name);
  if (freeBsd !== null) return freeBsd;
  const kernel = kernelNamed(name, assume);
  if (kernel.version === null) {
    throw new InputError([{ where: 'stacks', expected: kernel.expected, received: name }]);
  }
  const { version } = kernel;
  const profile = profileOf(version);
  return {
    family: 'Linux',
    version: formatVersion(version),
    warning: kernel.warning ?? changeWithinSeries(version),
    rows: resolvedRows(version),
    settings: settingsOf(version).map((setting) => ({ ...setting, value: setting.defaultOf(profile) })),
  };
}

function rowJson({ behaviour, row, evidence, backported }: Row): Record<string, unknown> {
  const { from, source, text } = row;
  return { behaviour, text, from, backported, evidence, source };
}
