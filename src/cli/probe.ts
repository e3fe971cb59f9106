/**
 * `halfopen probe`: a listener of this Linux machine, or of one whose outputs were saved, as a scenario, and what is wrong with it already.
 * Reads only, and needs no root. Source of what is read: ss, /proc/sys, /proc/net/netstat, /proc/net/snmp, uname -r.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../engine/errors.ts';
import { KERNEL_SETTINGS } from '../listeners/stacks.ts';
import { reasonOf } from '../report/files.ts';
import { plainJson } from '../report/json.ts';
import { wrap } from '../report/layout.ts';
import { type ProbeResult, probeScenario } from '../scenario/host/probe.ts';
import {
  type HalfOpen,
  halfOpenAt,
  type HostListener,
  parseCounters,
  parseHalfOpen,
  parseListeners,
  parseSysctls,
} from '../scenario/host/snapshot.ts';
import { parseScenario } from '../scenario/parse.ts';
import { parseDuration } from '../scenario/quantities.ts';
import { readText } from './input-files.ts';
import { Exit, terminalWidth } from './messages.ts';
import { type CommonOptions, countOf } from './options.ts';

export interface ProbeOptions extends CommonOptions {
  readonly port?: string;
  readonly for?: string;
  readonly fromDir?: string;
  readonly commands?: boolean;
  readonly write?: string;
}

const OUTPUT_BYTES_MAX = 16e6;
const PORT_MAX = 65_535;
const FOR_MAX_S = 3600;
const SS_TIMEOUT_MS = 10_000;
const SYSCTLS = [...new Set(KERNEL_SETTINGS.map(({ name }) => name))];
const SECONDS_UNSEEN = 10;
/** A container has listeners, counters and settings of its own. */
const HERE = 'this machine, in this network namespace';

/** What to type where halfopen may not be installed. */
const COMMANDS = `mkdir probe && cd probe
uname -r > uname.txt
sysctl ${SYSCTLS.join(' ')} > sysctl.txt 2>/dev/null
ss -ltn > ss-1.txt; nstat -asz > nstat-1.txt; cat /proc/uptime > uptime-1.txt
sleep 10
ss -ltn > ss-2.txt; nstat -asz > nstat-2.txt; cat /proc/uptime > uptime-2.txt
ss -tn state syn-recv > syn-recv.txt
# without nstat: cat /proc/net/netstat /proc/net/snmp > nstat-1.txt, and the same for nstat-2.txt
# then, anywhere: halfopen probe --from-dir probe --port 80
`;

/** One look at a host. */
interface Look {
  readonly listeners: readonly HostListener[];
  readonly counters: ReadonlyMap<string, number>;
  readonly atS: number;
}

interface Host {
  readonly release: string | null;
  readonly sysctls: ReadonlyMap<string, number>;
  readonly before: Look;
  readonly after: Look;
  /** At the second look; null: not seen. */
  readonly halfOpen: readonly HalfOpen[] | null;
}

/** @returns the exit code. */
export async function probe(options: ProbeOptions): Promise<number> {
  if (options.commands === true) {
    process.stdout.write(options.json === true ? plainJson('probe', { commands: COMMANDS }) : COMMANDS);
    return Exit.Done;
  }
  const port = options.port === undefined ? null : countOf('--port', options.port, PORT_MAX);
  const seconds = secondsOf(options.for ?? '10s');
  const host = options.fromDir === undefined ? await readThisMachine(seconds, port) : readFolder(options.fromDir);
  const chosen = chooseListener(host.after.listeners, port, options.fromDir ?? HERE);
  const isOf = (one: HostListener): boolean => one.port === chosen.port && one.address === chosen.address;
  const isElsewhere = (one: HostListener): boolean => !isOf(one);
  const result = probeScenario({
    release: host.release,
    before: host.before.listeners.filter(isOf),
    after: host.after.listeners.filter(isOf),
    sysctls: host.sysctls,
    countersBefore: host.before.counters,
    countersAfter: host.after.counters,
    seconds: Math.max(1e-3, host.after.atS - host.before.atS),
    halfOpen: host.halfOpen === null ? null : halfOpenAt(chosen, host.after.listeners, host.halfOpen),
    others: [...new Set(host.after.listeners.filter(isElsewhere).map((one) => placeOf(one, chosen.port)))],
  });
  const path = options.write ?? `probe-${result.port}.yaml`;
  // What is written can be run: a mistake in it would be ours.
  parseScenario(result.scenario, path);
  writeScenario(path, result.scenario);
  process.stdout.write(
    options.json === true ? jsonOf(result, path) : options.quiet === true ? '' : textOf(result, path),
  );
  return Exit.Done;
}

