/** Adds up what agreed: cells and cases, by family and in all; and keeps what did not. */
import type { Disagreement } from './compare.ts';

interface Tally {
  cells: number;
  agreed: number;
  cases: number;
  casesAgreed: number;
}

export interface FamilyReport extends Readonly<Tally> {
  readonly family: string;
}

export interface FileReport extends Readonly<Tally> {
  readonly file: string;
  readonly kind: 'golden-linux-1.2' | 'trace-oracles' | 'kernel-runs' | 'formula-points';
  /** Cells that are 0 on both sides: they agree, and are not among the cells. */
  readonly zeroCells: number;
  readonly families: readonly FamilyReport[];
  readonly disagreements: readonly Disagreement[];
}

export class Collected {
  private readonly families: Map<string, Tally>;
  private readonly disagreements: Disagreement[];
  private zeroCells: number;

  constructor() {
    this.families = new Map();
    this.disagreements = [];
    this.zeroCells = 0;
  }

  /** One case of `family` with so many cells, of which `found` do not agree; `zeroCells` more are 0 on both sides. */
  add(family: string, cells: number, found: readonly Disagreement[], zeroCells = 0): void {
    const tally = this.families.get(family) ?? { cells: 0, agreed: 0, cases: 0, casesAgreed: 0 };
    this.families.set(family, tally);
    tally.cells += cells;
    tally.agreed += cells - found.length;
    tally.cases++;
    if (found.length === 0) tally.casesAgreed++;
    this.zeroCells += zeroCells;
    for (const disagreement of found) this.disagreements.push(disagreement);
  }

  report(file: string, kind: FileReport['kind']): FileReport {
    const families = [...this.families].map(([family, tally]) => ({ family, ...tally }));
    const total = { cells: 0, agreed: 0, cases: 0, casesAgreed: 0 };
    for (const tally of families) {
      total.cells += tally.cells;
      total.agreed += tally.agreed;
      total.cases += tally.cases;
      total.casesAgreed += tally.casesAgreed;
    }
    return { file, kind, ...total, zeroCells: this.zeroCells, families, disagreements: this.disagreements };
  }
}
