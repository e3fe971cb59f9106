/** How much the long checks do: short twins for every run of the tests, long ones for `npm run check:long`. */
const isLong = process.env['HALFOPEN_LONG'] === '1';

const TABLE = {
  exponentialDraws: { short: 2e6, long: 1e8 },
  captureFuzz: { short: 2000, long: 10_000 },
  sourceFuzz: { short: 1000, long: 20_000 },
  scenarioFuzz: { short: 2000, long: 10_000 },
  endToEndFuzz: { short: 300, long: 10_000 },
  modernFuzz: { short: 150, long: 12_000 },
  queueSteps: { short: 2e5, long: 2e6 },
  listenerWalks: { short: 300, long: 20_000 },
  formulaArrivals: { short: 1000, long: 20_000 },
  coverageExperiments: { short: 100, long: 2000 },
  tuneExperiments: { short: 300, long: 5000 },
  tuneQueues: { short: 2, long: 10 },
  tuneChoices: { short: 1, long: 60 },
  selections: { short: 200, long: 5000 },
  skipSeeds: { short: 20, long: 400 },
  skipScenarios: { short: 150, long: 5000 },
  linkPackets: { short: 1e6, long: 1e7 },
  holdSeeds: { short: 2, long: 10 },
  holdAdmitted: { short: 15_000, long: 40_000 },
  holdSlots: { short: 1024, long: 1_000_000 },
} as const;

export const counts = Object.fromEntries(
  Object.entries(TABLE).map(([name, { short, long }]) => [name, isLong ? long : short]),
) as Record<keyof typeof TABLE, number>;
