/**
 * A stack without traffic around it: SYNs into a full queue, and whole connections (SYN, third ACK, accept, RST, close).
 * An operation is one SYN, or one connection.
 */
import { Loop } from '../../src/engine/loop.ts';
import { RandomStreams } from '../../src/engine/random.ts';
import type { Listener } from '../../src/listeners/listener.ts';
import type { StackSpec } from '../../src/listeners/specs.ts';
import { createListener } from '../../src/listeners/stacks.ts';
import { Flag, SegmentPool } from '../../src/network/segment.ts';
import { type BenchCase, mix, NOTHING_YET, type Size } from '../harness.ts';

const PORT = 80;
const BACKLOG = 128;
const STACKS: Readonly<Record<string, StackSpec>> = {
  'linux-1.2': { kind: 'linux-1.2', version: '1.2.13', hz: 100, tick: true, clockUs: 0 },
  classic: { kind: 'classic', slots: BACKLOG, hold: { kind: 'constant', meanNs: 63e9 }, policy: 'tail-drop' },
};

/** A stack, and a wire that remembers the sequence number of the last answer. */
class Host {
  readonly loop = new Loop();
  readonly segments = new SegmentPool();
  readonly stack: Listener;
  lastSeq = 0;

  constructor(spec: StackSpec) {
    const { loop, segments } = this;
    this.stack = createListener(spec, {
      loop,
      segments,
      network: {
        transmit: (segment) => {
          this.lastSeq = segments.seqOf(segment);
          segments.free(segment);
        },
      },
      waker: { wakeUp: () => {} },
      wakesAtOnce: true,
      random: new RandomStreams('bench', 0),
      sourceCount: 1,
      port: PORT,
      otherPorts: [],
    });
    this.stack.listen(BACKLOG);
  }

  send(peer: number, flags: number, seq: number, ack: number): void {
    const segment = this.segments.open(0, peer, PORT, flags, seq, ack);
    this.segments.setWindow(segment, 8000);
    this.stack.onSegment(segment);
    this.segments.free(segment);
  }
}

function flood(name: string, spec: StackSpec, operations: number): BenchCase {
  return {
    name: 'listener/flood',
    parameters: { stack: name, backlog: BACKLOG },
    operations,
    start() {
      const host = new Host(spec);
      let peer = 0;
      while (peer < BACKLOG) host.send(peer++, Flag.Syn, 1, 0);
      return () => {
        for (let i = 0; i < operations; i++) host.send(peer++, Flag.Syn, 1, 0);
        return mix(
          NOTHING_YET,
          host.stack.ledger.of(0).values.reduce((sum, value) => mix(sum, value), 0),
        );
      };
    },
  };
}

/** Each connection 1 ms after the one before. */
function connections(name: string, spec: StackSpec, operations: number): BenchCase {
  return {
    name: 'listener/connect+accept+close',
    parameters: { stack: name, backlog: BACKLOG },
    operations,
    start() {
      const host = new Host(spec);
      const { loop, stack } = host;
      let peer = 0;
      return () => {
        let hash = NOTHING_YET;
        for (let i = 0; i < operations; i++, peer++) {
          host.send(peer, Flag.Syn, 1, 0);
          host.send(peer, Flag.Ack, 2, host.lastSeq + 1);
          const descriptor = stack.accept(0, true);
          hash = mix(hash, stack.peerOf(descriptor));
          host.send(peer, Flag.Rst, 2, 0);
          stack.close(descriptor);
          loop.runUntil(loop.nowNs + 1e6);
        }
        return hash;
      };
    },
  };
}

export function listenerCases(size: Size): BenchCase[] {
  const operations = size === 'real' ? 20_000 : 200;
  return Object.entries(STACKS).flatMap(([name, spec]) => [
    flood(name, spec, 10 * operations),
    connections(name, spec, operations),
  ]);
}