/** A port; where it is `port`, with the address that tells it apart. */
function placeOf(one: HostListener, port: number): string {
  return one.port === port ? `${one.address}:${one.port}` : String(one.port);
}

function secondsOf(text: string): number {
  try {
    const seconds = parseDuration(text) / 1e9;
    if (seconds > 0 && seconds <= FOR_MAX_S) return seconds;
  } catch {
    // Told below, as what is too long.
  }
  throw new InputError([
    { where: '--for', expected: 'a time of more than 0s, at most 3600s, such as 10s', received: text },
  ]);
}

/** Two looks, `seconds` apart. @throws InputError where there is no Linux, no ss or no listener. */
async function readThisMachine(seconds: number, port: number | null): Promise<Host> {
  if (process.platform !== 'linux') {
    const expected = 'a Linux machine, or --from-dir DIR (halfopen probe --commands says what to save there)';
    throw new InputError([{ where: 'probe', expected, received: process.platform }]);
  }
  const look = (): Look => ({
    listeners: listenersNow(),
    counters: parseCounters(['/proc/net/netstat', '/proc/net/snmp'].map(textOrNothing).join('\n')),
    atS: performance.now() / 1000,
  });
  const before = look();
  // What nobody listens on is told before the wait, not after it.
  chooseListener(before.listeners, port, HERE);
  await new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
  const sysctls = SYSCTLS.map((name) => `${name} = ${textOrNothing(`/proc/sys/${name.replaceAll('.', '/')}`).trim()}`);
  const after = look();
  const halfOpen = ss(['-tn', 'state', 'syn-recv']);
  return {
    release: release(),
    sysctls: parseSysctls(sysctls.join('\n')),
    before,
    after,
    halfOpen: halfOpen.failure === null ? parseHalfOpen(halfOpen.text) : null,
  };
}

function listenersNow(): HostListener[] {
  const { failure, text } = ss(['-ltn']);
  if (failure === null) return parseListeners(text);
  const expected = 'the command ss (package iproute2), which alone tells backlogs';
  throw new InputError([{ where: 'ss -ltn', expected, received: failure }]);
}

