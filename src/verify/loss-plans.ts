/**
 * Half-open slots as scenarios: F5, F6, F7, F8, F8b, F11c. Loss systems begin in their steady state: fixed holds of a full table
 * would keep the pattern of their start for ever.
 */
import { RandomStream } from '../engine/random.ts';
import { bucketSurvival, randomDropSurvival } from '../experiment/formulas/evictions.ts';
import { meanFillTimeS } from '../experiment/formulas/erlang.ts';
import { poissonBelow, poissonProbability } from '../experiment/formulas/poisson.ts';
import { drawFrom, stationaryHoldsNs } from '../experiment/statistics/warm-up.ts';
import { type Effort, type FormulaPlan, perSec, type Reading, seconds, windowOf } from './formula-plan.ts';
import type { Parameters } from './formula-values.ts';

/** More SYNs of a start cannot be written into a scenario. */
const START_MAX = 100_000;
/** Clients among the SYNs that recycle slots: few, so that they hardly change what they meet. */
const CLIENT_SHARE = 0.02;
const OVERLOADED = 1.1;
const HOLDS = 3;
const RETRY_CLIENTS = 400;
const FILLS = 300;
/** A run of so many mean times is never too short. */
const FILL_MEANS = 20;

function classic(slots: number, hold: string, more = '', accept = 'accept: { mode: never }'): string {
  const section = `classic: { slots: ${slots}, hold: ${hold}${more} }`;
  return `server: { stack: classic, ${section}, listen: { backlog: 1000000 }, ${accept} }`;
}

/** A table that is now full and now not keeps its state for a hold; one that is always full has nothing to remember. */
function measuredOf(slots: number, load: number, holdS: number, leastS: number): number {
  return load > OVERLOADED * slots ? leastS : Math.max(leastS, HOLDS * holdS);
}

/** What is there at the start, one SYN at each instant. */
function present(atNs: readonly number[]): string {
  return atNs.length === 0
    ? ''
    : `\n  present: { kind: syn-flood, arrivals: "schedule(${atNs.map((ns) => `${ns}ns`).join(', ')})" }`;
}

/** F5: the holds of one plan are fixed, those of the other exponential. */
function erlangPlans(p: Parameters, effort: Effort): FormulaPlan[] {
  const [slots, lambda, holdS] = [p.number('c'), p.number('lambda_'), p.number('T_hold')];
  if (slots > START_MAX) return [];
  const measuredS = measuredOf(slots, lambda * holdS, holdS, effort.arrivals / lambda);
  const readings: FormulaPlan['readings'] = {
    P_block: { kind: 'share', read: (m) => [m.of('flood.refused'), m.of('flood.sent')], per: lambda * measuredS },
    mean_occupancy: { kind: 'mean', read: (m) => m.of('listener.syn_queue.mean') },
  };
  return (['fixed', 'exponential'] as const).map((law) => ({
    variant: `${law} holds`,
    replications: effort.replications,
    scenario: (replication) => {
      const stream = new RandomStream(`${law} holds ${slots} ${lambda} ${holdS} ${replication}`);
      const holdsNs = stationaryHoldsNs(slots, lambda * holdS, holdS, stream);
      // Exponential holds have no age: those that are there may all have come at the same instant.
      const atNs = law === 'fixed' ? holdsNs : holdsNs.map(() => 0);
      const warmupS = law === 'fixed' ? holdS : 0;
      return `${windowOf(warmupS, measuredS)}
${classic(slots, `${law}(${seconds(holdS)})`)}
traffic:${present(atNs)}
  flood: { kind: syn-flood, arrivals: poisson(${perSec(lambda)}), start: ${seconds(warmupS)} }
`;
    },
    readings,
  }));
}

