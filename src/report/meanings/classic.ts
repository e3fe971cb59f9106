/**
 * What the counters of the textbook listener mean. It is no kernel, so the names are its own.
 * Source: RFC 4987 and the rules named in each row.
 */
import { BACKLOG, meanings, type Row } from './meaning.ts';

const SLOTS = 'server.classic.slots';
const QUEUE = `${BACKLOG}, server.accept.workers`;

const ROWS: readonly Row[] = [
  ['segments_in', 'Segments that arrived.', null, 'work'],
  ['admitted', 'SYNs that took a half-open slot.', SLOTS, 'D0'],
  [
    'refused_slots_full',
    'SYNs that were dropped because every half-open slot was taken.',
    `${SLOTS}, server.classic.hold`,
    'D0',
    'loss',
  ],
  ['refused_accept_queue_full', 'SYNs that were dropped because the accept queue was full.', QUEUE, 'D0', 'loss'],
  ['accept_overflows', 'Handshakes whose last ACK, or cookie, found the accept queue full.', QUEUE, 'D0, D5', 'loss'],
  ['expired', 'Half-open connections whose hold ended before an ACK came.', 'server.classic.hold', 'D2'],
  ['resets_in', 'RSTs that freed a slot or ended a connection.', null, 'work'],
  ['synacks_out', 'SYN-ACKs sent.', null, 'work'],
  ['resets_out', 'RSTs sent.', null, 'work'],
  ['wakeups', 'Sleeping processes that a new connection woke.', null, 'work'],
  ['wakeups_in_vain', 'Processes that were woken and found nothing to accept.', null, 'work'],
  [
    'evicted',
    'Half-open connections whose slot went to another SYN.',
    `${SLOTS}, server.classic.policy`,
    'D3, D3a, D4',
    'loss',
  ],
  ['lookup_visits', 'Slots that were looked at to find the one that goes.', null, 'work'],
  ['cookies_sent', 'SYN-ACKs that carry a cookie.', 'server.classic.policy', 'D5, D6'],
  ['cookies_received', 'Valid cookies that came back.', 'server.classic.policy', 'D5'],
  ['cookies_failed', 'ACKs with a wrong or old cookie.', null, 'D5', 'loss'],
];

export const CLASSIC = meanings('counter', ROWS);
