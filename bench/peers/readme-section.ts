/**
 * The section of README.md that shows a comparison, made from its figures.
 * Leaves out: what stands around it.
 */
import { formatForPeople } from '../../src/report/format-number.ts';
import { InputError } from '../../src/engine/errors.ts';
import type { BenchHeader } from '../header.ts';
import { HALFOPEN, NS3_DEFAULT, SOCKETS } from './peers.ts';
import type { Figure } from './rounds.ts';
import { millions, ratioOf } from './terminal-table.ts';
import { titleOf, type Work } from './works.ts';

const SECTION = /^<!-- peers -->\n[\s\S]*?^<!-- \/peers -->$/m;
const LABELS: Readonly<Record<Work['name'], string>> = {
  hold: 'hold model',
  ties: 'hold model, many at every instant',
  lanes: '16 constant delays',
  'flood-full': 'SYN flood, full table',
  'flood-open': 'SYN flood, room for all',
  'flood-sockets': '',
};
const NS3 = /^ns-3 \w+Scheduler$/;

/** Column → the figure it shows of one work's. */
const SHOWN: readonly (readonly [title: string, find: (figures: readonly Figure[]) => Figure | undefined])[] = [
  ['halfopen', byName(HALFOPEN)],
  ['C++ `std::priority_queue`', byName('C++ std::priority_queue')],
  ['C++, the same lanes and ladder', byName('C++ lanes and ladder')],
  ['C++ plain lanes', byName('C++ plain lanes')],
  ['ns-3, default scheduler', byName(NS3_DEFAULT)],
  [
    'ns-3, fastest scheduler',
    (figures) => figures.filter(({ peer }) => NS3.test(peer)).toSorted((a, b) => b.opsPerS - a.opsPerS)[0],
  ],
  ['SimPy', byName('SimPy')],
  ['flatqueue', byName('flatqueue')],
  ['tinyqueue', byName('tinyqueue')],
];

function byName(name: string): (figures: readonly Figure[]) => Figure | undefined {
  return (figures) => figures.find(({ peer }) => peer === name);
}

/** The section's text, markers apart. */
export function readmeSection(header: BenchHeader, figures: readonly Figure[]): string {
  const compared = figures.filter(({ isSame }) => isSame);
  const titles = [...new Set(compared.map(({ work }) => titleOf(work)))];
  const rows = titles.map((title) => rowOf(compared.filter(({ work }) => titleOf(work) === title)));
  const versions = [...new Set(figures.map(({ version }) => version))].filter(
    (version) => !version.startsWith(HALFOPEN),
  );
  const rounds = Math.min(...figures.map((figure) => figure.rounds));
  return [
    `${header.date} UTC · commit ${header.commit} · Node.js ${header.node} · ${header.cpu} · ${versions.join(', ')}; medians of ${rounds} rounds.`,
    '',
    `| million events or SYNs per second | ${SHOWN.map(([title]) => title).join(' | ')} |`,
    `|---|${SHOWN.map(() => '---:|').join('')}`,
    ...rows,
    ...socketsLines(figures),
    '',
  ].join('\n');
}

function rowOf(figures: readonly Figure[]): string {
  const ours = byName(HALFOPEN)(figures);
  const work = figures[0]?.work;
  if (ours === undefined || work === undefined) return '';
  const cells = SHOWN.map(([, find]) => {
    const figure = find(figures);
    if (figure === undefined) return '–';
    return figure === ours ? `**${millions(ours.opsPerS)}**` : `${millions(figure.opsPerS)} (${ratioOf(ours, figure)})`;
  });
  return `| ${LABELS[work.name]}, ${formatForPeople(work.n)} ${work.name === 'flood-full' ? 'slots' : 'pending'} | ${cells.join(' | ')} |`;
}

/** What ns-3's own sockets reach: another model. */
function socketsLines(figures: readonly Figure[]): string[] {
  const sockets = figures.filter(({ peer }) => peer === SOCKETS);
  if (sockets.length === 0) return [];
  const speeds = sockets.map(
    ({ work, opsPerS }) => `${formatForPeople(Number(opsPerS.toPrecision(2)))} SYN/s with ${formatForPeople(work.n)}`,
  );
  return [
    '',
    `ns-3's own TCP has no bound on half-open connections, so that it cannot be compared: it forks a socket a SYN, ${speeds.join(' and ')} half-open.`,
  ];
}

/** `readme` with another section between its markers. @throws InputError when it has none. */
export function withSection(readme: string, section: string): string {
  if (!SECTION.test(readme))
    throw new InputError([{ where: 'README.md', expected: '<!-- peers --> and <!-- /peers -->', received: 'neither' }]);
  return readme.replace(SECTION, () => `<!-- peers -->\n${section}<!-- /peers -->`);
}
