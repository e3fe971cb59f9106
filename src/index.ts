/** The package's door: simulate a scenario from a program, and know what the numbers are worth. */

// Scenarios. From the text of a scenario file to what runs.
export { captureFilesOf, type Override, parseScenario, type ParseOptions } from './scenario/parse.ts';
export { scenarioHash } from './scenario/hash.ts';
export { scenarioJsonSchema } from './scenario/json-schema.ts';
export type { Scenario } from './scenario/scenario.ts';

// One run. A pure function of a scenario, its captures and a replication.
export { simulate, type SimulationInput } from './simulation/simulate.ts';
export type { Conservation, Drop, Metric, RunResult, Stop, TimeSeries } from './simulation/result.ts';
export { VERSION } from './version.ts';

// Watching a run. An observer is told of every segment and system call as it happens.
export type { SimulationObserver } from './simulation/recorder.ts';
export { type Fate, Place } from './simulation/observed-ways.ts';
export { HostCall } from './simulation/observed-doors.ts';

// Errors. What the user gave wrong, a limit that was hit, a bug.
export { CapacityError, InputError, InvariantError, type Issue, SimError } from './engine/errors.ts';

// Sweeps. Every point of a grid of settings.
export {
  type SweepAnswer,
  type SweepInput,
  sweepScenario as sweep,
  type SweptPoint,
} from './experiment/sweep-scenario.ts';

// Tuning. The value of a setting that meets a goal, and the best of several settings.
export { type ChoiceInput, tune, type TuneInput } from './experiment/tune/tune-scenario.ts';
export type { TuneAnswer, TuneLimits } from './experiment/tune/tune.ts';
export type { ChoiceAnswer, Contender, CostEstimate } from './experiment/tune/choice.ts';
export type { ChoiceLimits, Standing } from './experiment/tune/choose.ts';
export type { Evidence, EvidenceMetric } from './experiment/tune/evidence.ts';
export type { Hint } from './experiment/tune/hints.ts';
export type { SettingLine } from './experiment/tune/setting-lines.ts';

// Closed forms. Exact or fluid answers for queues that have one; each throws RangeError for parameters out of range.
export type { TractableLaw } from './experiment/formulas/arrivals-in-service.ts';
export { type BatchFigures, batchMm1k } from './experiment/formulas/batch-arrivals.ts';
export {
  type BurstLoss,
  type FluidBurst,
  fluidBurst,
  type FluidLoss,
  packetsPerSec,
  poissonBurstLoss,
} from './experiment/formulas/bursts.ts';
export {
  classicCookieOdds,
  type CookieOdds,
  forgedPerSec,
  linuxCookieOdds,
} from './experiment/formulas/cookie-odds.ts';
export {
  criticalRatePerSec,
  erlangB,
  fluidLoss,
  type LossFigures,
  meanFillTimeS,
  type TwoClassFigures,
  twoClassLoss,
} from './experiment/formulas/erlang.ts';
export {
  bucketSurvival,
  oldestDropSurvival,
  randomDropSurvival,
  randomDropSurvivalExponential,
  randomDropSurvivalPeriodic,
  recycleTimeS,
  successInTries,
} from './experiment/formulas/evictions.ts';
export { kingmanWaitS, md1k, mg1, mg1k, squaredVariation } from './experiment/formulas/general-service.ts';
export { type DelayFigures, mm1k, mmc, mmck, mmcWaitsLonger } from './experiment/formulas/markov-queues.ts';
export { type ModulatedFigures, mmppM1k } from './experiment/formulas/modulated-arrivals.ts';
export { dm1, type PeriodicFigures } from './experiment/formulas/periodic-arrivals.ts';
export type { QueueFigures } from './experiment/formulas/queue-figures.ts';
export { type LossClass, reservedLoss } from './experiment/formulas/reservation.ts';
export {
  independentRetries,
  retryDelayAtLeast,
  type RetryFigures,
  retryFixedPoint,
  type RetryLoad,
} from './experiment/formulas/retries.ts';

// Random numbers. Laws, and streams by name.
export type { Distribution } from './engine/distributions.ts';
export type { Antithetic } from './engine/inversion-stream.ts';
export { RandomStream } from './engine/random.ts';

// Statistics. Of replications and of single runs; each throws RangeError for parameters out of range.
export { type BatchMeans, batchMeans } from './experiment/statistics/batch-means.ts';
export { bonferroni, meanInterval, type MeanInterval } from './experiment/statistics/interval.ts';
export { antitheticInterval, type PairedDifference, pairedDifference } from './experiment/statistics/paired.ts';
export { type ShareInterval, upperBoundOfNone, wilsonInterval } from './experiment/statistics/proportion.ts';
export {
  type QuantileInterval,
  quantileInterval,
  type QuantileRanks,
  quantileRanks,
} from './experiment/statistics/quantile-interval.ts';
export { rinottConstant, rinottReplications } from './experiment/statistics/rinott.ts';
export {
  ocbaAllocation,
  selectBest,
  type Selection,
  type SelectionOptions,
} from './experiment/statistics/selection.ts';
export {
  type PrecisionGoal,
  replicateUntilPrecise,
  type SequentialResult,
} from './experiment/statistics/sequential.ts';
export { mser5, stationaryHoldsNs, type Truncation, welchAverages } from './experiment/statistics/warm-up.ts';
