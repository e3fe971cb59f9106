/** Random walks of a listener that takes Fast Open: whatever comes, in whatever order, what it counts and what it holds agree. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FastOpenCookie } from '../../../src/network/segment.ts';
import { counts } from '../../support/counts.ts';
import { isnOf } from '../../support/listener-bench.ts';
import { Host } from './host.ts';

const BYTES = 10;
const PEERS = 8;
const { Forged, Request, Valid } = FastOpenCookie;
const COOKIES = [Valid, Valid, Valid, Valid, Request, Forged];

type Step = readonly [what: string, peer: number, amount: number];

/** A host, and the descriptors that its application holds. */
class Walk {
  readonly host: Host;
  private readonly held: number[] = [];
  private isWhole = true;

  constructor(name: string, backlog: number, fastopen: number, syncookies: number) {
    const settings = { fastopen: 3, syncookies, synackRetries: 1, migrateReq: name === 'linux-6.18' ? 1 : 0 };
    this.host = new Host(name, backlog, { fastopen, reuseport: 2, settings });
  }

  take([what, peer, amount]: Step): void {
    const { held, host } = this;
    const next = isnOf(peer) + 1 + BYTES;
    const ack = host.hasAnswered(peer) ? host.issOf(peer) + 1 : 1;
    switch (what) {
      case 'open':
        return host.send(peer, 'S', { cookie: COOKIES[amount % COOKIES.length]!, length: BYTES });
      case 'syn':
        return host.syn(peer);
      case 'ack':
        return host.send(peer, 'A', { seq: amount % 2 === 0 ? next : isnOf(peer) + 1, ack: ack + (amount % 5) });
      case 'data':
        return host.send(peer, amount % 4 === 0 ? 'FA' : 'A', { seq: next, ack, length: amount % 4 });
      case 'reset':
        return host.send(peer, 'R', { seq: amount % 3 === 0 ? next + 1 : next });
      case 'another':
        return host.send(peer, 'S', { seq: next, ack });
      case 'accept': {
        const descriptor = host.stack.accept(amount % 2, true);
        if (descriptor >= 0) held.push(descriptor);
        return;
      }
      case 'write':
        if (held.length > 0) host.stack.write(held[amount % held.length]!, 20);
        return;
      case 'close':
        if (held.length > 0) host.stack.close(held.splice(amount % held.length, 1)[0]!);
        return;
      case 'leave':
        host.stack.closeMember(amount % 2);
        this.isWhole = false;
        return;
      case 'listen':
        // A member that has left does not come back.
        if (this.isWhole) host.stack.listen(amount % 4);
        return;
      default:
        return host.pass(amount / 2);
    }
  }
}

const WHAT = ['open', 'open', 'open', 'syn', 'ack', 'ack', 'data', 'reset', 'another', 'accept', 'accept', 'write'];
const step = fc.tuple(
  fc.constantFrom(...WHAT, 'close', 'close', 'leave', 'listen', 'pass', 'pass'),
  fc.nat(PEERS - 1),
  fc.nat(40),
);

const test = suite('linux: fast open, random walks');

test('what counts against the bound is what is pending, and in the end nothing is', () => {
  let taken = 0;
  fc.assert(
    fc.property(
      fc.constantFrom('linux-3.7', 'linux-3.16', 'linux-4.9', 'linux-6.18'),
      fc.nat(3),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(2),
      fc.array(step, { minLength: 20, maxLength: 80 }),
      (name, backlog, fastopen, syncookies, steps) => {
        const walk = new Walk(name, backlog, fastopen, name === 'linux-3.7' ? syncookies % 2 : syncookies);
        const { host } = walk;
        for (const one of steps) {
          walk.take(one);
          host.stack.checkInvariants();
        }
        taken += host.count('TcpExtTCPFastOpenPassive');
        host.pass(2000);
        host.stack.checkInvariants();
        // All handshakes are over; penalties end when somebody asks for room.
        const { gauges } = host.stack;
        const queue = gauges.levelOf(gauges.names.indexOf('fastopen_queue'));
        const resets = steps.filter(([what]) => what === 'reset').length;
        assert.ok(queue <= Math.min(resets, 2 * fastopen), `${queue} are left, after ${resets} RSTs`);
        assert.ok(host.count('TcpCurrEstab') >= 0);
      },
    ),
    { seed: 21, numRuns: counts.listenerWalks },
  );
  assert.ok(taken > counts.listenerWalks, `${taken} were taken`);
});
test.run();
