/**
 * When another setting is the real limit: told only after it was tried. A queue that forged addresses fill is not cured by a longer
 * one, however many slots happen to be enough for this flood; a listen() backlog ends at somaxconn; SYN cookies hide a full SYN queue;
 * a server that is too slow wants workers. And what the answer rests on beside its runs.
 * Leaves out: settings in combination, but the backlog with what caps it.
 */
import { NEVER_NS } from '../../engine/time.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Override } from '../../scenario/settings.ts';
import { trialsOf } from '../changes.ts';
import type { MeetingRange } from './find-edge.ts';
import type { Assumption } from './hidden-losses.ts';
import type { TuneSearch } from './tune.ts';
import { Trials } from './trials.ts';
import type { Verdict } from './verdict.ts';

/** What else would help, or would not, each after it was tried. */
export interface Hint {
  readonly text: string;
  /** What was tried; empty: nothing had to be. */
  readonly settings: readonly Override[];
}

export interface Advice {
  readonly hints: readonly Hint[];
  /** Settings that cure what the value that was sought only holds off; empty: none is known. Null: the value is the cure. */
  readonly cure: readonly Override[] | null;
}

/** What the search has found. */
export interface SearchState {
  readonly trials: Trials;
  /** Place of the answer; null: none. */
  readonly place: number | null;
  /** Place of the scenario's own value; null: not on the scale. */
  readonly own: number | null;
  readonly ranges: readonly MeetingRange[];
}

const BACKLOG = 'server.listen.backlog';
const SOMAXCONN = 'server.sysctl.net.core.somaxconn';
const SYNCOOKIES = 'server.sysctl.net.ipv4.tcp_syncookies';
const MAX_SYN_BACKLOG = 'server.sysctl.net.ipv4.tcp_max_syn_backlog';
/** Runs of a thing that is only tried. */
const RUNS = 200;
/** Of either error, of one thing that is tried. */
const ALPHA = 0.001;
/** Of the events of the search, at most, for one thing that is tried. */
const EVENTS_SHARE = 0.05;
/** A first run of more events than this is too long to try a dozen other things. */
const EVENTS_MAX = 5_000_000;

/** Tries what may be the real limit. Cost: a dozen values, 200 short runs each at most. */
export async function giveAdvice(search: TuneSearch, state: SearchState): Promise<Advice> {
  const base = search.base.scenario;
  const flood = await adviceOnFlood(search, state, base);
  const found = [
    ...(await hintOnCap(search, state, base)),
    ...(await hintOnCookies(search, state, base)),
    ...hintOnNothing(search, state, base),
    ...hintOnPending(search, state),
    ...hintsOnAssumption(search, state),
  ];
  if (flood !== null) return { hints: [...flood.hints, ...found], cure: flood.cure };
  const others = state.place === null && state.ranges.length === 0 ? await otherCures(search, state, base) : [];
  return { hints: [...found, ...others], cure: null };
}

/** What was not seen to be counted may be yet: that it is not rests on how much is counted together. @param where of a run: `at 64`. */
export function assumptionHint({ counted, most, path, runs, size }: Assumption, where: string): Hint {
  const text =
    `${path} came to ${counted} in ${runs} runs ${where}. That it is at most ${Number(most.toPrecision(2))} a run on average ` +
    `rests on an assumption: what is counted together is at most ${Math.ceil(size)} on average.`;
  return { text, settings: [] };
}

/** A verdict on one scenario; null where the settings make none, or nothing more is to be simulated. */
async function tryOut(
  { base, goal, makeRuns, options }: TuneSearch,
  settings: readonly Override[],
): Promise<Verdict | null> {
  if (base.issuesWith(settings).length > 0) return null;
  const scenario = base.with(settings);
  const { eventsMax, quorum } = options;
  const trials = new Trials({
    goal,
    scenarioAt: () => scenario,
    makeRuns,
    quorum,
    runsMax: RUNS,
    eventsMax: EVENTS_SHARE * eventsMax,
  });
  await trials.decide([0], RUNS, ALPHA);
  return trials.verdictAt(0);
}

function hintsOnAssumption({ scale }: TuneSearch, { place, trials }: SearchState): Hint[] {
  if (place === null) return [];
  return trials.assumedAt(place).map((assumption) => assumptionHint(assumption, `at ${scale.textAt(place)}`));
}

/** Where nobody stands behind the SYNs that fill the SYN queue, and no cookies are sent. */
async function adviceOnFlood(search: TuneSearch, state: SearchState, base: Scenario): Promise<Advice | null> {
  const { stack } = base.server;
  const grows = search.scale.path === BACKLOG || search.scale.path === MAX_SYN_BACKLOG;
  const floods = base.traffic.filter((entry) => entry.kind === 'syn-flood' && entry.resetAfterNs === NEVER_NS);
  if (!grows || floods.length === 0 || stack.kind !== 'linux' || stack.settings.syncookies !== 0) return null;
  const atPresent = (await tryOut(search, [])) ?? 'open';
  if (atPresent === 'meets') return null;
  const names = floods.map(({ name }) => name);
  const isAlone = floods.length === base.traffic.length;
  // With the same queue and a single SYN of it nothing is lost: the flood is what fills it.
  const still = names.map((name): Override => ({ path: `traffic.${name}.count`, value: '1' }));
  if (!isAlone && (await tryOut(search, still)) !== 'meets') return null;
  const cookies: Override = { path: SYNCOOKIES, value: '1' };
  const withCookies = await tryOut(search, [cookies]);
  const found = state.place === null ? '' : ` ${search.scale.textAt(state.place)} holds this flood and no larger one.`;
  const cause = `SYNs of ${names.join(', ')}, behind which nobody stands, fill the SYN queue: a longer queue is no cure.${found}`;
  if (withCookies !== 'meets')
    return {
      hints: [
        { text: `${cause} Nor are SYN cookies enough (tried): filter it before it reaches the host.`, settings: [] },
      ],
      cure: [],
    };
  const text = `${cause} With net.ipv4.tcp_syncookies=1 the queue as it is meets the goal (tried).`;
  return { hints: [{ text, settings: [cookies] }], cure: [cookies] };
}

