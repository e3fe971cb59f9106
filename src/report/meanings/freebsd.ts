/**
 * What the counters of FreeBSD mean, in the words of `netstat -s -p tcp`, and work that it does not count.
 * Source: C7 and the rules named in each row; tcp_syncache.c, usr.bin/netstat/inet.c.
 */
import { BACKLOG, meanings, type Row } from './meaning.ts';

const SYNCACHE = 'server.sysctl.net.inet.tcp.syncache';
const COOKIES = 'server.sysctl.net.inet.tcp.syncookies';
const QUEUE = `${BACKLOG}, server.sysctl.kern.ipc.soacceptqueue, server.accept.workers`;

const ROWS: readonly Row[] = [
  [
    'connection_accepts',
    'Handshakes that were completed: a socket was made and put into the accept queue.',
    null,
    'C7',
  ],
  [
    'listen_queue_overflows',
    'Handshakes that were complete when the accept queue had no room: connect() had succeeded, and the client is reset.',
    QUEUE,
    'C7, C4.2',
    'loss',
  ],
  ['bad_connection_attempts', 'Segments to the listener that are no connection request.', null, 'C7'],
  [
    'ignored_rsts_in_the_windows',
    'RSTs that are not exactly at the expected sequence number, or belong to nothing.',
    null,
    'C7',
  ],
  [
    'syncache_entries_added',
    'SYNs that got an entry of the syncache, which all listeners of the host share.',
    `${SYNCACHE}.hashsize, ${SYNCACHE}.bucketlimit`,
    'C7, C1',
  ],
  ['syncache_retransmitted', 'SYN-ACKs that were sent again.', `${SYNCACHE}.rexmtlimit`, 'C7'],
  ['syncache_dupsyn', 'SYNs sent again by a client whose entry was there.', null, 'C7'],
  ['syncache_dropped', 'SYNs that could not be answered because there was no route or no memory.', null, 'C7', 'loss'],
  ['syncache_completed', 'Entries and cookies that became connections.', null, 'C7'],
  [
    'syncache_bucket_overflow',
    'A bucket of the syncache was full: its oldest entry had to go, or a pause began.',
    `${SYNCACHE}.bucketlimit, ${SYNCACHE}.hashsize, ${COOKIES}`,
    'C7, C2',
    'loss',
  ],
  [
    'syncache_cache_overflow',
    'The whole syncache was full. No release that is modelled counts here.',
    `${SYNCACHE}.cachelimit`,
    'C7',
    'loss',
  ],
  ['syncache_reset', 'Entries that a RST of the client removed.', null, 'C7'],
  ['syncache_stale', 'Entries that were given up after the last SYN-ACK.', `${SYNCACHE}.rexmtlimit`, 'C7'],
  [
    'syncache_aborted',
    'Complete handshakes for which no socket could be made: the accept queue was full.',
    QUEUE,
    'C7, C4.3',
    'loss',
  ],
  ['syncache_badack', 'ACKs that do not acknowledge the SYN-ACK.', null, 'C7'],
  ['syncache_unreach', 'Entries that ICMP errors removed.', null, 'C7'],
  [
    'syncache_zone_failures',
    'No memory for an entry: the cache limit was reached. The oldest entry goes, or with cookies the SYN gets one.',
    `${SYNCACHE}.cachelimit, ${COOKIES}`,
    'C7, C2.2',
    'loss',
  ],
  [
    'cookies_sent',
    'SYN-ACKs that carry a cookie: with cookies on every one does, whether it has an entry or not.',
    COOKIES,
    'C7',
  ],
  ['cookies_received', 'Cookies that came back and became connections without an entry.', COOKIES, 'C7'],
  [
    'evicted',
    'Entries that newer SYNs pushed out of a full bucket. FreeBSD does not count them.',
    `${SYNCACHE}.bucketlimit, ${COOKIES}`,
    'C2, work',
    'loss',
  ],
  [
    'dropped_by_pause',
    'Entries that were dropped when the syncache paused and answered by cookies alone.',
    `${SYNCACHE}.bucketlimit`,
    'C2, work',
    'loss',
  ],
  ['lookup_visits', 'Entries that were looked at to find one.', `${SYNCACHE}.hashsize`, 'work'],
  ['segments_in', 'Segments that arrived.', null, 'work'],
  ['synacks_out', 'SYN-ACKs sent, those sent again included.', null, 'work'],
  ['resets_out', 'RSTs sent.', null, 'work'],
  ['wakeups', 'Sleeping processes that a new connection woke.', null, 'work'],
  ['wakeups_in_vain', 'Processes that were woken and found nothing to accept.', null, 'work'],
];

const LEVELS: readonly Row[] = [
  [
    'paused',
    'The syncache pauses (1) and answers by cookies alone, because a bucket overflowed.',
    `${SYNCACHE}.bucketlimit`,
    'C2',
  ],
];

export const FREEBSD = [...meanings('counter', ROWS), ...meanings('level', LEVELS)];
