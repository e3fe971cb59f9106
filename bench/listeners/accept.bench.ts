/**
 * Connections. `accept`: a clean load through a whole simulation: an operation is an arrival, its SYN, SYN-ACK and ACK
 * on their way, the wake-up, accept(), the service, a request and its answer (or neither: `data: none`), both FINs, its
 * latency recorded, its timers armed and disarmed. `connect+accept+close`: the stack alone, a SYN, a third ACK, accept(),
 * a RST and close() in a row.
 */
import { Flag } from '../../src/network/segment.ts';
import { type BenchCase, mix, NOTHING_YET, type Size } from '../harness.ts';
import { runningCase } from '../simulation/running.ts';
import { Host } from './host.ts';
import { serverText, STACK_NAMES, type StackName, stackSpec } from './stacks.ts';

const BACKLOG = 128;
const CONNECTIONS_PER_SEC = 2000;
/** At most so many half-open slots are taken at once: a load that is clean on every stack. */
const LISTEN = `listen: { backlog: ${BACKLOG} }`;
const ACCEPT = 'workers: 4, service: exponential(200us)';

/** Warm once as many connections linger after their end as a minute leaves behind. */
function cleanLoad(stack: StackName, hasData: boolean, warmS: number, stepS: number): BenchCase {
  return runningCase(
    {
      name: 'listener/accept',
      parameters: { stack, load: 'clean', ...(hasData ? {} : { data: 'none' }) },
      unit: 'connection',
      operations: CONNECTIONS_PER_SEC * stepS,
    },
    {
      text: `${serverText(stack, `${LISTEN}, accept: { ${ACCEPT}${hasData ? '' : ', reply: 0'} }`)}
traffic: { users: { kind: clients, arrivals: poisson(${CONNECTIONS_PER_SEC}/s), rtt: 20ms, speaks: ${hasData} } }`,
      warmS,
      stepS,
    },
  );
}

/** Each connection 1 ms after the one before. */
function stackAlone(stack: StackName, operations: number): BenchCase {
  return {
    name: 'listener/connect+accept+close',
    parameters: { stack, backlog: BACKLOG },
    unit: 'connection',
    operations,
    start() {
      const host = new Host(stackSpec(stack), BACKLOG);
      const { loop } = host;
      let peer = 0;
      return () => {
        let hash = NOTHING_YET;
        for (let i = 0; i < operations; i++, peer++) {
          host.syn(peer);
          host.send(peer, Flag.Ack, 2, host.lastSeq + 1);
          const descriptor = host.stack.accept(0, true);
          hash = mix(hash, host.stack.peerOf(descriptor));
          host.send(peer, Flag.Rst, 2, 0);
          host.stack.close(descriptor);
          loop.runUntil(loop.nowNs + 1e6);
        }
        return hash;
      };
    },
  };
}

export function acceptCases(size: Size): BenchCase[] {
  const scale = size === 'real' ? 1 : 0.01;
  return [
    ...STACK_NAMES.map((stack) => cleanLoad(stack, true, 70 * scale, 5 * scale)),
    ...STACK_NAMES.map((stack) => cleanLoad(stack, false, 70 * scale, 5 * scale)),
    ...STACK_NAMES.map((stack) => stackAlone(stack, 20_000 * scale)),
  ];
}
