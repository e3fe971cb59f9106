/** What must hold of a server whose stack is a Linux kernel: that there is such a kernel, and that it has the settings. */
import {
  formatVersion,
  KERNEL_SETTINGS,
  isBefore,
  kernelNamed,
  profileOf,
  settingsOf,
  versionOf,
} from '../listeners/stacks.ts';
import type { Problem } from './checks.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Readable } from './readable.ts';
import type { ScenarioFile } from './schema.ts';

type Server = NonNullable<Readable<ScenarioFile>['server']>;

/** @param stack name of a kernel. */
export function checkLinux({ linux, listen, sysctl = {} }: Server, stack: string): Problem[] {
  const kernel = kernelNamed(stack, linux?.assume ?? false);
  if (kernel.version === null) return [{ path: ['server', 'stack'], expected: kernel.expected, received: stack }];
  const { version } = kernel;
  const problems: Problem[] = [];
  const wrong = (path: readonly string[], expected: string, received: string): void => {
    problems.push({ path: ['server', ...path], expected, received });
  };
  const there = settingsOf(version);
  for (const [name, value] of Object.entries(sysctl)) {
    const setting = there.find((one) => one.name === name);
    if (setting === undefined) wrong(['sysctl', name], ...lackingSetting(name, stack, formatVersion(version)));
    else if (value !== undefined && !(value >= setting.min && value <= setting.max)) {
      wrong(['sysctl', name], `a whole number from ${setting.min} to ${setting.max} (${setting.unit})`, String(value));
    }
  }
  const { hasReuseport, defer, fastOpen } = profileOf(version);
  if ((listen?.reuseport ?? 1) > 1 && !hasReuseport) {
    wrong(['listen', 'reuseport'], 'one listener: SO_REUSEPORT came with Linux 3.9', String(listen?.reuseport));
  }
  if ((listen?.defer_accept ?? 0) > 0 && defer === 0) {
    wrong(['listen', 'defer_accept'], 'none: TCP_DEFER_ACCEPT came with Linux 2.4', `stack: ${stack}`);
  }
  if ((listen?.fastopen ?? 0) > 0 && fastOpen === 0) {
    wrong(['listen', 'fastopen'], '0: TCP_FASTOPEN of listeners came with Linux 3.7', `stack: ${stack}`);
  }
  return problems;
}

/** What was expected instead of a setting that `version` does not have: another, or a kernel that has it. */
function lackingSetting(name: string, stack: string, version: string): [expected: string, received: string] {
  const rows = KERNEL_SETTINGS.filter((one) => one.name === name);
  if (rows.length === 0) {
    const names = settingsOf(versionOf(version)).map((one) => one.name);
    return [`a sysctl of ${stack}${didYouMean(name, names)}`, name];
  }
  const first = rows[0]?.from ?? '';
  const isEarly = isBefore(versionOf(version), versionOf(first));
  const when = isEarly ? `linux-${first} or later` : `a kernel before linux-${rows.at(-1)?.until ?? ''}`;
  return [`this setting with stack: ${when} only`, `stack: ${stack}`];
}
