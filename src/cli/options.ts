/** Options that several commands share, and how their texts are read. */
import { availableParallelism } from 'node:os';
import { InputError } from '../engine/errors.ts';
import type { Override } from '../scenario/parse.ts';

export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export interface ScenarioOptions extends CommonOptions {
  readonly set?: readonly string[];
  readonly seed?: string;
  readonly assume?: boolean;
}

/** `PATH=VALUE` texts as overrides. @throws InputError. */
function overridesOf(settings: readonly string[] = []): Override[] {
  return settings.map((text) => {
    const at = text.indexOf('=');
    if (at < 1)
      throw new InputError([{ where: '--set', expected: 'PATH=VALUE', received: text === '' ? 'nothing' : text }]);
    return { path: text.slice(0, at).trim(), value: text.slice(at + 1) };
  });
}

/** What the options set: --assume is a setting too. @throws InputError. */
export function settingsOf({ assume, set }: ScenarioOptions): Override[] {
  return [...overridesOf(set), ...(assume === true ? [{ path: 'server.linux.assume', value: 'true' }] : [])];
}

/** The seed that takes the place of the scenario's. @throws InputError. */
export function seedOf({ seed }: ScenarioOptions): string | undefined {
  if (seed?.trim() === '') throw new InputError([{ where: '--seed', expected: 'a seed', received: 'nothing' }]);
  return seed;
}

/** A whole number of at least 1. @throws InputError. */
export function countOf(option: string, text: string, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new InputError([{ where: option, expected: `a whole number from 1 to ${max}`, received: text }]);
  }
  return value;
}

const REPLICATIONS_MAX = 100_000;
const THREADS_MAX = 1024;

/** `--replications`, 1 without it. @throws InputError. */
export function replicationsOf(text: string | undefined): number {
  return text === undefined ? 1 : countOf('--replications', text, REPLICATIONS_MAX);
}

/** `--threads`, all cores without it. @throws InputError. */
export function threadsOf(text: string | undefined): number {
  return text === undefined ? Math.min(availableParallelism(), THREADS_MAX) : countOf('--threads', text, THREADS_MAX);
}
