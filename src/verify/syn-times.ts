/**
 * When clients of real kernels sent their SYNs into a black hole, and when connect() failed, as a CSV: one row a client.
 * The simulated client has nominal time-outs; a kernel's may be late by one bucket of its timer wheel each (R9).
 * Leaves out: counters of the same runs (kernel-verdict.ts).
 */
import { Loop } from '../engine/loop.ts';
import { RandomStream } from '../engine/random.ts';
import { RandomStreams } from '../engine/random-streams.ts';
import { NEVER_NS, NS_PER_S, Phase } from '../engine/time.ts';
import { SegmentPool } from '../network/segment.ts';
import { createArrivals } from '../traffic/arrivals/create.ts';
import { clientStackNamed, withSysctl } from '../traffic/client-stacks.ts';
import { Clients } from '../traffic/clients.ts';
import type { ClientsSpec, ClientSysctl } from '../traffic/specs.ts';
import { Collected, type FileReport } from './collected.ts';
import type { Disagreement } from './compare.ts';
import { type CsvRow, CsvTable } from './csv-table.ts';
import { releaseOf } from './kernel-names.ts';

const COLUMNS = ['config_id', 'rep', 'syn_retries', 'syn_linear_timeouts', 'client', 'times_s', 'fail_s'] as const;
const TIMES_MAX = 256;
const END_NS = 2000 * NS_PER_S;
/** Times are written to the ms, and the one that wrote them has a clock of its own. */
const CLOCK_S = 0.005;

/** Is it a file of SYN times? */
export function isSynTimes(text: string): boolean {
  const header = text.slice(0, 10_000).split('\n', 1)[0] ?? '';
  return header.includes('config_id') && header.includes('times_s') && header.includes('fail_s');
}

/** One case a client, one cell a SYN after the first, and one for the failure. @throws InputError with `file:line:col`. */
export function verifySynTimes(file: string, text: string): FileReport {
  const table = new CsvTable(file, text, COLUMNS);
  const clients = table.rows.map((row) => readClient(table, row));
  table.throwIssues();
  const collected = new Collected();
  for (const { failsAtS, id, name, synAtS, sysctl } of clients) {
    const simulated = playIntoBlackHole(name, sysctl);
    const found = synAtS.map((atS, k) => differenceOf(id, `times_s[${k}]`, simulated.synAtS, k, atS));
    // A run that ended before the client gave up says nothing of the end.
    const ends = failsAtS === null ? [] : [differenceOf(id, 'fail_s', simulated.endsAtS, synAtS.length, failsAtS)];
    const differences = [...found, ...ends].filter((difference) => difference !== null);
    collected.add(`SYN times, ${name}`, synAtS.length + ends.length, differences);
  }
  return collected.report(file, 'kernel-runs');
}

interface MeasuredClient {
  readonly id: string;
  /** Its stack. */
  readonly name: string;
  readonly sysctl: ClientSysctl;
  readonly synAtS: readonly number[];
  readonly failsAtS: number | null;
}

function readClient(table: CsvTable, row: CsvRow): MeasuredClient {
  const id = table.text(row, 'config_id');
  const release = releaseOf(id.slice(id.indexOf('@') + 1));
  const name = `linux-${release ?? '0.0'}`;
  if (release === null || clientStackNamed(name) === null)
    table.refuseCell(row, 'config_id', 'NAME@KERNEL, of a known kernel');
  const synAtS = table.text(row, 'times_s').split(' ').map(Number);
  if (synAtS.length > TIMES_MAX || synAtS.some((atS, k) => !(atS >= (synAtS[k - 1] ?? 0) && atS < 1e6))) {
    table.refuseCell(row, 'times_s', `up to ${TIMES_MAX} ascending seconds`);
  }
  const fail = table.number(row, 'fail_s', 0, 1e6, -1);
  const linear = table.text(row, 'syn_linear_timeouts');
  return {
    id: `${id} rep ${table.text(row, 'rep')} client ${table.text(row, 'client')}`,
    name,
    sysctl: {
      'net.ipv4.tcp_syn_retries': table.number(row, 'syn_retries', 1, 127),
      ...(linear === ''
        ? {}
        : { 'net.ipv4.tcp_syn_linear_timeouts': table.number(row, 'syn_linear_timeouts', 0, 127) }),
    },
    synAtS,
    failsAtS: fail < 0 ? null : fail,
  };
}

/** @param nominalS simulated instants. @param k which of them. */
function differenceOf(
  id: string,
  field: string,
  nominalS: readonly number[],
  k: number,
  measuredS: number,
): Disagreement | null {
  const simulatedS = nominalS[k];
  let slackS = CLOCK_S;
  for (let i = 0; i < k; i++) slackS += bucketS((nominalS[i + 1] ?? 0) - (nominalS[i] ?? 0));
  if (simulatedS !== undefined && measuredS >= simulatedS - CLOCK_S && measuredS <= simulatedS + slackS) return null;
  const received = simulatedS === undefined ? null : `${simulatedS} to ${simulatedS + slackS}`;
  return { case: id, field, expected: measuredS, received, rule: 'R7, R9' };
}

/** How late a time-out may come, s: a bucket of the wheel at HZ 250. */
function bucketS(delayS: number): number {
  if (delayS < 0.252) return 0.004;
  if (delayS < 2.016) return 0.036;
  if (delayS < 16.128) return 0.26;
  return delayS < 129.024 ? 2.05 : 16.39;
}

/** One client and nobody at the other end. @returns its SYNs, s; and the same with the instant at which connect() fails. */
function playIntoBlackHole(name: string, sysctl: ClientSysctl): { synAtS: number[]; endsAtS: number[] } {
  const stack = clientStackNamed(name);
  if (stack === null) throw new RangeError(`no client stack ${name}`);
  const spec: ClientsSpec = {
    kind: 'clients',
    name: 'client',
    arrivals: { kind: 'burst', count: 1 },
    startNs: 0,
    untilNs: NEVER_NS,
    countMax: 1,
    port: 80,
    link: null,
    stacks: [withSysctl(stack, sysctl)],
    sysctl,
    timers: { wheelHz: 0, isShared: false },
    addresses: Infinity,
    rttNs: 0,
    answerNs: 0,
    speaks: false,
    timeoutNs: NEVER_NS,
    reconnectAfterNs: NEVER_NS,
    reconnects: 0,
  };
  const loop = new Loop();
  const segments = new SegmentPool();
  const synAtS: number[] = [];
  let failsAtS = NaN;
  const streams = { arrivals: new RandomStream('none'), splits: new RandomStream('none') };
  const client = new Clients(
    spec,
    {
      loop,
      segments,
      source: 0,
      network: {
        transmit: (segment) => {
          synAtS.push(loop.nowNs / NS_PER_S);
          segments.free(segment);
        },
      },
      phase: Phase.Segment,
      random: new RandomStreams('none', 0),
      arrivals: createArrivals(spec.arrivals, 0, NEVER_NS, 1, streams, null),
      refuser: null,
      skip: null,
      countFromNs: 0,
    },
    {
      onStarted: () => {},
      onConnected: () => {},
      onResponse: () => {},
      onFailed: () => {
        failsAtS = loop.nowNs / NS_PER_S;
      },
    },
  );
  client.start();
  loop.runUntil(END_NS);
  return { synAtS, endsAtS: [...synAtS, failsAtS] };
}
