/**
 * Where segments stand among equal times: in the order in which the scenario names their sources, those on a wire
 * first, then those that come out of links, link by link. A link whose delay is constant lets packets of one instant
 * out as their sources sent them, in that order too, and last those that answer what came out of a link at that very
 * instant; so it does not matter who has an event pending for them.
 */
import { InvariantError } from '../engine/errors.ts';
import { Phase, SEGMENT_RANKS } from '../engine/time.ts';
import type { LinkSpec } from '../network/link-spec.ts';
import { hasConstantDelay } from '../network/passage.ts';
import type { TrafficSpec } from '../traffic/specs.ts';

export class Phases {
  private readonly up: readonly ReadonlyMap<number, number>[]; // link → source → phase of its packets at the server's end
  private readonly answers: readonly number[]; // link → the same of packets that answer at once
  private readonly down: readonly number[]; // link → phase of all packets at the clients' end

  constructor(traffic: readonly TrafficSpec[], links: readonly LinkSpec[]) {
    let next = Phase.Segment + 2 * traffic.length;
    const up: Map<number, number>[] = [];
    const answers: number[] = [];
    const down: number[] = [];
    for (const link of links) {
      const phases = new Map<number, number>();
      traffic.forEach((entry, source) => {
        if (entry.link !== link.name) return;
        phases.set(source, next);
        if (hasConstantDelay(link)) next++;
      });
      up.push(phases);
      answers.push(next++);
      down.push(next++);
    }
    if (next > Phase.Segment + SEGMENT_RANKS) throw new InvariantError('more traffic entries than segment ranks');
    this.up = up;
    this.answers = answers;
    this.down = down;
  }

  /** Of what a source does itself; what it answers comes one later. */
  ofSource(source: number): number {
    return Phase.Segment + 2 * source;
  }

  /** Of packets of `source` that come out of `link` at the server. */
  ofUp(link: number, source: number): number {
    return this.up[link]?.get(source) ?? Phase.Segment;
  }

  /** Of packets that come out there and answer what came out of a link at the instant when they were sent. */
  ofAnswers(link: number): number {
    return this.answers[link] ?? Phase.Segment;
  }

  /** Of packets that come out of `link` at the clients. */
  ofDown(link: number): number {
    return this.down[link] ?? Phase.Segment;
  }
}
