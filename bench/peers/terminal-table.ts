/**
 * The figures of one work as a table for the terminal.
 * Leaves out: measuring (rounds.ts).
 */
import { formatForPeople } from '../../src/report/format-number.ts';
import { HALFOPEN } from './peers.ts';
import type { Figure } from './rounds.ts';
import { titleOf } from './works.ts';

const PER_MILLION = 1e-6;
const NAME_WIDTH = 27;

/** A line a peer: speed, range over the rounds, speed of halfopen over it, outcome. @param isTimed false: no speeds. */
export function terminalTable(figures: readonly Figure[], isTimed: boolean): string {
  const [first] = figures;
  if (first === undefined) return '';
  const ours = figures.find(({ peer }) => peer === HALFOPEN);
  const rows = figures.map((figure) => {
    const range = `${millions(figure.opsPerSMin)} … ${millions(figure.opsPerSMax)}`;
    const isRatio = ours !== undefined && figure !== ours && figure.isSame;
    const ratio = isRatio ? ratioOf(ours, figure) : '';
    return lineOf(isTimed, figure.peer, millions(figure.opsPerS), range, ratio, outcomeOf(figure));
  });
  const { work, rounds } = first;
  const title = `${titleOf(work)} · ${formatForPeople(work.operations)} operations · rounds: ${rounds}`;
  const head = lineOf(isTimed, '', 'M op/s', 'least … greatest', 'halfopen is', 'outcome');
  return [title, head, ...rows, ''].join('\n');
}

function lineOf(isTimed: boolean, peer: string, speed: string, range: string, ratio: string, outcome: string): string {
  const times = `${speed.padStart(8)}  ${range.padStart(17)}  ${ratio.padStart(11)}`;
  return `  ${peer.padEnd(NAME_WIDTH)}${isTimed ? times : ''}  ${outcome}`;
}

function outcomeOf({ hash, isCompared, isSame }: Figure): string {
  if (!isCompared) return `${hash}, another model`;
  return isSame ? hash : `${hash}, not what halfopen did`;
}

/** Speed of `ours` over that of `other`: `2.3×`. */
export function ratioOf(ours: Figure, other: Figure): string {
  const ratio = ours.opsPerS / other.opsPerS;
  return `${ratio >= 100 ? ratio.toFixed(0) : ratio.toPrecision(2)}×`;
}

/** Millions per second with three digits. */
export function millions(opsPerS: number): string {
  const value = opsPerS * PER_MILLION;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
