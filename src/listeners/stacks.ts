/** Names to stacks: which there are, which settings each has, and the listener that a scenario asks for. */
import { Classic } from './classic/classic.ts';
import { FreeBsd } from './freebsd/freebsd.ts';
import { freeBsdProfileOf } from './freebsd/profiles.ts';
import { freeBsdSysctls } from './freebsd/settings.ts';
import type { FrontEnd, FrontEndEnvironment } from './front-end.ts';
import { Conntrack } from './front-ends/conntrack.ts';
import { Filter } from './front-ends/filter.ts';
import { Synproxy } from './front-ends/synproxy.ts';
import { Linux12 } from './linux-1.2/linux12.ts';
import { Linux } from './linux/linux.ts';
import { settingsOf } from './linux/settings.ts';
import { isKernelName, kernelNamed } from './linux/versions.ts';
import type { Listener, StackEnvironment } from './listener.ts';
import type { FrontEndSpec, StackSpec } from './specs.ts';
import type { Sysctl } from './sysctl.ts';

/** Names for messages and examples; others are right too: `freebsd-9.3`, `linux-5.10.234`. */
export const STACK_NAMES = ['linux-6.18', 'linux-1.2', 'freebsd-9', 'freebsd-14', 'classic'] as const;

/** Is there a stack of that name? Whether there is such a kernel of Linux, `kernelNamed` says. */
export function isStackName(name: string): boolean {
  return name === 'linux-1.2' || name === 'classic' || isKernelName(name) || freeBsdProfileOf(name) !== null;
}

/** The settings that stack `name` has under `server.sysctl`. */
export function sysctlsOf(name: string): readonly Sysctl[] {
  if (isKernelName(name)) {
    const { version } = kernelNamed(name, true);
    return version === null ? [] : settingsOf(version);
  }
  const freeBsd = freeBsdProfileOf(name);
  return freeBsd === null ? [] : freeBsdSysctls(freeBsd);
}

export { freeBsdProfileOf, freeBsdRows } from './freebsd/profiles.ts';
export { freeBsdSysctls } from './freebsd/settings.ts';
export { synQueueLimit } from './linux/inet-listen.ts';
export { changeWithinSeries, profileOf, type Resolved, resolvedRows, turningPoints } from './linux/profiles.ts';
export { defaultSettings, SETTINGS as KERNEL_SETTINGS, settingsOf } from './linux/settings.ts';
export {
  formatVersion,
  isBefore,
  isKernelName,
  kernelNamed,
  type KernelVersion,
  NEWEST_NAME as NEWEST_KERNEL,
  versionOf,
} from './linux/versions.ts';

/** @returns the stack, not yet listening. */
export function createListener(spec: StackSpec, env: StackEnvironment): Listener {
  switch (spec.kind) {
    case 'linux-1.2':
      return new Linux12(spec, env);
    case 'classic':
      return new Classic(spec, env);
    case 'freebsd':
      return new FreeBsd(spec, env);
    case 'linux':
      return new Linux(spec, env);
  }
}

/** @returns what stands in front of the host. */
export function createFrontEnd(spec: FrontEndSpec, env: FrontEndEnvironment): FrontEnd {
  switch (spec.kind) {
    case 'conntrack':
      return new Conntrack(spec, env);
    case 'synproxy':
      return new Synproxy(spec, env);
    case 'filter':
      return new Filter(spec, env);
  }
}
