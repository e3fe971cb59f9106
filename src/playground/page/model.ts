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
      return { ...model, frame: message.frame, prepared: message.sides, issues: [], bug: null, progress: 0 };
    case 'progress':
      return { ...model, progress: message.fraction };
    case 'result':
      return { ...model, result: message.sides, answers: null, progress: null };
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
