/** Queueing formulas, written down a second time: the tests hold them against the published points and the simulator against both. */

/** What a formula says, in the units of its parameters; null where it says nothing. */
export interface Exact {
  readonly blocking: number;
  /** Mean number in the system. */
  readonly occupancy: number;
  /** Mean time of an accepted one in the system, s. */
  readonly sojournS: number | null;
}

/** F5, Erlang B: c slots, offered load a erlangs, any law of the hold. B(0) = 1, B(n) = a B / (n + a B). */
export function erlangB(c: number, a: number): Exact {
  let blocking = 1;
  for (let n = 1; n <= c; n++) blocking = (a * blocking) / (n + a * blocking);
  return { blocking, occupancy: a * (1 - blocking), sojournS: null };
}

/** F1, M/M/1/K: K includes the one in service; lambda and mu per second. */
export function mm1k(lambda: number, mu: number, k: number): Exact {
  const rho = lambda / mu;
  // p(n) relative to the likelier end, so that nothing overflows.
  const weights = Array.from({ length: k + 1 }, (_, n) => (rho <= 1 ? rho ** n : rho ** (n - k)));
  const total = weights.reduce((a, b) => a + b, 0);
  const blocking = (weights[k] ?? 0) / total;
  const occupancy = weights.reduce((sum, weight, n) => sum + n * weight, 0) / total;
  return { blocking, occupancy, sojournS: occupancy / (lambda * (1 - blocking)) };
}

/** F3, M/D/1/K by the chain embedded at departures: lambda per second, service d seconds. */
export function md1k(lambda: number, d: number, k: number): Exact {
  const rho = lambda * d;
  const arrivals = [Math.exp(-rho)]; // j → P(j arrivals in a service)
  for (let j = 1; j < k; j++) arrivals.push(((arrivals[j - 1] ?? 0) * rho) / j);
  const pi = [1]; // j → departures that leave j behind, relative to none
  for (let j = 0; j + 1 < k; j++) {
    let rest = (pi[j] ?? 0) - (pi[0] ?? 0) * (arrivals[j] ?? 0);
    for (let i = 1; i <= j; i++) rest -= (pi[i] ?? 0) * (arrivals[j - i + 1] ?? 0);
    pi.push(rest / (arrivals[0] ?? 1));
  }
  const total = pi.reduce((a, b) => a + b, 0);
  const share = 1 / ((pi[0] ?? 0) / total + rho);
  const blocking = 1 - share;
  const occupancy = pi.reduce((sum, p, j) => sum + j * (p / total) * share, 0) + k * blocking;
  return { blocking, occupancy, sojournS: occupancy / (lambda * share) };
}
