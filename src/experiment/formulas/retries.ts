/**
 * Clients that send their SYN again: F7 as if each SYN were refused independently, F7b with the load that the retries make.
 * Retries meet the state that refused the first SYN, so a real queue refuses more of them than either says.
 */
import { erlangB } from './erlang.ts';
import { requireCount, requireNotNegative, requirePositive, requireShare } from './ranges.ts';

/** SYNs that a client sends, at most (tcp_syn_retries is up to 127, and each of them may be linear first). */
const SYNS_MAX = 255;
const ITERATIONS_MAX = 5000;

/** Clients that send their SYN again: who gets in, and what it takes. */
export interface RetryFigures {
  /** Probability that one of the SYNs gets through, [0, 1]. */
  readonly success: number;
  /** Mean SYNs that a client sends. */
  readonly syns: number;
  /** Mean time from the first SYN to the one that got through, of those that did, s; null when none does. */
  readonly delayS: number | null;
}

/**
 * F7: each SYN is refused with probability `blocking`, whatever happened to the others.
 * @param synAtS when the SYNs are sent, ascending from 0; 1 to 255 of them. @param blocking in [0, 1].
 * @throws RangeError. Cost O(SYNs).
 */
export function independentRetries(synAtS: readonly number[], blocking: number): RetryFigures {
  const probabilities = firstThrough(synAtS, blocking);
  const success = probabilities.reduce((a, b) => a + b, 0);
  const delays = probabilities.reduce((sum, p, i) => sum + p * synAtS[i]!, 0);
  return { success, syns: attemptsOf(synAtS.length, blocking), delayS: success > 0 ? delays / success : null };
}

/** F7: of those that get through, the share whose SYN was sent at `seconds` or later; null when none does. @throws RangeError. */
export function retryDelayAtLeast(synAtS: readonly number[], blocking: number, seconds: number): number | null {
  const probabilities = firstThrough(synAtS, blocking);
  const success = probabilities.reduce((a, b) => a + b, 0);
  const late = probabilities.reduce((sum, p, i) => sum + (synAtS[i]! >= seconds ? p : 0), 0);
  return success > 0 ? late / success : null;
}

/** SYN → probability that it is the first to get through. */
function firstThrough(synAtS: readonly number[], blocking: number): number[] {
  requireCount('synAtS.length', synAtS.length, 1, SYNS_MAX);
  requireShare('blocking', blocking);
  let refused = 1;
  return synAtS.map((atS, i) => {
    requireNotNegative('synAtS', atS - (synAtS[i - 1] ?? 0));
    const p = refused * (1 - blocking);
    refused *= blocking;
    return p;
  });
}

/** 1 + p + p^2 + …, `syns` terms. */
function attemptsOf(syns: number, blocking: number): number {
  let sum = 0;
  let term = 1;
  for (let i = 0; i < syns; i++, term *= blocking) sum += term;
  return sum;
}

/** Who tries, how often, and how likely a try is lost. */
export interface RetryLoad {
  /** Probability that a SYN is refused, [0, 1]. */
  readonly blocking: number;
  /** SYNs of the clients, retries included, per second. */
  readonly synsPerSec: number;
  readonly success: number;
}

/**
 * F7b: the least p with p = B(slots, clients' SYNs per second times `holdS` + attackLoad), where each client sends up to `syns` SYNs.
 * @param clientsPerSec > 0. @param holdS slot time of a client's SYN, s, > 0. @param attackLoad erlangs, >= 0. @param syns 1 to 255.
 * @throws RangeError. Cost O(slots) times the iterations, a dozen as a rule.
 */
export function retryFixedPoint(
  slots: number,
  clientsPerSec: number,
  holdS: number,
  attackLoad: number,
  syns: number,
): RetryLoad {
  requirePositive('clientsPerSec', clientsPerSec);
  requirePositive('holdS', holdS);
  requireNotNegative('attackLoad', attackLoad);
  requireCount('syns', syns, 1, SYNS_MAX);
  // From 0 the iteration rises to the least solution: more blocking makes more SYNs, and they more blocking.
  let blocking = 0;
  for (let i = 0; i < ITERATIONS_MAX; i++) {
    const next = erlangB(slots, clientsPerSec * attemptsOf(syns, blocking) * holdS + attackLoad).blocking;
    const step = Math.abs(next - blocking);
    blocking = next;
    if (step <= 1e-16 * next) break;
  }
  let lost = 1;
  for (let i = 0; i < syns; i++) lost *= blocking;
  return { blocking, synsPerSec: clientsPerSec * attemptsOf(syns, blocking), success: 1 - lost };
}
