/**
 * What is counted before the stack: by a proxy, a stateful firewall, a filter.
 * Source: D7a, D8, D9; /proc/net/stat/synproxy, /proc/net/stat/nf_conntrack.
 */
import { meanings, type Row } from './meaning.ts';

const MAX = 'server.front_end.max';

const ROWS: readonly Row[] = [
  ['syn_received', 'SYNs that the proxy answered by a cookie, keeping nothing.', null, 'D7a'],
  ['cookie_invalid', 'ACKs whose cookie was wrong: silently dropped.', null, 'D7a', 'loss'],
  [
    'cookie_valid',
    'Cookies that came back: the proxy then connects to the server on behalf of the client.',
    null,
    'D7a',
  ],
  ['cookie_retrans', 'Such ACKs again, of a client whose connection to the server is still being made.', null, 'D7a'],
  ['conn_reopened', 'Connections that were opened again by a new SYN.', null, 'D7a'],
  ['drop', "Packets dropped because the proxy's table of connections was full.", MAX, 'D7a', 'loss'],
  ['nf_conntrack_new', 'Entries that were made in the table of connections.', MAX, 'D9'],
  [
    'nf_conntrack_drop',
    'Packets dropped because the table of connections was full.',
    `${MAX}, server.front_end.syn_recv`,
    'D9',
    'loss',
  ],
  ['nf_conntrack_early_drop', 'Entries of unfinished connections that made room for new ones.', MAX, 'D9', 'loss'],
  ['filtered', 'SYNs of forged addresses that the filter dropped.', 'server.front_end.forged', 'D8'],
];

const LEVELS: readonly Row[] = [['nf_conntrack_count', 'Entries in the table of connections.', MAX, 'D9']];

export const FRONT_ENDS = [...meanings('counter', ROWS), ...meanings('level', LEVELS)];
