/**
 * What the page shows, as the worker's messages make it.
 * Leaves out: what the visitor has set (state.ts), how it looks.
 */
import type { Issue } from '../../engine/errors.ts';
import type { Frame, FromWorker, Prepared, SideResult } from '../protocol.ts';
import type { Steps } from '../step.ts';

export interface Model {
  readonly stacks: readonly string[];
  readonly version: string;
  readonly frame: Frame | null;
  readonly prepared: readonly Prepared[];
  /** Of the last run that ended; stays while the next one runs. */
  readonly result: readonly SideResult[] | null;
  /** The last run came to the same as the one before it. */
  readonly isSame: boolean;
  /** What would change the outcome is known, too. */
  readonly answers: readonly string[] | null;
  readonly steps: readonly Steps[] | null;
  readonly issues: readonly Issue[];
  readonly bug: string | null;
  /** Share of the run that is done; null: none runs. */
  readonly progress: number | null;
}

export const EMPTY: Model = {
  stacks: [],
  version: '',
  frame: null,
  prepared: [],
  result: null,
  isSame: false,
  answers: null,
  steps: null,
  issues: [],
  bug: null,
  progress: 0,
};

export function received(model: Model, message: FromWorker): Model {
  switch (message.kind) {
    case 'opened':
      return { ...model, stacks: message.stacks, version: message.version };
    case 'prepared':
      return {
        ...model,
        frame: message.frame,
        prepared: message.sides,
        isSame: false,
        issues: [],
        bug: null,
        progress: 0,
      };
    case 'progress':
      return { ...model, progress: message.fraction };
    case 'result':
      return {
        ...model,
        result: message.sides,
        isSame: model.result !== null && outcomeOf(model.result) === outcomeOf(message.sides),
        answers: null,
        progress: null,
      };
    case 'answers':
      return { ...model, answers: message.answers };
    case 'steps':
      return { ...model, steps: message.sides };
    case 'problems':
      return { ...model, issues: message.issues, progress: null };
    case 'bug':
      return { ...model, bug: message.text, progress: null };
    case 'files':
      return model;
  }
}

/** Who was served and when, how long the queues were, what was dropped: not the work that it took. */
const OUTCOME =
  /\.(?:served|refused|timed_out|reset|pending|admitted|synacks_received|connect_ms\.p\d+|dropped_syns|(?:syn|accept)_queue\.max)$/;

function outcomeOf(sides: readonly SideResult[]): string {
  return JSON.stringify(
    sides.map(({ metrics, stackName }) => [
      stackName,
      metrics.filter(({ path }) => OUTCOME.test(path)).map(({ value }) => value),
    ]),
  );
}
