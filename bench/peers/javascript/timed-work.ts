/** A work that a process of the comparison does: set up by its constructor, then run for so many operations. */
export interface TimedWork {
  run(operations: number): void;
  /** The same, and the hash takes it in. */
  runHashed(operations: number): void;
  /** The hash of what was done. */
  outcome(): number;
}
