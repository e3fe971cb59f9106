/** Vectors for the statistical methods, computed elsewhere to many digits. */
import { readFileSync } from 'node:fs';

interface MethodVectors {
  readonly student_t: Readonly<Record<string, string>>;
  readonly KN_c1: {
    readonly points: readonly {
      readonly k: number;
      readonly alpha: string;
      readonly n0: number;
      readonly eta_CRN: string;
      readonly h2_CRN: string;
      readonly eta_indep: string;
      readonly h2_indep: string;
    }[];
  };
  readonly Rinott_h: Readonly<Record<string, number>>;
  readonly OCBA: Readonly<Record<'means' | 'sd' | 'allocation', readonly number[]>> & { readonly total: number };
  readonly quantile_CI_ranks: Readonly<
    Record<string, { readonly lower_rank: number; readonly upper_rank: number; readonly coverage: number }>
  >;
  readonly Wilson95: Readonly<Record<string, readonly [number, number]>>;
  readonly MSER5: {
    readonly result: { readonly truncate_obs: number; readonly stat: number; readonly mean: number };
    readonly untruncated_mean: number;
  };
}

export const METHOD_VECTORS = JSON.parse(readFileSync('test/golden/method-vectors.json', 'utf8')) as MethodVectors;

/** Is `actual` within `relative` of `expected`? */
export function isNear(actual: number, expected: number, relative: number): boolean {
  return Math.abs(actual - expected) <= relative * Math.abs(expected);
}
