/**
 * What a scenario says about the server's stack, with every number in its unit.
 * Leaves out: the text form (scenario/).
 */
import type { Distribution } from '../engine/distributions.ts';
import type { SysctlValues } from './sysctl.ts';

/** Linux 1.2 (linux-1.2/). */
export interface Linux12Spec {
  readonly kind: 'linux-1.2';
  /** `1.2.0` … `1.2.13`: decides the clamp of listen(). */
  readonly version: string;
  /** Ticks per second. */
  readonly hz: number;
  /** True: timers fire at tick n + 1, as the kernel's do. False: nominal times, no ticks. */
  readonly tick: boolean;
  /** ISS = clockUs + time in microseconds, mod 2^32 (R16). */
  readonly clockUs: number;
}

/** One bounded queue (classic/). */
export interface ClassicSpec {
  readonly kind: 'classic';
  /** Half-open slots, >= 1. */
  readonly slots: number;
  /** How long an unanswered SYN keeps its slot. */
  readonly hold: Distribution;
  readonly policy: 'tail-drop';
}

/** FreeBSD 9 to 15 (freebsd/). */
export interface FreeBsdSpec {
  readonly kind: 'freebsd';
  /** `freebsd-14`, `freebsd-9.3`. */
  readonly name: string;
  /** Those that are set; the others are as the release has them. */
  readonly sysctl: SysctlValues;
}

export type StackSpec = Linux12Spec | ClassicSpec | FreeBsdSpec;
