/**
 * What the metrics of a run mean: every path of summary.csv, with its unit. Counters and levels of the stacks have tables of their
 * own; here stands how their paths are made.
 *   NAME: an entry of `traffic`; LINK: a link; LEVEL, COUNTER: of the stack or the front end; CALL: an error of accept().
 * Leaves out: how they are computed (simulation/metrics.ts).
 */
import type { Meaning } from './meaning.ts';

/** What has the metric, as the path begins: kinds of traffic, or a part of the simulated host. */
export type MetricOwner =
  | 'clients'
  | 'syn-flood'
  | 'connection-flood'
  | 'ack-flood'
  | 'listener'
  | 'server'
  | 'server.cpu'
  | 'front_end'
  | 'link'
  | 'run';

export interface MetricMeaning extends Meaning {
  readonly owners: readonly MetricOwner[];
  readonly unit: string;
}

type MetricRow = readonly [path: string, unit: string, text: string];

const CLIENTS: readonly MetricRow[] = [
  ['NAME.started', 'clients', 'Clients that began to connect. It is served + refused + timed_out + reset + pending.'],
  ['NAME.served', 'clients', 'Clients whose service the application finished while they were there.'],
  ['NAME.unserved', 'clients', 'Clients that were not served: started - served. A goal in % is a share of started.'],
  ['NAME.refused', 'clients', 'Clients that got a RST in answer to a SYN: ECONNREFUSED.'],
  [
    'NAME.timed_out',
    'clients',
    "Clients whose connect() gave up, whose request was never acknowledged, or whose application's patience ended: ETIMEDOUT.",
  ],
  ['NAME.reset', 'clients', 'Clients whose connection was reset, or ended, before they were served: ECONNRESET.'],
  ['NAME.pending', 'clients', 'Clients that are still under way when the run ends.'],
  [
    'NAME.connected',
    'clients',
    'Clients that believe to be connected: connect() returned 0. Their server may know nothing of it.',
  ],
  [
    'NAME.served_too_late',
    'clients',
    'Services that the application finished after the client had gone. Beside the sum.',
  ],
  [
    'NAME.reconnects',
    'clients',
    'Times that a client which had failed connected again. Beside the sum: it is one client still.',
  ],
  ['NAME.syns_sent', 'SYNs', 'SYNs sent, those sent again included.'],
  ['NAME.syns_retransmitted', 'SYNs', 'SYNs sent again because no answer came.'],
  [
    'NAME.fastopen_active',
    'clients',
    'Clients whose request the SYN-ACK acknowledged, since the SYN had brought it: TCPFastOpenActive of their host.',
  ],
  [
    'NAME.fastopen_active_fail',
    'clients',
    'Clients whose SYN brought the request in vain, so that it was sent again: TCPFastOpenActiveFail of their host.',
  ],
  ['NAME.syns_refused', 'SYNs', 'SYNs of these clients that the stack dropped, whatever the cause.'],
  [
    'NAME.connect_ms.{p50,p90,p99,max,mean}',
    'ms',
    'Time from the first SYN until connect() returned, of clients that connected. Quantiles are within 0.8 % of the exact value.',
  ],
  [
    'NAME.response_ms.{p50,p90,p99,max,mean}',
    'ms',
    'Time from the first SYN until the first byte of the answer, or the end of the connection, came.',
  ],
];

const FLOODS: readonly MetricRow[] = [
  ['NAME.sent', 'SYNs', 'SYNs that the attacker sent.'],
  ['NAME.admitted', 'SYNs', 'SYNs of it that took a slot of the SYN queue.'],
  [
    'NAME.refused',
    'SYNs',
    'SYNs of it that the stack dropped, whatever the cause. Those answered by a cookie are neither.',
  ],
  ['NAME.duplicate', 'SYNs', 'SYNs of it that met a request which was there already.'],
  ['NAME.answered_by_reset', 'SYNs', 'SYNs of it that were answered by RST.'],
  ['NAME.first_refused_ms', 'ms', 'Instant of the first SYN that was refused; not defined if none was.'],
  ['NAME.synacks_received', 'segments', 'SYN-ACKs sent to it, those sent again included.'],
  ['NAME.resets_sent', 'segments', 'RSTs with which it answered SYN-ACKs.'],
];

const CONNECTION_FLOOD: readonly MetricRow[] = [
  ['NAME.connected', 'connections', 'Handshakes that it completed.'],
  ['NAME.held', 'connections', 'Connections that it still holds when the run ends.'],
];

const RESETS_RECEIVED: MetricRow = ['NAME.resets_received', 'segments', 'RSTs that came back to it.'];

const ACK_FLOOD: readonly MetricRow[] = [['NAME.acks_sent', 'segments', 'ACKs with random numbers that it sent.']];

const LISTENER: readonly MetricRow[] = [
  [
    'listener.LEVEL.{max,mean,end}',
    'entries',
    'Length of a queue, or another level of the stack: the largest, the mean over time, and what it is when the run ends.',
  ],
  ['listener.admitted_syns', 'SYNs', 'SYNs of all sources that took a slot of the SYN queue.'],
  ['listener.dropped_syns', 'SYNs', 'SYNs of all sources that the stack dropped, whatever the cause.'],
  ['listener.COUNTER', 'count', 'A counter of the stack, by the name that its kernel has for it.'],
];

