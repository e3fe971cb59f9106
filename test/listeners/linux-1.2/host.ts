/** A bench for rules: one 1.2.13 host (test/support/listener-bench.ts). */
import { Linux12 } from '../../../src/listeners/linux-1.2/linux12.ts';
import type { Linux12Spec } from '../../../src/listeners/specs.ts';
import { errnoName } from '../../../src/network/socket-api.ts';
import { ListenerBench, PORT } from '../../support/listener-bench.ts';

export { isnOf, OTHER_PORT, PORT } from '../../support/listener-bench.ts';

export class Host extends ListenerBench<Linux12> {
  /** Listens with `backlog` on PORT, and with 128 on OTHER_PORT. */
  constructor(backlog = 5, spec: Partial<Linux12Spec> = {}, port = PORT) {
    const full: Linux12Spec = {
      kind: 'linux-1.2',
      version: '1.2.13',
      hz: 100,
      tick: true,
      clockUs: 5_000_000,
      ...spec,
    };
    super((env) => new Linux12(full, env), backlog, port);
  }

  /** `ack_backlog/max_ack_backlog`. */
  get slots(): string {
    return `${this.stack.listening.ackBacklog}/${this.stack.listening.maxAckBacklog}`;
  }

  /** The receive queue, oldest SYN first: `peer STATE`, and the error where there is one. */
  get queue(): string[] {
    return this.stack.queue().map((c) => `${c.peer} ${c.state}${c.err === 0 ? '' : ` ${errnoName(c.err)}`}`);
  }
}
