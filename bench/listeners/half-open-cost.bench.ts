/**
 * What one SYN costs a stack by the number of half-open connections, 1e3 to 1e6: refused by a full table, or (classic)
 * admitted for a hold after which its slot is free again (the SYN as an event, the SYN-ACK, the timer armed and
 * fired), the table staying as full.
 */
import type { EventSink } from '../../src/engine/loop.ts';
import { Phase } from '../../src/engine/time.ts';
import { type BenchCase, type Size } from '../harness.ts';
import { Host } from './host.ts';
import { roomySpec, type StackName, stackSpec } from './stacks.ts';

const NAME = 'listener/half-open-cost';
const GAP_NS = 1000;

function refused(stack: StackName, halfOpen: number, operations: number): BenchCase {
  return {
    name: NAME,
    parameters: { stack, syn: 'refused', half_open: halfOpen },
    unit: 'SYN',
    operations,
    start() {
      const host = new Host(roomySpec(stack, halfOpen), halfOpen);
      let peer = 0;
      while (peer <= halfOpen) host.syn(peer++);
      return () => {
        for (let i = 0; i < operations; i++) host.syn(peer++);
        return host.outcome;
      };
    },
  };
}

/** Sends a SYN every GAP_NS. */
class Feeder implements EventSink {
  private readonly host: Host;
  private readonly lane: number;
  private peer: number;

  constructor(host: Host) {
    const { loop } = host;
    this.host = host;
    this.lane = loop.lane(GAP_NS, loop.eventType(this, 0, Phase.Segment));
    this.peer = 0;
  }

  start(): void {
    this.host.loop.scheduleIn(this.lane, 0);
  }

  onEvent(): void {
    this.host.syn(this.peer++ >>> 0);
    this.start();
  }
}

function admitted(halfOpen: number, operations: number): BenchCase {
  return {
    name: NAME,
    parameters: { stack: 'classic', syn: 'admitted', half_open: halfOpen },
    unit: 'SYN',
    operations,
    start() {
      const settings = `classic: { slots: 16000000, hold: fixed(${halfOpen * (GAP_NS / 1000)}us) }`;
      const host = new Host(stackSpec('classic', settings), 1);
      const { loop } = host;
      new Feeder(host).start();
      loop.runUntil(2 * halfOpen * GAP_NS);
      return () => {
        loop.runUntil(loop.nowNs + operations * GAP_NS);
        return host.outcome;
      };
    },
  };
}

export function halfOpenCostCases(size: Size): BenchCase[] {
  const operations = size === 'real' ? 100_000 : 1000;
  const levels = size === 'real' ? [1000, 10_000, 100_000, 1_000_000] : [10, 1000];
  return [
    ...levels.map((halfOpen) => refused('linux-6.18', halfOpen, operations)),
    ...levels.map((halfOpen) => refused('classic', halfOpen, operations)),
    ...levels.map((halfOpen) => admitted(halfOpen, operations)),
  ];
}
