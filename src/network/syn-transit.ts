/**
 * What happens to connection requests between their source and the stack: the network's side of the
 * conservation check. Every hop counts where it happens; nothing is found by subtraction.
 */

export class SynTransit {
  private readonly onTheWay: Float64Array; // source → SYNs inside hops now
  private readonly lost: Float64Array; // source → SYNs lost at random
  private readonly dropped: Float64Array; // source → SYNs dropped by a full link queue

  constructor(sourceCount: number) {
    this.onTheWay = new Float64Array(sourceCount);
    this.lost = new Float64Array(sourceCount);
    this.dropped = new Float64Array(sourceCount);
  }

  enter(source: number): void {
    this.onTheWay[source]!++;
  }

  leave(source: number): void {
    this.onTheWay[source]!--;
  }

  lose(source: number): void {
    this.lost[source]!++;
  }

  drop(source: number): void {
    this.dropped[source]!++;
  }

  inFlightOf(source: number): number {
    return this.onTheWay[source]!;
  }

  lostOf(source: number): number {
    return this.lost[source]!;
  }

  droppedOf(source: number): number {
    return this.dropped[source]!;
  }
}
