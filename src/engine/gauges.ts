/**
 * Named levels that go up and down (queue lengths), with maximum and time integral.
 * Leaves out: sampling at instants (measure/).
 */

export class Gauges {
  /** The names, in the order they are reported. */
  readonly names: readonly string[];
  private readonly level: Float64Array; // gauge → current level
  private readonly levelMax: Float64Array; // gauge → highest level since reset
  private readonly area: Float64Array; // gauge → integral of level over time since reset, level * ns
  private readonly changedAtNs: Float64Array; // gauge → instant up to which area is complete
  private sinceNs: number;

  constructor(names: readonly string[]) {
    this.names = names;
    this.level = new Float64Array(names.length);
    this.levelMax = new Float64Array(names.length);
    this.area = new Float64Array(names.length);
    this.changedAtNs = new Float64Array(names.length);
    this.sinceNs = 0;
  }

  /** Sets gauge `index` to `level` at `nowNs`. O(1). */
  set(index: number, level: number, nowNs: number): void {
    this.area[index]! += this.level[index]! * (nowNs - this.changedAtNs[index]!);
    this.changedAtNs[index] = nowNs;
    this.level[index] = level;
    if (level > this.levelMax[index]!) this.levelMax[index] = level;
  }

  levelOf(index: number): number {
    return this.level[index]!;
  }

  maxOf(index: number): number {
    return this.levelMax[index]!;
  }

  /** Time-weighted mean since the last reset, up to `nowNs`. NaN when no time has passed. */
  meanOf(index: number, nowNs: number): number {
    const areaNow = this.area[index]! + this.level[index]! * (nowNs - this.changedAtNs[index]!);
    return areaNow / (nowNs - this.sinceNs);
  }

  /** Forgets maxima and integrals (end of the warm-up); the levels stay. */
  reset(nowNs: number): void {
    for (let i = 0; i < this.names.length; i++) {
      this.area[i] = 0;
      this.changedAtNs[i] = nowNs;
      this.levelMax[i] = this.level[i]!;
    }
    this.sinceNs = nowNs;
  }
}
