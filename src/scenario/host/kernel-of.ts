/**
 * Which simulated kernel a host's `uname -r` stands for.
 * Leaves out: what vendors changed.
 */
import { isKernelName, kernelNamed, type KernelVersion, versionOf } from '../../listeners/stacks.ts';

export interface HostKernel {
  /** As a scenario names it. */
  readonly stackName: string;
  readonly version: KernelVersion;
  /** What was not seen of it; null: nothing. */
  readonly unseen: string | null;
}

/** What a kernel is taken for of which nothing is known: the one that was measured in full. */
const UNSEEN = '6.18';

/** @param release null: not seen. */
export function kernelOf(release: string | null): HostKernel {
  const exact = /^\d+\.\d+(?:\.\d+){0,2}/.exec(release ?? '')?.[0] ?? '';
  const own = `linux-${release ?? ''}`;
  const stackName = `linux-${exact}`;
  const version = exact !== '' && isKernelName(own) ? kernelNamed(stackName, true).version : null;
  if (version === null) {
    const why = release === null ? 'no uname -r' : 'its release is no Linux known here';
    const name = `linux-${UNSEEN}`;
    return { stackName: name, version: versionOf(UNSEEN), unseen: `the kernel: ${why}, taken as ${name}` };
  }
  const unseen =
    own === stackName ? null : `what the vendor of ${release ?? ''} has changed: it is taken as ${stackName}`;
  return { stackName, version, unseen };
}