/** The sysctl that caps the backlog, raised with it. */
async function hintOnCap(search: TuneSearch, state: SearchState, base: Scenario): Promise<Hint[]> {
  const { scale } = search;
  const { stack } = base.server;
  if (scale.path !== BACKLOG || stack.kind !== 'linux') return [];
  const { somaxconn } = stack.settings;
  const last = scale.count - 1;
  if (!(scale.valueAt(last) > somaxconn) || state.place !== null || state.trials.verdictAt(last) === 'meets') return [];
  const top = scale.textAt(last);
  const settings = [
    { path: SOMAXCONN, value: top },
    { path: BACKLOG, value: top },
  ];
  if ((await tryOut(search, settings)) !== 'meets') return [];
  const text =
    `net.core.somaxconn=${somaxconn} caps the backlog: larger ones change nothing. With ${top} for both the goal is met (tried). ` +
    `How much is enough: --set ${SOMAXCONN}=${top}`;
  return [{ text, settings }];
}

/** Cookies at the answer, or where nothing is one: what the queue would do without them. */
async function hintOnCookies(search: TuneSearch, state: SearchState, base: Scenario): Promise<Hint[]> {
  const { scale } = search;
  const { stack } = base.server;
  const place = state.place ?? scale.count - 1;
  const trial = state.trials.at(place);
  const value = trial?.first?.metrics.find(({ path }) => path === 'listener.TcpExtSyncookiesSent')?.value ?? 0;
  if (stack.kind !== 'linux' || stack.settings.syncookies === 0 || value === 0 || scale.path === SYNCOOKIES) return [];
  const cookies: Override = { path: SYNCOOKIES, value: '0' };
  const verdict = await tryOut(search, [cookies, { path: scale.path, value: scale.textAt(place) }]);
  const without =
    verdict === 'open' || verdict === null
      ? 'could not be decided'
      : `${state.trials.verdictAt(place) === verdict ? 'too ' : ''}${verdict === 'meets' ? 'meets' : 'fails'} the goal`;
  const text =
    `SYN cookies hide a full SYN queue: ${value} were sent in a run with ${scale.path}=${scale.textAt(place)}. ` +
    `With net.ipv4.tcp_syncookies=0 that value ${without} (tried).`;
  return [{ text, settings: [cookies] }];
}

/** A value that makes no difference, from one end of the scale to the other. */
function hintOnNothing({ goal, scale }: TuneSearch, { trials }: SearchState, { server }: Scenario): Hint[] {
  const places = trials.places.filter((place) => trials.runsAt(place) > 0);
  const isFlat = goal.conditions.every((_, i) => {
    const columns = places.map((place) => trials.at(place)?.samples[i]?.values ?? []);
    return columns.every((column) => column.slice(0, 6).every((value, run) => Object.is(value, columns[0]?.[run])));
  });
  if (!isFlat || places.length < 2) return [];
  const cookies = server.stack.kind === 'linux' && server.stack.settings.syncookies > 0;
  const why = scale.path === MAX_SYN_BACKLOG && cookies ? ': with SYN cookies the kernel does not read it (R3)' : '';
  return [{ text: `${scale.path} makes no difference to the goal, at any value that was tried${why}.`, settings: [] }];
}

/** Clients that are neither served nor lost when the run ends. */
function hintOnPending({ goal }: TuneSearch, { place, trials }: SearchState): Hint[] {
  if (place !== null) return [];
  const last = trials.places.findLast((one) => trials.at(one)?.first !== null) ?? -1;
  const metrics = new Map(trials.at(last)?.first?.metrics.map(({ path, value }) => [path, value ?? 0]));
  return goal.conditions.flatMap(({ path }) => {
    const [name = '', what] = path.split('.');
    const pending = metrics.get(`${name}.pending`) ?? 0;
    if (!(what === 'unserved' || what === 'served') || pending === 0) return [];
    if (pending * 2 < (metrics.get(`${name}.unserved`) ?? 0)) return [];
    const text = `${pending} of ${name} are still waiting when the run ends, and count as unserved: give them time with traffic.${name}.until.`;
    return [{ text, settings: [] }];
  });
}

/** What else one would change, one thing at a time, at the scenario's own value of the path that was varied. */
async function otherCures(search: TuneSearch, { trials }: SearchState, base: Scenario): Promise<Hint[]> {
  const first = trials.at(trials.places[0] ?? 0)?.first ?? null;
  if (first === null || first.eventCount > EVENTS_MAX) return [];
  const hints: Hint[] = [];
  for (const { settings, words } of trialsOf(base)) {
    if (settings.some(({ path }) => path === search.scale.path)) continue;
    if ((await tryOut(search, settings)) !== 'meets') continue;
    const set = settings.map(({ path, value }) => `${path}=${value}`).join(' ');
    hints.push({ text: `${words} meets the goal (${set}, tried).`, settings });
  }
  return hints;
}
