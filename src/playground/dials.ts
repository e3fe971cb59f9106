/**
 * What of a scenario can be turned while one watches: backlog, sysctls of its kernel, cookies, rates, service, a pause.
 * Each dial is a path and how a number becomes its value, so that a turned dial is a `--set` of the command line.
 * Leaves out: what has no plain number (captures, schedules, modulated arrivals): the text of the scenario has them.
 */
import { freeBsdProfileOf, freeBsdSysctls, settingsOf } from '../listeners/stacks.ts';
import { CLASSIC_POLICIES, type StackSpec } from '../listeners/specs.ts';
import { ALL_WORKERS } from '../server/specs.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ArrivalSpec, TrafficSpec } from '../traffic/specs.ts';

/** A number on a scale: its value is `before`, the number, `after`. */
export interface NumberDial {
  readonly kind: 'number';
  readonly path: string;
  readonly label: string;
  readonly unit: string;
  readonly hint: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Equal steps multiply. */
  readonly isLog: boolean;
  /** Only whole numbers. */
  readonly isWhole: boolean;
  readonly before: string;
  readonly after: string;
}

export interface ChoiceDial {
  readonly kind: 'choice';
  readonly path: string;
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

/** One pause of the accept loop, seconds. */
export interface PauseDial {
  readonly kind: 'pause';
  readonly path: 'server.accept.pauses';
  readonly atS: number;
  readonly forS: number;
  readonly durationS: number;
}

export type Dial = NumberDial | ChoiceDial | PauseDial;

export interface DialGroup {
  readonly title: string;
  readonly dials: readonly Dial[];
}

const NS_PER_S = 1e9;
const NS_PER_MS = 1e6;
const QUEUE_MAX = 65_535;
const RATE_MAX = 100_000;
const BURST_MAX = 20_000;
const SLOTS_MAX = 65_536;
/** listen() of Linux 1.2 cuts there. */
const BACKLOG_MAX_1_2 = 128;

/** Sysctls worth a dial, and what they do. */
const HINTS: Readonly<Record<string, string>> = {
  'net.core.somaxconn': 'cuts the backlog of listen()',
  'net.ipv4.tcp_max_syn_backlog': 'bounds half-open requests, mostly with cookies off',
  'net.ipv4.tcp_syncookies': 'what happens when the SYN queue is full',
  'net.ipv4.tcp_synack_retries': 'how often a SYN-ACK is sent again',
  'net.ipv4.tcp_retries1': 'how often a SYN-ACK is sent again',
  'net.ipv4.tcp_abort_on_overflow': 'a full accept queue answers the last ACK by RST',
  'kern.ipc.somaxconn': 'cuts the backlog of listen()',
  'kern.ipc.soacceptqueue': 'cuts the backlog of listen()',
  'net.inet.tcp.syncache.bucketlimit': 'half-open entries of one hash bucket',
  'net.inet.tcp.syncookies': 'what happens when the syncache is full',
};
const SWITCHES: Readonly<Record<string, readonly string[]>> = {
  'net.ipv4.tcp_syncookies': ['0: never', '1: when the queue is full', '2: always'],
  'net.ipv4.tcp_abort_on_overflow': ['0: off', '1: on'],
  'net.inet.tcp.syncookies': ['0: never', '1: when it is full'],
};

export function dialsOf(scenario: Scenario): DialGroup[] {
  const { server, traffic } = scenario;
  return [
    { title: 'Listener', dials: [backlogDial(scenario), ...stackDials(server.stack)] },
    { title: 'Application', dials: [...workerDials(scenario), ...pauseDials(scenario)] },
    ...traffic.map((entry) => ({ title: titleOf(entry), dials: arrivalDials(entry) })),
  ].filter(({ dials }) => dials.length > 0);
}

function titleOf({ kind, name }: TrafficSpec): string {
  return (
    { clients: 'Clients', 'syn-flood': 'SYN flood', 'connection-flood': 'Connection flood', 'ack-flood': 'ACK flood' }[
      kind
    ] + ` (${name})`
  );
}

function number(path: string, label: string, value: number, fields: Partial<NumberDial>): NumberDial {
  return {
    kind: 'number',
    path,
    label,
    unit: '',
    hint: '',
    value,
    min: 0,
    max: Math.max(QUEUE_MAX, value),
    isLog: true,
    isWhole: true,
    before: '',
    after: '',
    ...fields,
  };
}

function backlogDial({ server }: Scenario): NumberDial {
  const max = server.stack.kind === 'linux-1.2' ? BACKLOG_MAX_1_2 : QUEUE_MAX;
  const hint = 'the argument of listen()';
  const fields = { hint, min: Math.min(0, server.backlog), max: Math.max(max, server.backlog) };
  return number('server.listen.backlog', 'backlog', server.backlog, fields);
}

function stackDials(stack: StackSpec): Dial[] {
  switch (stack.kind) {
    case 'linux':
      return sysctlDials(
        settingsOf(stack.version).map(({ key, max, min, name }) => ({ name, min, max, value: stack.settings[key] })),
      );
    case 'freebsd': {
      const profile = freeBsdProfileOf(stack.name);
      const sysctls = profile === null ? [] : freeBsdSysctls(profile);
      return sysctlDials(
        sysctls.map(({ byDefault, max, min, name }) => ({ name, min, max, value: stack.sysctl[name] ?? byDefault })),
      );
    }
    case 'classic':
      return [
        number('server.classic.slots', 'half-open slots', stack.slots, {
          min: 1,
          max: Math.max(SLOTS_MAX, stack.slots),
        }),
        {
          kind: 'choice',
          path: 'server.classic.policy',
          label: 'policy',
          hint: 'what a SYN meets that finds no slot',
          value: stack.policy,
          choices: CLASSIC_POLICIES.map((value) => ({ value, label: value })),
        },
      ];
    case 'linux-1.2':
      return [];
  }
}

interface SysctlInForce {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly value: number;
}

function sysctlDials(sysctls: readonly SysctlInForce[]): Dial[] {
  return sysctls
    .filter(({ name }) => HINTS[name] !== undefined)
    .map(({ max, min, name, value }): Dial => {
      const path = `server.sysctl.${name}`;
      const hint = HINTS[name] ?? '';
      const words = SWITCHES[name]?.slice(0, max + 1);
      if (words !== undefined) {
        const choices = words.map((label, i) => ({ value: String(i), label }));
        return { kind: 'choice', path, label: name, hint, value: String(value), choices };
      }
      const isSmall = max < 1000;
      const bound = isSmall ? Math.min(max, 20) : QUEUE_MAX;
      return number(path, name, value, { hint, min, max: Math.max(bound, value), isLog: !isSmall });
    });
}

function workerDials({ server }: Scenario): Dial[] {
  const { mode, pauses, service, workers } = server.accept;
  // Whom a pause names has to be there.
  const needed = Math.max(0, ...pauses.map(({ worker }) => (worker === ALL_WORKERS ? 0 : worker)));
  const dials: Dial[] = modeDials(mode);
  if (mode === 'never') return dials;
  dials.push(
    number('server.accept.workers', 'workers', workers, {
      hint: 'processes that call accept()',
      min: needed + 1,
      max: Math.max(64, workers),
    }),
  );
  if (service.kind !== 'constant' && service.kind !== 'exponential') return dials;
  const call = service.kind === 'constant' ? ['', 'ms'] : ['exponential(', 'ms)'];
  const value = service.meanNs / NS_PER_MS;
  const [before = '', after = ''] = call;
  const max = Math.max(1000, value);
  const hint = `${service.kind === 'constant' ? '' : 'mean '}time a worker spends on a connection`;
  dials.push(
    number('server.accept.service', 'service', value, { unit: 'ms', hint, max, isWhole: false, before, after }),
  );
  return dials;
}

/** Whether anybody accepts; ways that need more keys are for the text. */
function modeDials(mode: Scenario['server']['accept']['mode']): Dial[] {
  if (mode !== 'never' && mode !== 'blocking') return [];
  const choices = [
    { value: 'blocking', label: 'blocking: workers wait in accept()' },
    { value: 'never', label: 'never: nobody accepts' },
  ];
  const path = 'server.accept.mode';
  return [{ kind: 'choice', path, label: 'accept()', hint: 'how the application waits', value: mode, choices }];
}

/** One plain pause, or none yet; more of them, and those that come again, are for the text. */
function pauseDials({ durationNs, server }: Scenario): Dial[] {
  const { mode, pauses } = server.accept;
  const [first] = pauses;
  const isPlain =
    first === undefined || (pauses.length === 1 && !Number.isFinite(first.everyNs) && first.worker === ALL_WORKERS);
  if (mode === 'never' || !isPlain) return [];
  const durationS = durationNs / NS_PER_S;
  const [atS, forS] = first === undefined ? [durationS / 4, 0] : [first.atNs / NS_PER_S, first.forNs / NS_PER_S];
  return [{ kind: 'pause', path: 'server.accept.pauses', atS, forS, durationS }];
}

function arrivalDials({ arrivals, kind, name }: TrafficSpec): Dial[] {
  const path = `traffic.${name}.arrivals`;
  const noun = kind === 'clients' ? 'clients' : kind === 'syn-flood' ? 'SYNs' : 'arrivals';
  return arrivalDial(arrivals, path, noun);
}

function arrivalDial(arrivals: ArrivalSpec, path: string, noun: string): Dial[] {
  switch (arrivals.kind) {
    case 'poisson':
    case 'periodic': {
      const value = arrivals.ratePerSec;
      const fields = {
        min: 0.1,
        max: Math.max(RATE_MAX, value),
        isWhole: false,
        before: `${arrivals.kind}(`,
        after: '/s)',
      };
      const hint = arrivals.kind === 'poisson' ? 'at random' : 'at equal intervals';
      return [number(path, 'rate', value, { unit: `${noun}/s`, hint, ...fields })];
    }
    case 'burst': {
      const value = arrivals.count;
      const fields = { min: 1, max: Math.max(BURST_MAX, value), before: 'burst(', after: ')' };
      return [number(path, 'burst', value, { unit: noun, hint: 'all at once', ...fields })];
    }
    default:
      return [];
  }
}