/** What ss prints, or why it does not. */
function ss(args: readonly string[]): { readonly text: string; readonly failure: string | null } {
  const { error, status, stderr, stdout } = spawnSync('ss', args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    timeout: SS_TIMEOUT_MS,
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  if (error !== undefined) return { text: '', failure: reasonOf(error) };
  if (status === 0) return { text: stdout, failure: null };
  return { text: '', failure: stderr.trim().split('\n')[0] || `exit code ${status ?? '?'}` };
}

/** What the kernel does not show, or not to everybody, is unseen, and no mistake. */
function textOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Saved outputs: of all but ss-2.txt (or ss.txt) the probe can do without. @throws InputError. */
function readFolder(folder: string): Host {
  const read = (...names: string[]): string => {
    const found = names.map((name) => join(folder, name)).find((path) => existsSync(path));
    return found === undefined ? '' : readText(found, OUTPUT_BYTES_MAX);
  };
  const second = parseListeners(read('ss-2.txt', 'ss.txt'));
  if (second.length === 0) {
    const expected = 'the output of ss -ltn, with listeners (halfopen probe --commands says what to save)';
    throw new InputError([
      {
        where: join(folder, 'ss-2.txt'),
        expected,
        received: existsSync(join(folder, 'ss-2.txt')) ? 'none' : 'no file',
      },
    ]);
  }
  const first = parseListeners(read('ss-1.txt'));
  const upS = (name: string): number => Number(/^\d{1,12}(?:\.\d{1,9})?/.exec(read(name))?.[0] ?? NaN);
  const seconds = upS('uptime-2.txt') - upS('uptime-1.txt');
  const halfOpen = ['syn-recv-2.txt', 'syn-recv.txt'].some((name) => existsSync(join(folder, name)))
    ? parseHalfOpen(read('syn-recv-2.txt', 'syn-recv.txt'))
    : null;
  const uname = /^[\w.+~-]{1,100}$/m.exec(read('uname.txt'))?.[0] ?? null;
  return {
    release: uname,
    sysctls: parseSysctls(read('sysctl.txt')),
    before: { listeners: first.length === 0 ? second : first, counters: parseCounters(read('nstat-1.txt')), atS: 0 },
    after: {
      listeners: second,
      counters: parseCounters(read('nstat-2.txt')),
      atS: seconds > 0 ? seconds : SECONDS_UNSEEN,
    },
    halfOpen,
  };
}

/** The one on `port`, or the one whose queue is fullest; where nothing tells them apart, the user has to. @throws InputError. */
function chooseListener(listeners: readonly HostListener[], port: number | null, where: string): HostListener {
  const fullness = (one: HostListener): number => one.recvQ / (one.sendQ + 1);
  const candidates = listeners
    .filter((one) => port === null || one.port === port)
    .toSorted((a, b) => fullness(b) - fullness(a));
  const [first] = candidates;
  const ports = [...new Set(listeners.map((one) => one.port))];
  const isClear = first !== undefined && (port !== null || ports.length === 1 || first.recvQ > 0);
  if (isClear) return first;
  const shown = ports.length === 0 ? 'no listeners' : `listeners on ${ports.slice(0, 20).join(', ')}`;
  const expected = port === null ? '--port, since nobody waits at any listener' : `a listener on port ${port}`;
  throw new InputError([{ where, expected, received: shown }]);
}

/** Never over a file that exists. @throws InputError. */
function writeScenario(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const expected = isThere ? 'no file of that name yet (--write FILE names another)' : 'a file that can be written';
    throw new InputError([{ where: path, expected, received: isThere ? 'one' : reasonOf(error) }], { cause: error });
  }
}

function jsonOf(result: ProbeResult, path: string): string {
  return plainJson('probe', {
    port: result.port,
    backlog: result.backlog,
    recv_q: result.recvQ,
    half_open: result.halfOpen,
    connections_per_s: result.connectionsPerS,
    syns_per_s: result.synsPerS,
    findings: result.findings,
    unseen: result.unseen,
    files: [path],
  });
}

function textOf(
  { backlog, connectionsPerS, findings, halfOpen, port, recvQ, synsPerS, unseen }: ProbeResult,
  path: string,
): string {
  const width = terminalWidth();
  const perS = (rate: number): string => rate.toFixed(rate < 10 ? 1 : 0);
  const item = (text: string): string => wrap(`  ${text}`, width, 4);
  const lines = [
    `port ${port}: Recv-Q ${recvQ}, Send-Q (backlog) ${backlog}${halfOpen === null ? '' : `, ${halfOpen} half-open`}; ${perS(connectionsPerS)} connections/s of ${perS(synsPerS)} SYNs/s`,
    findings.length === 0 ? 'nothing is wrong that can be seen' : 'what is wrong',
    ...findings.map(item),
    'what could not be seen',
    ...unseen.map(item),
    `wrote ${path}; now: halfopen run ${path}`,
  ];
  return `${lines.join('\n')}\n`;
}
