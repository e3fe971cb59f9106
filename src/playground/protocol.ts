/**
 * What the page and its worker say to each other: structured clones of plain data. Every request has a number, and only answers to the
 * newest are of interest; what the worker is doing for an older one it gives up.
 */
import type { Issue } from '../engine/errors.ts';
import type { ResultFile } from '../report/result-files.ts';
import type { Drop, Metric, TimeSeries } from '../simulation/result.ts';
import type { DialGroup } from './dials.ts';
import type { PlayState } from './state.ts';
import type { Steps } from './step.ts';

/** A shipped question: its file, and what of it a visitor sees first. */
export interface QuestionFile {
  readonly name: string;
  readonly text: string;
  readonly title: string;
  readonly answer: string;
}

export type ToWorker =
  /** Once, first. */
  | { readonly kind: 'open'; readonly questions: readonly QuestionFile[] }
  /** Run it. */
  | { readonly kind: 'run'; readonly id: number; readonly state: PlayState }
  /** The steps from an instant on, of the state that ran last. */
  | { readonly kind: 'steps'; readonly id: number; readonly fromNs: number; readonly count: number }
  /** Which setting would change the outcome of the state that ran last: a dozen runs, during which the worker does not listen. */
  | { readonly kind: 'changes'; readonly id: number }
  /** The files of the results of the state that ran last, as `halfopen run` writes them. */
  | { readonly kind: 'files'; readonly id: number };

/** One of the stacks that run. */
export interface Prepared {
  readonly stackName: string;
  /** The scenario as it runs. */
  readonly text: string;
  /** What its stack does not know and was left out; a warning about its kernel. */
  readonly notes: readonly string[];
}

export interface CounterResult {
  readonly name: string;
  readonly value: number;
  /** What it means on this stack; empty: it did not move, or nobody knows. */
  readonly meaning: string;
}

export interface SideResult {
  readonly stackName: string;
  readonly answer: string;
  readonly metrics: readonly Metric[];
  readonly drops: readonly Drop[];
  readonly counters: readonly CounterResult[];
  readonly series: TimeSeries;
  readonly durationNs: number;
  /** SYNs that were answered by a cookie and took no slot. */
  readonly cookieSyns: number;
  readonly eventCount: number;
  readonly skippedSyns: number;
  /** What ended it early, in words; null: nothing. */
  readonly stopped: string | null;
}

export interface Band {
  readonly kind: 'attack' | 'pause';
  readonly fromNs: number;
  readonly toNs: number;
}

/** What the text says that pictures need. */
export interface Frame {
  readonly name: string;
  readonly title: string;
  readonly answer: string | null;
  readonly seed: string;
  readonly durationNs: number;
  readonly stackName: string;
  readonly ownStackName: string;
  readonly clients: readonly string[];
  readonly floods: readonly string[];
  readonly bands: readonly Band[];
  readonly dials: readonly DialGroup[];
  /** SYNs of some flood are counted by the number in the results, but simulated one by one in the steps. */
  readonly isSkipped: boolean;
}

export type FromWorker =
  | {
      readonly kind: 'opened';
      readonly stacks: readonly string[];
      readonly version: string;
    }
  | { readonly kind: 'prepared'; readonly id: number; readonly frame: Frame; readonly sides: readonly Prepared[] }
  | { readonly kind: 'problems'; readonly id: number; readonly issues: readonly Issue[] }
  | { readonly kind: 'progress'; readonly id: number; readonly fraction: number }
  | { readonly kind: 'result'; readonly id: number; readonly sides: readonly SideResult[] }
  /** Answers that say, too, what would change the outcome, one per side. */
  | { readonly kind: 'answers'; readonly id: number; readonly answers: readonly string[] }
  | { readonly kind: 'steps'; readonly id: number; readonly sides: readonly Steps[] }
  | { readonly kind: 'files'; readonly id: number; readonly sides: readonly (readonly ResultFile[])[] }
  | { readonly kind: 'bug'; readonly text: string };
