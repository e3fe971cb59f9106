/**
 * F5 and F6: a table of half-open slots that drops what finds it full. Whatever the law of the hold, Poisson arrivals meet Erlang B.
 * Leaves out: floods that are answered for, and the other policies, whose formulas are approximations while clients give slots back.
 */
import { meanNsOf } from '../engine/distributions.ts';
import { NS_PER_S } from '../engine/time.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ClientsSpec, FloodSpec, TrafficSpec } from '../traffic/specs.ts';
import { erlangB } from './formulas/erlang.ts';
import { NEGLIGIBLE, type Prediction } from './predictions.ts';

/** @returns null when it does not fit. */
export function predictLoss({ server, traffic }: Scenario): Prediction | null {
  const { accept, stack } = server;
  if (stack.kind !== 'classic' || stack.policy !== 'tail-drop') return null;
  const floods = traffic.filter((entry): entry is FloodSpec => entry.kind === 'syn-flood');
  const clients = traffic.filter((entry): entry is ClientsSpec => entry.kind === 'clients');
  const loads = traffic.map((entry) => loadOf(entry, meanNsOf(stack.hold)));
  if (floods.length === 0 || floods.length + clients.length < traffic.length || loads.includes(null)) return null;
  // Connections leave the accept queue at once, or nobody gets there.
  const isPassing =
    accept.mode === 'blocking' &&
    meanNsOf(accept.service) === 0 &&
    accept.pauses.length === 0 &&
    accept.exits === undefined;
  if (clients.length > 0 && !(isPassing && accept.startNs === 0 && server.backlog > 0)) return null;
  const { blocking, occupancy } = erlangB(
    stack.slots,
    loads.reduce<number>((sum, load) => sum + (load ?? 0), 0),
  );
  if (clients.some((entry) => sendsAgain(entry)) && blocking > NEGLIGIBLE) return null;
  const sent = [...floods.map(({ name }) => `${name}.sent`), ...clients.map(({ name }) => `${name}.syns_sent`)];
  return {
    formula: `Erlang B of ${stack.slots} slots (${clients.length + floods.length > 1 ? 'F6' : 'F5'})`,
    figures: [
      {
        figure: 'SYNs refused',
        value: blocking,
        source: {
          kind: 'share',
          count: ['listener.dropped_syns'],
          of: sent,
          series: { count: ['refused_slots_full', 'refused_accept_queue_full'], of: sent },
        },
      },
      {
        figure: 'slots taken',
        value: occupancy,
        source: { kind: 'level', metric: 'listener.syn_queue.mean', series: ['syn_queue'] },
      },
    ],
  };
}

/** Erlangs of an entry, null when its SYNs are no Poisson process, or when it is not silent. */
function loadOf(entry: TrafficSpec, holdNs: number): number | null {
  if (entry.arrivals.kind !== 'poisson' || entry.link !== null) return null;
  const { ratePerSec } = entry.arrivals;
  if (entry.kind === 'syn-flood') {
    const isSilent = entry.resetAfterNs === Infinity && entry.refreshNs === Infinity;
    const isFresh = entry.pool === Infinity && entry.tuples === null;
    return isSilent && isFresh ? (ratePerSec * holdNs) / NS_PER_S : null;
  }
  if (entry.kind !== 'clients' || entry.timeoutNs < Infinity || entry.reconnectAfterNs < Infinity) return null;
  // A slot is given back when the third ACK comes, if it comes in time.
  const slotNs = entry.rttNs + entry.answerNs;
  return slotNs < holdNs ? (ratePerSec * slotNs) / NS_PER_S : null;
}

/** Does a client whose SYN is refused send another one? */
export function sendsAgain({ stacks }: ClientsSpec): boolean {
  return stacks.some(({ synAtNs }) => synAtNs.length > 1);
}
