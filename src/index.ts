/** The package's door: simulate a scenario from a program. */
export { CapacityError, InputError, InvariantError, type Issue, SimError } from './engine/errors.ts';
export { captureFilesOf, type Override, parseScenario, type ParseOptions } from './scenario/parse.ts';
export { scenarioHash } from './scenario/hash.ts';
export { scenarioJsonSchema } from './scenario/json-schema.ts';
export type { Scenario } from './scenario/scenario.ts';
export type { Conservation, Drop, Metric, RunResult, Stop, TimeSeries } from './simulation/result.ts';
export { simulate, type SimulationInput } from './simulation/simulate.ts';
export { VERSION } from './version.ts';
