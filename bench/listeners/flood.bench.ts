/**
 * SYNs into a listener whose server never accepts. An operation is one SYN. Parameter `path` says how it comes:
 * `stack`: by a call of the stack, with nothing around it; `event`: as a pending event of its own, since sixteen
 * attackers take turns (all but one SYN in sixteen); `segment`: sent one by one, without a pending event while nothing
 * else is due; `counted`: drawn one by one, and only counted (`skip: off`).
 * `flood-skipped` counts all of a window by one draw: its SYNs a second are effective ones.
 */
import { type BenchCase, type Size } from '../harness.ts';
import { runningCase } from '../simulation/running.ts';
import { Host } from './host.ts';
import { cookieSpec, serverText, STACK_NAMES, type StackName, stackSpec } from './stacks.ts';

const BACKLOG = 128;
/** As many SYNs fill the table of any stack. */
const FILL_SYNS = 32_768;
const SYNS_PER_SEC = 100_000;
const ATTACKERS = 16;
/** More 4-tuples than a run sends SYNs: a bounded pool makes every SYN a segment. */
const POOL = 4_000_000_000;
const NAME = 'listener/flood';
const SKIPPED_NAME = 'listener/flood-skipped';

/** @param spec of the stack; @param more parameters that tell it apart. */
function stackAlone(stack: StackName, operations: number, spec = () => stackSpec(stack), more = {}): BenchCase {
  return {
    name: NAME,
    parameters: { stack, path: 'stack', ...more },
    unit: 'SYN',
    operations,
    start() {
      const host = new Host(spec(), BACKLOG);
      let peer = 0;
      while (peer < FILL_SYNS) host.syn(peer++);
      return () => {
        for (let i = 0; i < operations; i++) host.syn(peer++);
        return host.outcome;
      };
    },
  };
}

/** SYNs that are answered by cookies. */
function cookies(stack: 'linux-6.18' | 'freebsd-14', path: string, stepS: number): BenchCase {
  return runningCase(
    {
      name: NAME,
      parameters: { stack, path, answer: 'cookies' },
      unit: 'SYN',
      operations: SYNS_PER_SEC * stepS,
    },
    {
      text: `skip: off
server: { stack: ${stack}, listen: { backlog: ${BACKLOG} }, accept: { mode: never } }
traffic: { flood: { kind: syn-flood, arrivals: poisson(${SYNS_PER_SEC}/s)${path === 'segment' ? `, pool: ${POOL}` : ''} } }`,
      warmS: 1,
      stepS,
    },
  );
}

/** Into a full queue, at 1e5 SYN/s. @param more keys of the traffic entry. */
function intoFull(stack: StackName, path: string, arrivals: string, stepS: number, more = ''): BenchCase {
  const attackers = path === 'event' ? ATTACKERS : 1;
  const entries = Array.from(
    { length: attackers },
    (_, i) => `flood${i}: { kind: syn-flood, arrivals: ${arrivals}(${SYNS_PER_SEC / attackers}/s)${more} }`,
  );
  return runningCase(
    { name: NAME, parameters: { stack, path, arrivals }, unit: 'SYN', operations: SYNS_PER_SEC * stepS },
    {
      text: `skip: off
${serverText(stack, `listen: { backlog: ${BACKLOG} }, accept: { mode: never }`)}
traffic: { ${entries.join(', ')} }`,
      warmS: 1,
      stepS,
    },
  );
}

/** Every SYN wakes the acceptor in vain, and it visits all 128 children; without ticks a window is counted with its instants. */
function blockedAcceptor(tick: boolean, stepS: number): BenchCase {
  const settings = `listen: { backlog: ${BACKLOG} }, linux12: { tick: ${tick} }`;
  const [stack, acceptor] = ['linux-1.2', 'blocked'];
  const operations = SYNS_PER_SEC * stepS;
  return runningCase(
    tick
      ? { name: NAME, parameters: { stack, path: 'segment', acceptor }, unit: 'SYN', operations }
      : { name: SKIPPED_NAME, parameters: { stack, acceptor }, unit: 'effective SYN', operations },
    {
      text: `${serverText('linux-1.2', settings)}
traffic: { flood: { kind: syn-flood, arrivals: poisson(${SYNS_PER_SEC}/s) } }`,
      warmS: 1,
      stepS,
    },
  );
}