/** F6: clients hold their slot for a round trip, the flood for an exponential time. */
function twoClassPlan(p: Parameters, effort: Effort): FormulaPlan | null {
  const [slots, legit, rttS] = [p.number('c'), p.number('lambda_legit'), p.number('hold_legit')];
  const [attack, holdS] = [p.number('lambda_attack'), p.number('hold_attack')];
  if (slots > START_MAX) return null;
  const measuredS = measuredOf(slots, legit * rttS + attack * holdS, holdS, effort.arrivals / (legit + attack));
  const share = (name: string, refused: string, sent: string, rate: number): Reading => ({
    kind: 'share',
    read: (m) => [m.of(`${name}.${refused}`), m.of(`${name}.${sent}`)],
    per: rate * measuredS,
  });
  return {
    variant: '',
    replications: effort.replications,
    scenario: (replication) => {
      const stream = new RandomStream(`two classes ${slots} ${legit} ${attack} ${replication}`);
      // Slots of the flood, given that both classes fit.
      const law = Array.from(
        { length: slots + 1 },
        (_, n) => poissonProbability(n, attack * holdS) * poissonBelow(slots - n + 1, legit * rttS),
      );
      const atNs = Array.from({ length: drawFrom(law, stream) }, () => 0);
      return `${windowOf(20 * rttS, measuredS)}
${classic(slots, `exponential(${seconds(holdS)})`, '', 'accept: {}')}
traffic:${present(atNs)}
  users: { kind: clients, stack: schedule(0s; fails 1s), arrivals: poisson(${perSec(legit)}), rtt: ${seconds(rttS)} }
  flood: { kind: syn-flood, arrivals: poisson(${perSec(attack)}) }
`;
    },
    readings: {
      P_block_both: share('users', 'syns_refused', 'syns_sent', legit),
      P_block_attack: share('flood', 'refused', 'sent', attack),
      mean_slots: { kind: 'mean', read: (m) => m.of('listener.syn_queue.mean') },
      legit_goodput: {
        kind: 'mean',
        read: (m) => (m.of('users.syns_sent') - m.of('users.syns_refused')) / measuredS,
      },
    },
  };
}

/** F7: SYN or SYN-ACK are lost on a link, each with its own dice. */
function retryPlan(p: Parameters, effort: Effort): FormulaPlan | null {
  const schedule = p.schedule();
  const blocking = p.number('p_block');
  const lastS = schedule.at(-1) ?? 0;
  if (!(blocking < 1)) return null;
  const started = 'users.started';
  return {
    variant: '',
    replications: effort.replications,
    scenario: () => `${windowOf(0, lastS + 70)}
${classic(100_000, `fixed(${seconds(2 * lastS + 100)})`)}
links: { line: { loss: ${100 * (1 - Math.sqrt(1 - blocking))}% } }
traffic:
  users:
    kind: clients
    stack: "schedule(${schedule.map((s) => seconds(s)).join(', ')}; fails ${seconds(lastS + 64)})"
    arrivals: poisson(${RETRY_CLIENTS}/s)
    until: 1s
    speaks: false
    link: line
`,
    readings: {
      P_success: { kind: 'share', read: (m) => [m.of('users.connected'), m.of(started)], per: RETRY_CLIENTS },
      mean_SYNs_sent: { kind: 'mean', read: (m) => m.of('users.syns_sent') / m.of(started) },
      mean_added_delay_given_success: { kind: 'mean', read: (m) => m.of('users.connect_ms.mean') / 1000 },
    },
  };
}

/** Clients that connect while a flood recycles all slots, and those of them that are served. */
function survivalPlan(
  variant: string,
  field: string,
  section: string,
  slots: number,
  rates: { readonly flood: string; readonly synsPerSec: number },
  rttS: number,
  effort: Effort,
): FormulaPlan {
  const clientsPerSec = CLIENT_SHARE * rates.synsPerSec;
  const fromS = (2 * slots) / rates.synsPerSec + rttS;
  const untilS = fromS + effort.arrivals / 20 / clientsPerSec;
  const holdS = 10 * (untilS + rttS);
  return {
    variant,
    replications: effort.replications,
    scenario: () => `${windowOf(0, untilS + rttS + 1)}
${classic(slots, `fixed(${seconds(holdS)})`, section, 'accept: {}')}
traffic:
  users:
    kind: clients
    stack: "schedule(0s; fails ${seconds(rttS + 1)})"
    arrivals: poisson(${perSec(clientsPerSec)})
    rtt: ${seconds(rttS)}
    start: ${seconds(fromS)}
    until: ${seconds(untilS)}
  flood: { kind: syn-flood, arrivals: ${rates.flood} }
`,
    readings: {
      [field]: {
        kind: 'share',
        read: (m) => [m.of('users.served'), m.of('users.started')],
        per: effort.arrivals / 20,
      },
    },
  };
}

