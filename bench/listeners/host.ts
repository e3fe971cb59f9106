/** A stack without traffic around it: what it sends is freed at once, and only its last sequence number kept. */
import { Loop } from '../../src/engine/loop.ts';
import { RandomStreams } from '../../src/engine/random-streams.ts';
import type { Listener } from '../../src/listeners/listener.ts';
import type { StackSpec } from '../../src/listeners/specs.ts';
import { createListener } from '../../src/listeners/stacks.ts';
import { Flag, SegmentPool } from '../../src/network/segment.ts';
import { mixCounter, NOTHING_YET } from '../harness.ts';

export const PORT = 80;
const WINDOW = 8000;

export class Host {
  readonly loop = new Loop();
  readonly segments = new SegmentPool();
  readonly stack: Listener;
  /** Sequence number of the last answer. */
  lastSeq = 0;

  /** @param otherPorts of further listeners, where nobody accepts. */
  constructor(spec: StackSpec, backlog: number, otherPorts: readonly number[] = []) {
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
      otherPorts,
    });
    this.stack.listen(backlog);
  }

  send(peer: number, flags: number, seq: number, ack: number, port = PORT): void {
    const { segments } = this;
    const segment = segments.open(0, peer, port, flags, seq, ack);
    segments.setWindow(segment, WINDOW);
    this.stack.onSegment(segment);
    segments.free(segment);
  }

  syn(peer: number, port = PORT): void {
    this.send(peer, Flag.Syn, 1, 0, port);
  }

  /** What became of the SYNs so far. */
  get outcome(): number {
    const { names, values } = this.stack.ledger.of(0);
    return names.reduce((hash, name, i) => mixCounter(hash, name, values[i] ?? 0), NOTHING_YET);
  }
}
