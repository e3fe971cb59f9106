/**
 * What else a choice among settings shows: a value that makes no difference, and why; SYNs that nobody stands behind, which a longer queue
 * does not cure; what the best was not seen to lose. What is told was tried.
 * Leaves out: settings that were not varied, but SYN cookies.
 */
import { NEVER_NS } from '../../engine/time.ts';
import type { Override } from '../../scenario/settings.ts';
import { type ChoiceSearch, type Contest, presentValues } from './choose.ts';
import { type Advice, assumptionHint, type Hint } from './hints.ts';
import type { Trial } from './trials.ts';
import { Trials } from './trials.ts';
import { settingsCost } from './cost.ts';

const BACKLOG = 'server.listen.backlog';
const SOMAXCONN = 'server.sysctl.net.core.somaxconn';
const SYNCOOKIES = 'server.sysctl.net.ipv4.tcp_syncookies';
const MAX_SYN_BACKLOG = 'server.sysctl.net.ipv4.tcp_max_syn_backlog';
/** Runs of what is only tried. */
const RUNS = 8;
/** Of the events of the search, at most, for it. */
const EVENTS_SHARE = 0.02;

/** @param present point of the grid that the scenario is at now; null: none. Cost: at most sixteen runs. */
export async function adviseOnChoice(search: ChoiceSearch, contest: Contest, present: number | null): Promise<Advice> {
  const idle = search.grid.axes.flatMap((_, axis) => hintOnIdle(search, contest, axis));
  const flood = await adviceOnFlood(search, contest, present);
  const hints = [...(flood?.hints ?? []), ...idle, ...hintsOnAssumption(contest)];
  return { hints, cure: flood?.cure ?? null };
}

/** What the best was not seen to lose, it may lose yet: that it does not rests on how much is lost together. */
function hintsOnAssumption({ alpha, bounds, isSettled, leader }: Contest): Hint[] {
  if (!isSettled || leader === null) return [];
  return bounds.assumedAt(leader, alpha).map((assumption) => assumptionHint(assumption, 'of the best'));
}

/** A path whose values all give the same, or those above a cap. */
function hintOnIdle(search: ChoiceSearch, { trials }: Contest, axis: number): Hint[] {
  const { base, cost, goal, grid } = search;
  const { path, values } = grid.axes[axis]!;
  const { stack } = base.scenario.server;
  const isVaried = (other: string): boolean => grid.axes.some((one) => one.path === other);
  const groups = new Map<string, { readonly value: string; readonly trial: Trial }[]>();
  for (let place = 0; place < grid.length; place++) {
    const trial = trials.at(place);
    if (trial === null) continue;
    const own = grid.valuesOf(place);
    const key = JSON.stringify(own.with(axis, ''));
    groups.set(key, [...(groups.get(key) ?? []), { value: own[axis]!, trial }]);
  }
  const isIdle = (counts: (value: string) => boolean): boolean =>
    [...groups.values()].every((group) => {
      const [first, ...others] = group.filter(({ value }) => counts(value));
      return others.every(({ trial }) => first === undefined || isAlike(first.trial, trial));
    });
  const what = [...new Set([...cost.metrics, ...goal.conditions].map((one) => one.path))].join(', ');
  const cap = path === BACKLOG && stack.kind === 'linux' && !isVaried(SOMAXCONN) ? stack.settings.somaxconn : Infinity;
  const above = values.filter((value) => Number(value) > cap);
  if (above.length > 0 && values.length > 1 && isIdle((value) => Number(value) >= cap)) {
    const text =
      `net.core.somaxconn=${cap} caps the backlog: ${above.join(', ')} are no more than ${cap}. ` +
      `Vary it too: --vary ${SOMAXCONN}=…`;
    return [{ text, settings: [] }];
  }
  if (values.length < 2 || what === '' || !isIdle(() => true)) return [];
  const cookies = stack.kind === 'linux' && stack.settings.syncookies > 0 && !isVaried(SYNCOOKIES);
  const why = path === MAX_SYN_BACKLOG && cookies ? ': with SYN cookies the kernel does not read it (R3)' : '';
  return [{ text: `${path} makes no difference to ${what}, at any value that was tried${why}.`, settings: [] }];
}

/** Do two settings give the same, as far as both were run? */
function isAlike(a: Trial, b: Trial): boolean {
  const n = Math.min(a.runs, b.runs);
  const isSame = (x: readonly number[] = [], y: readonly number[] = []): boolean =>
    x.slice(0, n).every((value, run) => Object.is(value, y[run]));
  return (
    a.readings.every((column, i) => isSame(column, b.readings[i])) &&
    a.samples.every(({ values }, i) => isSame(values, b.samples[i]?.values))
  );
}

/** Where SYNs that nobody stands behind fill the SYN queue without cookies, and the best has the longer one: cookies, if they cost less. */
async function adviceOnFlood(search: ChoiceSearch, contest: Contest, present: number | null): Promise<Advice | null> {
  const { base, grid } = search;
  const { bounds, leader } = contest;
  const { stack } = base.scenario.server;
  const floods = base.scenario.traffic.filter((entry) => entry.kind === 'syn-flood' && entry.resetAfterNs === NEVER_NS);
  if (leader === null || leader === present || floods.length === 0 || stack.kind !== 'linux') return null;
  const best = grid.settingsOf(leader);
  const grows = best.some(({ path }) => path === BACKLOG || path === MAX_SYN_BACKLOG);
  if (!grows || stack.settings.syncookies !== 0 || grid.axes.some(({ path }) => path === SYNCOOKIES)) return null;
  const cure: Override[] = [{ path: SYNCOOKIES, value: '1' }];
  const withCookies = await meanCost(search, cure);
  if (withCookies === null || withCookies > bounds.meanAt(leader)) return null;
  const names = floods.map(({ name }) => name).join(', ');
  const text =
    `SYNs of ${names}, behind which nobody stands, fill the SYN queue: a longer queue is no cure. ` +
    `With net.ipv4.tcp_syncookies=1 the settings as they are cost no more than the best of these (tried).`;
  return { hints: [{ text, settings: cure }], cure };
}

/** What the scenario costs with `settings` on top, in a few runs that meet the goal; null: it does not meet it, or there is no such scenario. */
async function meanCost(search: ChoiceSearch, settings: readonly Override[]): Promise<number | null> {
  const { base, cost, goal, makeRuns, options } = search;
  if (base.issuesWith(settings).length > 0) return null;
  const scenario = base.with(settings);
  const { eventsMax, quorum } = options;
  const reads = cost.metrics.map(({ path }) => path);
  const budget = EVENTS_SHARE * eventsMax;
  const trials = new Trials({
    goal,
    scenarioAt: () => scenario,
    makeRuns,
    reads,
    quorum,
    runsMax: RUNS,
    eventsMax: budget,
  });
  const only = [0];
  await trials.decide(only, RUNS, 1 - options.confidence);
  await trials.extendTo(only, RUNS);
  const trial = trials.at(0);
  if (trial === null || trial.verdict === 'fails' || trial.runs === 0) return null;
  // What is varied costs what it costs now.
  const now = presentValues(search);
  const fixed = settingsCost(
    cost,
    search.grid.axes.map(({ path }, i) => ({ path, value: now[i] ?? '' })),
  );
  const each = cost.metrics.map(({ factor }, i) => {
    const values = trial.readings[i] ?? [];
    return (factor * values.reduce((a, b) => a + b, 0)) / values.length;
  });
  const mean = each.reduce((a, b) => a + b, fixed);
  return Number.isNaN(mean) ? null : mean;
}
