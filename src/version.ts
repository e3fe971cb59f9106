/** The package's version: part of every result, since results are a function of scenario, seed and version. */
export const VERSION = '0.1.0';
