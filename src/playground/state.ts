/**
 * What a visitor of the playground has set: a question or a text of their own, another stack, a second one, and settings.
 * Leaves out: what a run gives.
 */
import type { Override } from '../scenario/settings.ts';

export interface PlayState {
  /** Name of a shipped question; null: `text` is the visitor's own. */
  readonly question: string | null;
  /** The scenario, when it is none of the questions. */
  readonly text: string | null;
  /** In place of the scenario's; null: its own. */
  readonly stack: string | null;
  /** Runs beside it; null: none. */
  readonly other: string | null;
  /** In the order in which they were first touched; a path once. */
  readonly settings: readonly Override[];
  /** Null: the scenario's own. */
  readonly seed: string | null;
}

export const BLANK: PlayState = { question: null, text: null, stack: null, other: null, settings: [], seed: null };

/** The state with `value` under `path`. */
export function withSetting(state: PlayState, path: string, value: string): PlayState {
  const isKnown = state.settings.some((setting) => setting.path === path);
  const settings = isKnown
    ? state.settings.map((setting) => (setting.path === path ? { path, value } : setting))
    : [...state.settings, { path, value }];
  return { ...state, settings };
}

/** On another stack: settings that are another kernel's are forgotten, so that they do not come back as mistakes. */
export function withStack(state: PlayState, stack: string | null): PlayState {
  const isOfStack = /^server\.(?:sysctl|classic|linux12|linux)\b|^server\.listen\.(?:reuseport|defer_accept|fastopen)$/;
  return { ...state, stack, settings: state.settings.filter(({ path }) => !isOfStack.test(path)) };
}