/** 1e4 SYN/s, each held for `holdS`: the table is never full, and as many timers are pending as slots are taken. */
function neverFull(holdS: number, stepS: number): BenchCase {
  const rate = 10_000;
  return runningCase(
    {
      name: NAME,
      parameters: { stack: 'classic', path: 'segment', half_open: rate * holdS },
      unit: 'SYN',
      operations: rate * stepS,
    },
    {
      text: `sample: 10s
${serverText('classic', `classic: { slots: 16000000, hold: fixed(${holdS}s) }, accept: { mode: never }`)}
traffic: { flood: { kind: syn-flood, arrivals: poisson(${rate}/s) } }`,
      warmS: holdS + 7,
      stepS,
    },
  );
}

/**
 * Exact skipping: slots are free again after a second on average, so there are as many frees a second.
 * @param floods that share the million SYNs a second. @param link that they cross, or none.
 */
function skipped(freesPerSec: number, stepS: number, floods = 1, link = ''): BenchCase {
  const rate = 1e6;
  const settings = `classic: { slots: ${freesPerSec}, hold: exponential(1s) }, accept: { mode: never }`;
  const crosses = link === '' ? '' : ', link: access';
  const entries = Array.from(
    { length: floods },
    (_, i) => `flood${i === 0 ? '' : i}: { kind: syn-flood, arrivals: poisson(${rate / floods}/s)${crosses} }`,
  );
  const extra = { ...(floods === 1 ? {} : { floods }), ...(link === '' ? {} : { link }) };
  return runningCase(
    {
      name: SKIPPED_NAME,
      parameters: { stack: 'classic', syns_per_s: rate, frees_per_s: freesPerSec, ...extra },
      unit: 'effective SYN',
      operations: rate * stepS,
    },
    {
      text: `${link === '' ? '' : `links: { access: { ${link} } }`}
${serverText('classic', settings)}
traffic: { ${entries.join(', ')} }`,
      warmS: 1,
      stepS,
    },
  );
}

export function floodCases(size: Size): BenchCase[] {
  const scale = size === 'real' ? 1 : 0.01;
  const pool = `, pool: ${POOL}`;
  return [
    ...STACK_NAMES.flatMap((stack) => [
      stackAlone(stack, 200_000 * scale),
      intoFull(stack, 'event', 'poisson', 2 * scale, pool),
      intoFull(stack, 'segment', 'poisson', 2 * scale, pool),
      // FreeBSD refuses nothing: a new SYN takes the place of the oldest.
      ...(stack === 'freebsd-14'
        ? []
        : ['poisson', 'periodic'].map((law) => intoFull(stack, 'counted', law, 10 * scale))),
    ]),
    stackAlone('linux-6.18', 200_000 * scale, cookieSpec, { answer: 'cookies' }),
    cookies('linux-6.18', 'segment', 2 * scale),
    cookies('linux-6.18', 'counted', 10 * scale),
    cookies('freebsd-14', 'counted', 10 * scale),
    blockedAcceptor(true, scale),
    blockedAcceptor(false, 100 * scale),
    neverFull(size === 'real' ? 63 : 1, 10 * scale),
    ...[1000, 10].map((freesPerSec) => skipped(freesPerSec, 100 * scale)),
    skipped(1000, 100 * scale, 4),
    skipped(1000, 100 * scale, 1, 'delay: 5ms'),
    skipped(1000, 100 * scale, 1, 'delay: 5ms, loss: 1%'),
  ];
}
