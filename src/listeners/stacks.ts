/** Names to stacks: which there are, which settings each has, and the listener that a scenario asks for. */
import { Classic } from './classic/classic.ts';
import { FreeBsd } from './freebsd/freebsd.ts';
import { freeBsdProfileOf } from './freebsd/profiles.ts';
import { freeBsdSysctls } from './freebsd/settings.ts';
import { Linux12 } from './linux-1.2/linux12.ts';
import type { Listener, StackEnvironment } from './listener.ts';
import type { StackSpec } from './specs.ts';
import type { Sysctl } from './sysctl.ts';

/** Names for messages and examples; others are right too: `freebsd-9.3`. */
export const STACK_NAMES = ['linux-1.2', 'freebsd-9', 'freebsd-14', 'classic'] as const;

/** Is there a stack of that name? */
export function isStackName(name: string): boolean {
  return name === 'linux-1.2' || name === 'classic' || freeBsdProfileOf(name) !== null;
}

/** The settings that stack `name` has under `server.sysctl`. */
export function sysctlsOf(name: string): readonly Sysctl[] {
  const freeBsd = freeBsdProfileOf(name);
  return freeBsd === null ? [] : freeBsdSysctls(freeBsd);
}

/** @returns the stack, not yet listening. */
export function createListener(spec: StackSpec, env: StackEnvironment): Listener {
  switch (spec.kind) {
    case 'linux-1.2':
      return new Linux12(spec, env);
    case 'classic':
      return new Classic(spec, env);
    case 'freebsd':
      return new FreeBsd(spec, env);
  }
}
