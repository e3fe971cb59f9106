/** The confidence of intervals, apart from their computation, which takes a library and its time to load. */

/** What intervals hold unless something else is asked for: the chance that a new experiment's interval covers the truth. */
export const CONFIDENCE = 0.95;