const SERVER: readonly MetricRow[] = [
  ['server.accepted', 'connections', 'Connections that accept() returned.'],
  ['server.accepted_dead', 'connections', 'Those of them that had been reset before.'],
  ['server.served', 'connections', 'Services that ended.'],
  ['server.eagain', 'calls', 'Calls of accept() that found nothing (EAGAIN).'],
  ['server.accept_errors', 'calls', 'Calls of accept() that failed otherwise.'],
  [
    'server.accept_errors.CALL',
    'calls',
    'Those that failed with one error, by its name. Only errors that came up are there.',
  ],
  ['server.busy_fraction', 'fraction', 'Share of time that a worker was serving, mean over workers.'],
];

const CPU: readonly MetricRow[] = [
  ['server.cpu.packets', 'packets', 'Packets that the cores handled.'],
  ['server.cpu.dropped', 'packets', 'Packets dropped because too many waited for a core.'],
  ['server.cpu.busy_fraction', 'fraction', 'Share of time that a core was busy, mean over cores.'],
  ['server.cpu.backlog.{max,mean}', 'packets', 'Packets that waited for a core.'],
];

const FRONT_END: readonly MetricRow[] = [
  ['front_end.LEVEL.{max,mean}', 'entries', 'Entries in a table of the front end: the most, and the mean over time.'],
  ['front_end.COUNTER', 'count', 'A counter of the front end.'],
];

const LINK: readonly MetricRow[] = [
  ['link.LINK.sent', 'packets', 'Packets that were handed to the link towards the server.'],
  ['link.LINK.delivered', 'packets', 'Packets that came out.'],
  ['link.LINK.dropped_queue', 'packets', 'Packets dropped because the queue was full.'],
  ['link.LINK.lost', 'packets', 'Packets lost by chance.'],
  ['link.LINK.busy_fraction', 'fraction', 'Share of time that the link was sending.'],
  ['link.LINK.queue.{max,mean}', 'packets', 'Packets that waited or were being sent.'],
  ['link.LINK.sojourn_ms.mean', 'ms', 'Mean time of a packet in the link, from the queue to the other end.'],
];

const RUN: readonly MetricRow[] = [
  ['run.duration_s', 's', 'Simulated time, shorter than the scenario says if a limit stopped the run.'],
  ['run.events', 'events', 'Events that were simulated.'],
  ['run.skipped_syns', 'SYNs', 'SYNs of floods that were counted and not simulated (skip: auto).'],
];

/** The other direction of a link has the same, one step deeper. */
const DOWN: readonly MetricRow[] = LINK.map(([path, unit, text]) => [
  path.replace('LINK.', 'LINK.down.'),
  unit,
  `${text.replace(' towards the server', '')} The same of the way back to the clients.`,
]);

function metrics(owners: readonly MetricOwner[], rows: readonly MetricRow[]): MetricMeaning[] {
  return rows.map(([name, unit, text]) => ({
    owners,
    name,
    unit,
    text,
    kind: 'metric',
    setting: null,
    rule: 'simulation/metrics',
    isLoss: false,
  }));
}

/** In the order of summary.csv. */
export const METRICS: readonly MetricMeaning[] = [
  ...metrics(['clients'], CLIENTS),
  ...metrics(['syn-flood', 'connection-flood'], FLOODS),
  ...metrics(['connection-flood'], CONNECTION_FLOOD),
  ...metrics(['ack-flood'], ACK_FLOOD),
  ...metrics(['connection-flood', 'ack-flood'], [RESETS_RECEIVED]),
  ...metrics(['listener'], LISTENER),
  ...metrics(['server'], SERVER),
  ...metrics(['server.cpu'], CPU),
  ...metrics(['front_end'], FRONT_END),
  ...metrics(['link'], [...LINK, ...DOWN]),
  ...metrics(['run'], RUN),
];

/** First words of paths that no entry of `traffic` has. */
const RESERVED = 'listener|server|front_end|link|run';

/** The pattern of a metric's name: `{a,b}` is one of these, a word in capitals any name. */
function patternOf(name: string): RegExp {
  const text = name
    .replaceAll('.', '\\.')
    .replaceAll(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(',', '|')})`)
    .replace(/^NAME\b/, `(?!(?:${RESERVED})\\.)[a-z][a-z0-9_]*`)
    .replaceAll(/\bLINK\b/g, '[a-z][a-z0-9_]*')
    .replaceAll(/\b(?:LEVEL|COUNTER|CALL)\b/g, '\\w+');
  return new RegExp(`^${text}$`);
}

const PATTERNS = METRICS.map((meaning) => [patternOf(meaning.name), meaning] as const);

/** Does `path` name the metric `meaning`? */
export function isPathOf(path: string, { name }: MetricMeaning): boolean {
  return patternOf(name).test(path);
}

/**
 * What a path of summary.csv means (`users.connect_ms.p99`), or the last words of one (`unserved`, `connect_ms`); of what several
 * sources have, each meaning once.
 */
export function metricMeanings(path: string): MetricMeaning[] {
  const exact = PATTERNS.filter(([pattern]) => pattern.test(path)).map(([, meaning]) => meaning);
  // A flood's `connected` is not a client's: the path alone does not say whose it is.
  const special = exact.filter((one) => !isGeneral(one));
  if (exact.length > 0) return special.length > 0 ? special : exact;
  return METRICS.filter(({ name }) => {
    const words = name.replace(/\.\{[^}]*\}$/, '');
    return words.endsWith(`.${path}`) || name.endsWith(`.${path}`);
  });
}

/** A path that any name fits. */
function isGeneral({ name }: MetricMeaning): boolean {
  return /\.(?:COUNTER|CALL)$/.test(name);
}
