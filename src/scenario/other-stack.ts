/**
 * A scenario's data with another stack: what the other one does not know is left out, and said.
 * Leaves out: translation of settings; that a setting of one kernel means what another one's does is for people to say.
 */
import { isKernelName, kernelNamed, profileOf, sysctlsOf } from '../listeners/stacks.ts';

type Data = Readonly<Record<string, unknown>>;

export interface OtherStack {
  readonly data: unknown;
  /** What was left out, one clause each: `net.core.somaxconn is no sysctl of it`. */
  readonly notes: readonly string[];
}

/** Sections that only one family of stacks has. */
const SECTIONS: Readonly<Record<string, (stack: string) => boolean>> = {
  classic: (stack) => stack === 'classic',
  linux12: (stack) => stack === 'linux-1.2',
  linux: isKernelName,
};

/** @param raw data of a scenario that is sound with its own stack. @param stack name of another one. */
export function onStack(raw: unknown, stack: string): OtherStack {
  const notes: string[] = [];
  const { server, ...rest } = raw as Data;
  const kept = Object.entries(server as Data).filter(([key]) => {
    const isOwn = SECTIONS[key]?.(stack) ?? true;
    // A section of another family goes without saying, as its stack does.
    return isOwn && !(key === 'other_ports' && stack === 'classic');
  });
  const changed: Record<string, unknown> = { ...Object.fromEntries(kept), stack };
  if (isSection(changed['sysctl'])) changed['sysctl'] = sysctlOn(changed['sysctl'], stack, notes);
  if (isSection(changed['sysctl']) && Object.keys(changed['sysctl']).length === 0) delete changed['sysctl'];
  if (isSection(changed['listen'])) changed['listen'] = listenOn(changed['listen'], stack, notes);
  return { data: { ...rest, server: changed }, notes };
}

function sysctlOn(values: Data, stack: string, notes: string[]): Data {
  const known = sysctlsOf(stack);
  const entries = Object.entries(values).filter(([name, value]) => {
    const sysctl = known.find((one) => one.name === name);
    if (sysctl === undefined) notes.push(`${name} is no sysctl of it`);
    else if (Number(value) < sysctl.min || Number(value) > sysctl.max)
      notes.push(`${name} goes from ${sysctl.min} to ${sysctl.max} there, not to ${String(value)}`);
    else return true;
    return false;
  });
  return Object.fromEntries(entries);
}

function listenOn(listen: Data, stack: string, notes: string[]): Data {
  const { version } = isKernelName(stack) ? kernelNamed(stack, true) : { version: null };
  const profile = version === null ? null : profileOf(version);
  const entries = Object.entries(listen).filter(([key, value]) => {
    const isOff = key === 'reuseport' ? value === 1 : Number.parseFloat(String(value)) === 0;
    if (key === 'reuseport' && !isOff && profile?.hasReuseport !== true) notes.push('it has no SO_REUSEPORT');
    else if (key === 'defer_accept' && !isOff && (profile?.defer ?? 0) === 0) notes.push('it has no TCP_DEFER_ACCEPT');
    else if (key === 'fastopen' && !isOff && (profile?.fastOpen ?? 0) === 0) notes.push('it has no TCP_FASTOPEN');
    else if (key === 'backlog' && Number(value) < 0 && stack === 'classic') notes.push('it takes no negative backlog');
    else return key === 'backlog' || profile !== null;
    return false;
  });
  return Object.fromEntries(entries);
}

function isSection(value: unknown): value is Data {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
