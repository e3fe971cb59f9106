/** When a client stack sends the same thing again: one lane per gap of its SYN schedule. */
import type { Loop } from '../engine/loop.ts';
import type { SynSchedule } from './specs.ts';

export class RetryClock {
  /** How often a thing is sent before its sender gives up. */
  readonly sendsMax: number;
  private readonly loop: Loop;
  private readonly gapsNs: Float64Array; // number of sends before this one → time to the next
  private readonly lanes: Int32Array; // the same → lane

  /** @param type event that gets the slot when the next send, or the failure after the last one, is due. */
  constructor(loop: Loop, schedule: SynSchedule, type: number) {
    const { synAtNs, failsAtNs } = schedule;
    this.loop = loop;
    this.gapsNs = Float64Array.from(synAtNs, (atNs, i) => (synAtNs[i + 1] ?? failsAtNs) - atNs);
    this.lanes = Int32Array.from(this.gapsNs, (gapNs) => loop.lane(gapNs, type));
    this.sendsMax = this.gapsNs.length;
  }

  /** Arms the clock at send `number` (0, 1, …, sendsMax - 1). @returns the instant at which it will strike. */
  arm(number: number, slot: number): number {
    this.loop.scheduleIn(this.lanes[number]!, slot);
    return this.loop.nowNs + this.gapsNs[number]!;
  }
}