/** F8: a random slot goes, with either kind of flood, or the oldest. */
function evictionPlans(p: Parameters, effort: Effort): FormulaPlan[] {
  const [slots, perSecond, rttS] = [p.number('N'), p.number('g'), p.number('rtt')];
  const clients = CLIENT_SHARE * perSecond;
  // A slot that a client gives back is taken without replacing anybody.
  const flood = perSecond - clients * (1 - randomDropSurvival(slots, perSecond, rttS));
  const plan = (variant: string, field: string, policy: string, arrivals: string): FormulaPlan =>
    survivalPlan(
      variant,
      field,
      `, policy: ${policy}`,
      slots,
      { flood: arrivals, synsPerSec: perSecond },
      rttS,
      effort,
    );
  return [
    plan('random-drop', 'random_drop_poisson', 'random-drop', `poisson(${perSec(flood)})`),
    plan('random-drop, constant rate', 'random_drop_deterministic', 'random-drop', `periodic(${perSec(flood)})`),
    plan('recycle-oldest', 'oldest_drop_poisson', 'recycle-oldest', `poisson(${perSec(perSecond - clients)})`),
  ];
}

/** F8b: what comes to a bucket decides, from whomever it is. */
function bucketPlan(p: Parameters, effort: Effort): FormulaPlan | null {
  const [buckets, room, perSecond, rttS] = [p.number('M'), p.number('b'), p.number('g'), p.number('rtt')];
  // Where nobody survives there is nothing to see but a long flood.
  if (bucketSurvival(buckets, room, perSecond, rttS) * effort.arrivals < 1) return null;
  const rates = { flood: `poisson(${perSec(perSecond * (1 - CLIENT_SHARE))})`, synsPerSec: perSecond };
  const section = `, policy: syn-cache, buckets: ${buckets}`;
  return survivalPlan('', 'P_survive', section, buckets * room, rates, rttS, effort);
}

/** F11c: the first SYN that a table of one slot less refuses comes when c would be taken. */
function fillPlan(p: Parameters): FormulaPlan | null {
  const [slots, lambda, holdS] = [p.number('c'), p.number('lambda_'), p.number('T_hold')];
  const meanS = meanFillTimeS(slots, lambda, holdS);
  if (slots < 2 || !(FILL_MEANS * meanS * lambda < 1e6)) return null;
  return {
    variant: '',
    replications: FILLS,
    scenario: () => `${windowOf(0, FILL_MEANS * meanS)}
${classic(slots - 1, `exponential(${seconds(holdS)})`)}
traffic: { flood: { kind: syn-flood, arrivals: poisson(${perSec(lambda)}) } }
`,
    readings: { mean_fill_time: { kind: 'mean', read: (m) => m.of('flood.first_refused_ms') / 1000 } },
  };
}

function some(plan: FormulaPlan | null): FormulaPlan[] {
  return plan === null ? [] : [plan];
}

/** Formula → its plans. */
export const LOSS_PLANS: Readonly<Record<string, (p: Parameters, effort: Effort) => FormulaPlan[]>> = {
  F5: erlangPlans,
  F6: (p, effort) => some(twoClassPlan(p, effort)),
  F7: (p, effort) => some(retryPlan(p, effort)),
  F8: evictionPlans,
  F8b: (p, effort) => some(bucketPlan(p, effort)),
  F11c: (p) => some(fillPlan(p)),
};
