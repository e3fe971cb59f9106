/**
 * The three ways something can be wrong. Modelled loss is none of them: it is a counter.
 * Leaves out: formatting of a scenario's source line (scenario/), exit codes (cli/).
 */

/** Base of every error this project throws on purpose. `code` is stable, for programs. */
export class SimError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** One thing wrong with what the user gave: `where: expected …, received …`. */
export interface Issue {
  /** `file:line:col`, `file: offset N`, or the scenario path. */
  readonly where: string;
  readonly expected: string;
  readonly received: string;
}

/** The user's input is wrong (scenario, capture, CSV, golden file, argument). All problems at once. Exit 2. */
export class InputError extends SimError {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[], options?: ErrorOptions) {
    super('INPUT', issues.map(formatIssue).join('\n'), options);
    this.issues = issues;
  }
}

/** A bound was hit (pool, pending events, `limits` of the scenario): the run stops with partial counters. Exit 2. */
export class CapacityError extends SimError {
  /** What ran out, e.g. `limits.memory`. */
  readonly limit: string;

  constructor(limit: string, message: string) {
    super('CAPACITY', message);
    this.limit = limit;
  }
}

/** Tells errors by their code: those of another copy of this file too, which the bundled command meets in benchmarks. */
export function isInputError(error: unknown): error is InputError {
  return hasCode(error, 'INPUT');
}

/** What `make` gives, or null: then its problems are among `issues`, to be told with others. @throws what is no mistake of the user. */
export function collect<T>(issues: Issue[], make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (!isInputError(error)) throw error;
    issues.push(...error.issues);
    return null;
  }
}

export function isCapacityError(error: unknown): error is CapacityError {
  return hasCode(error, 'CAPACITY');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** A bug of ours. Exit 70, with the stack. */
export class InvariantError extends SimError {
  constructor(message: string) {
    super('INVARIANT', message);
  }
}

/** `where: expected …, received …`, the grammar of every message about input. */
export function formatIssue(issue: Issue): string {
  return `${issue.where}: expected ${issue.expected}, received ${issue.received}`;
}

/** Throws InvariantError when `condition` is false. For cold code; `message` is constant text. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
