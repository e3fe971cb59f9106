/** A setting of a kernel, as a scenario may name it under `server.sysctl`. */
export interface Sysctl {
  /** `net.core.somaxconn`. */
  readonly name: string;
  readonly min: number;
  /** Largest value, inclusive. */
  readonly max: number;
  /** What it must be beside that, or null: `a power of two`. */
  readonly shape: 'a power of two' | null;
}

/** Values by name, of those that the scenario sets. */
export type SysctlValues = Readonly<Record<string, number>>;
