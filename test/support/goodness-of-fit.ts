/** How far measured counts lie from a law, in standard deviations. Seeds are fixed, so a test that passes always does. */

/**
 * Pearson's chi-square as a normal deviate: (chi2 - df) / sqrt(2 df). Below 5 with any sound generator;
 * bins are merged until each expects at least 20.
 */
export function chiSquareDeviate(observed: readonly number[], expected: readonly number[]): number {
  let chi2 = 0;
  let bins = 0;
  let seen = 0;
  let due = 0;
  expected.forEach((count, i) => {
    seen += observed[i] ?? 0;
    due += count;
    if (due < 20 && i < expected.length - 1) return;
    chi2 += ((seen - due) * (seen - due)) / due;
    bins++;
    seen = 0;
    due = 0;
  });
  const freedom = bins - 1;
  return (chi2 - freedom) / Math.sqrt(2 * freedom);
}

/** Largest distance between the empirical and the true distribution function, times sqrt(n): below 2 with any sound sampler. */
export function kolmogorovDeviate(values: Float64Array, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(values).sort();
  let distance = 0;
  sorted.forEach((x, i) => {
    const below = cdf(x);
    distance = Math.max(distance, below - i / sorted.length, (i + 1) / sorted.length - below);
  });
  return distance * Math.sqrt(sorted.length);
}

/** Standard normal distribution function (Abramowitz and Stegun 7.1.26 on erf, error below 1.5e-7). */
export function normalCdf(x: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(x) / Math.SQRT2));
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - poly * Math.exp((-x * x) / 2);
  return x < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}

const LOG_FACTORIALS = new Float64Array(32);
for (let n = 2; n < LOG_FACTORIALS.length; n++) LOG_FACTORIALS[n] = (LOG_FACTORIALS[n - 1] ?? 0) + Math.log(n);

/** log(n!), by table below 32 and by Stirling's series above (error below 1e-15 relative). */
export function logFactorial(n: number): number {
  const known = LOG_FACTORIALS[n];
  if (known !== undefined) return known;
  const inverse = 1 / (n + 1);
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (n + 0.5) * Math.log(n + 1) - (n + 1) + Math.log(2 * Math.PI) / 2 + series;
}
