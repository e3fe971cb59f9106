/**
 * Quantiles and tails of laws, from @stdlib, in one place: its hundreds of small files take longer to find than all of halfopen, so the
 * build puts them into this one.
 */
export { default as binomialCdf } from '@stdlib/stats-base-dists-binomial-cdf';
export { default as binomialQuantile } from '@stdlib/stats-base-dists-binomial-quantile';
export { default as normalCdf } from '@stdlib/stats-base-dists-normal-cdf';
export { default as normalQuantile } from '@stdlib/stats-base-dists-normal-quantile';
export { default as tQuantile } from '@stdlib/stats-base-dists-t-quantile';
