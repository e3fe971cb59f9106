/** Replies to what does not fit, at most one in tcp_invalid_ratelimit: to what they are limited. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isnOf } from '../../support/listener-bench.ts';
import { Host } from './host.ts';

const NEW = 'linux-6.18';

const test = suite('linux: limited replies');

test('B3.3: what is out of the window draws one ACK in 500 ms, and an ACK each time if it carries data or FIN', () => {
  const host = new Host(NEW);
  host.syn(0);
  host.takeSent();
  const seq = isnOf(0) + 70_000;
  host.ack(0, { seq });
  host.ack(0, { seq });
  assert.is(host.takeSent().length, 1);
  assert.is(host.count('TcpExtTCPACKSkippedSynRecv'), 1);
  host.ack(0, { seq, length: 5 });
  host.ack(0, { seq, length: 5 });
  host.ack(0, { seq }, 'FA');
  assert.equal(
    host.takeSent().map(({ flags }) => flags),
    ['A', 'A', 'A'],
  );
  host.pass(0.6);
  host.takeSent();
  host.ack(0, { seq, length: 5 }); // nor does it keep others from their turn
  host.ack(0, { seq });
  host.ack(0, { seq });
  host.send(0, 'SA', { seq, ack: host.issOf(0) + 1, length: 5 }); // a SYN has no such right
  assert.is(host.takeSent().length, 2);
  assert.is(host.count('TcpExtTCPACKSkippedSynRecv'), 3);
});

test.run();
