/**
 * The figures of a comparison as a CSV file, and read back from it.
 * Leaves out: measuring (rounds.ts).
 */
import { type Cell, toCsv } from '../../src/report/csv.ts';
import type { ResultFile } from '../../src/report/result-files.ts';
import { CsvTable } from '../../src/verify/csv-table.ts';
import type { BenchHeader } from '../header.ts';
import type { Figure } from './rounds.ts';
import { WORK_NAMES } from './works.ts';

const COLUMNS = [
  'work',
  'n',
  'operations',
  'peer',
  'version',
  'rounds',
  'ops_per_s',
  'ops_per_s_min',
  'ops_per_s_max',
  'hash',
  'outcome',
  'date',
  'commit',
  'node',
  'cpu',
  'load',
] as const;
/** Above every count and speed. */
const NUMBER_MAX = 1e15;
const SAME = 'same';
const OTHER = 'other';
const NOT_COMPARED = 'not compared';

/** What the date of the run gives its file. */
export function figuresFile(header: BenchHeader, figures: readonly Figure[]): ResultFile {
  const { commit, cpu, date, load, node } = header;
  const row = (f: Figure): Cell[] => [
    f.work.name,
    f.work.n,
    f.work.operations,
    f.peer,
    f.version,
    f.rounds,
    Math.round(f.opsPerS),
    Math.round(f.opsPerSMin),
    Math.round(f.opsPerSMax),
    f.hash,
    f.isCompared ? (f.isSame ? SAME : OTHER) : NOT_COMPARED,
    date,
    commit,
    node,
    cpu,
    Number(load.toFixed(2)),
  ];
  return { name: `peers-${date.replaceAll(/[ :]/g, '-')}.csv`, text: toCsv(COLUMNS, figures.map(row)) };
}

/** What `figuresFile` wrote. @throws InputError with all that is wrong. */
export function readFigures(file: string, text: string): { header: BenchHeader; figures: Figure[] } {
  const table = new CsvTable(file, text, COLUMNS);
  const figures = table.rows.map((row): Figure => {
    const number = (column: (typeof COLUMNS)[number]): number => table.number(row, column, 0, NUMBER_MAX);
    const outcome = table.word(row, 'outcome', [SAME, OTHER, NOT_COMPARED]);
    return {
      work: { name: table.word(row, 'work', WORK_NAMES), n: number('n'), operations: number('operations') },
      peer: table.text(row, 'peer'),
      version: table.text(row, 'version'),
      rounds: number('rounds'),
      opsPerS: number('ops_per_s'),
      opsPerSMin: number('ops_per_s_min'),
      opsPerSMax: number('ops_per_s_max'),
      hash: table.text(row, 'hash'),
      isCompared: outcome !== NOT_COMPARED,
      isSame: outcome === SAME,
    };
  });
  table.throwIssues();
  const [first] = table.rows;
  const said = (column: (typeof COLUMNS)[number]): string => (first === undefined ? '' : table.text(first, column));
  return {
    header: {
      date: said('date'),
      commit: said('commit'),
      node: said('node'),
      cpu: said('cpu'),
      load: Number(said('load')),
    },
    figures,
  };
}
