/**
 * Plays the steps of a run: by itself at some steps a second, or one by one, forwards and back. Of two stacks all steps are played in the
 * order of their instants. Everything that is drawn is said in words too, and the list of steps can be read.
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Frame } from '../protocol.ts';
import { type Step, stepInstant, type Steps } from '../step.ts';
import { QueuePicture } from './queue-picture.tsx';

const SPEEDS = [1, 2, 5, 10, 25, 60] as const;
/** Steps of the list around the present one. */
const LISTED = 7;
const MS_PER_S = 1000;
const NS_PER_S = 1e9;

export interface PlayerProps {
  readonly frame: Frame;
  /** One for each stack; null: they are not there yet. */
  readonly sides: readonly Steps[] | null;
  /** Null: nothing was dropped. */
  readonly firstDropNs: number | null;
  readonly fromNs: number;
  readonly onFrom: (fromNs: number) => void;
}

interface Moment {
  readonly side: number;
  readonly step: Step;
}

interface Playback {
  /** Moments that have happened. */
  readonly at: number;
  readonly isPlaying: boolean;
  readonly speed: number;
  readonly setSpeed: (perSecond: number) => void;
  readonly play: () => void;
  readonly go: (to: number) => void;
  /** So many moments on, or back. */
  readonly turn: (by: number) => void;
}

function usePlayback(moments: readonly Moment[]): Playback {
  const [at, setAt] = useState(0);
  const [isPlaying, setIsPlaying] = useState(false);
  const [speed, setSpeed] = useState<number>(SPEEDS[2]);
  const count = moments.length;
  useEffect(() => setAt(count > 0 ? 1 : 0), [moments]);
  useTicker(isPlaying && at < count, speed, () => setAt((now) => Math.min(count, now + 1)));
  useEffect(() => {
    if (count > 0 && at >= count) setIsPlaying(false);
  }, [at, moments]);
  const to = (next: (now: number) => number): void => {
    setIsPlaying(false);
    setAt((now) => Math.max(0, Math.min(count, next(now))));
  };
  const play = (): void => {
    if (at >= count) setAt(0);
    setIsPlaying(!isPlaying);
  };
  return { at, isPlaying, speed, setSpeed, play, go: (place) => to(() => place), turn: (by) => to((now) => now + by) };
}

export function Player({ firstDropNs, frame, fromNs, onFrom, sides }: PlayerProps) {
  const moments = useMemo(() => momentsOf(sides ?? []), [sides]);
  const playback = usePlayback(moments);
  const { at, go } = playback;
  const now = moments[at - 1];
  const last = (side: number): Step | null =>
    moments.slice(0, at).findLast((moment) => moment.side === side)?.step ?? null;
  const onKeyDown = (event: KeyboardEvent): void => {
    const turns = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    // Fields have a use of their own for these keys.
    if (turns === undefined || !(event.target instanceof HTMLButtonElement)) return;
    event.preventDefault();
    playback.turn(turns);
  };
  return (
    <section class="card player" aria-label="Step by step" onKeyDown={onKeyDown}>
      <h2>Step by step</h2>
      <Jumps frame={frame} firstDropNs={firstDropNs} fromNs={fromNs} onFrom={onFrom} />
      <Controls playback={playback} count={moments.length} />
      <input
        type="range"
        class="scrubber"
        aria-label="Step of the run"
        aria-valuetext={
          now === undefined ? 'before the first step' : `step ${at} of ${moments.length}, ${stepInstant(now.step.atNs)}`
        }
        min={0}
        max={moments.length}
        value={at}
        onInput={(event) => go(Number(event.currentTarget.value))}
      />
      <p class="note">
        {sides === null
          ? 'Recording the steps …'
          : `Step ${at} of ${moments.length}${sides.some(({ isCut }) => isCut) ? '; the run goes on after them' : ''}. Each is a segment, a call or a timer at the server; the arrow keys step, too.`}
        {frame.isSkipped &&
          ' Every SYN is simulated here, so those of a flood come at other instants than in the results above, which count them by the number.'}
      </p>
      <div class={sides !== null && sides.length > 1 ? 'pictures two' : 'pictures'}>
        {sides?.map((steps, side) => (
          <QueuePicture key={side} steps={steps} step={last(side)} isNow={now?.side === side} />
        ))}
      </div>
      <Legend frame={frame} isShared={sides?.some(({ isShared }) => isShared) ?? false} />
      <StepList moments={moments} at={at} go={go} names={sides?.map(({ stackName }) => stackName) ?? []} />
      <p class="said" role="status">
        {playback.isPlaying || now === undefined
          ? ''
          : `${stepInstant(now.step.atNs)}: ${now.step.what} ${now.step.outcome}`}
      </p>
    </section>
  );
}

function Controls({ count, playback }: { count: number; playback: Playback }) {
  const { at, isPlaying, play, setSpeed, speed, turn } = playback;
  return (
    <div class="controls" role="group" aria-label="Playback">
      <button type="button" class="primary" onClick={play} disabled={count === 0}>
        {isPlaying ? 'Stop' : 'Play'}
      </button>
      <button type="button" onClick={() => turn(-1)} disabled={at === 0}>
        Step back
      </button>
      <button type="button" onClick={() => turn(1)} disabled={at >= count}>
        Step
      </button>
      <label>
        Speed{' '}
        <select value={speed} onChange={(event) => setSpeed(Number(event.currentTarget.value))}>
          {SPEEDS.map((one) => (
            <option key={one} value={one}>
              {one === 1 ? '1 step a second' : `${one} steps a second`}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function momentsOf(sides: readonly Steps[]): Moment[] {
  const all = sides.flatMap(({ steps }, side) => steps.map((step): Moment => ({ side, step })));
  // Where one stack has steps beyond the window of another, the pictures would not be of one instant.
  const endNs = Math.min(...sides.map(({ isCut, steps }) => (isCut ? (steps.at(-1)?.atNs ?? Infinity) : Infinity)));
  return all.filter(({ step }) => step.atNs <= endNs).sort((a, b) => a.step.atNs - b.step.atNs);
}

/** Calls `onTick` so many times a second, while it runs. */
function useTicker(isRunning: boolean, perSecond: number, onTick: () => void): void {
  const tick = useRef(onTick);
  tick.current = onTick;
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => tick.current(), MS_PER_S / perSecond);
    return () => clearInterval(timer);
  }, [isRunning, perSecond]);
}

function Jumps({ firstDropNs, frame, fromNs, onFrom }: Omit<PlayerProps, 'sides'>) {
  const { durationNs } = frame;
  const places = [
    { name: 'the start', atNs: 0 },
    ...frame.bands
      .filter((band) => band.fromNs > 0)
      .map(({ fromNs: atNs, kind }) => ({ name: kind === 'attack' ? 'the attack' : 'the pause', atNs })),
    ...(firstDropNs === null ? [] : [{ name: 'the first drop', atNs: firstDropNs }]),
  ];
  return (
    <p class="jumps">
      Steps from{' '}
      {places.map(({ atNs, name }) => (
        <button key={name} type="button" aria-pressed={atNs === fromNs} onClick={() => onFrom(atNs)}>
          {name}
        </button>
      ))}{' '}
      <label>
        or from{' '}
        <input
          type="number"
          class="from-second"
          min={0}
          max={durationNs / NS_PER_S}
          step="any"
          value={fromNs / NS_PER_S}
          onChange={({ currentTarget: { valueAsNumber } }) => {
            if (valueAsNumber >= 0) onFrom(Math.min(durationNs, Math.round(valueAsNumber * NS_PER_S)));
          }}
        />{' '}
        s
      </label>{' '}
      or a click into the chart
    </p>
  );
}

function Legend({ frame, isShared }: { frame: Frame; isShared: boolean }) {
  return (
    <ul class="legend">
      <li>
        <span class="place half-open of-clients" /> half-open
      </li>
      <li>
        <span class="place established of-clients" /> established
      </li>
      {isShared && (
        <li>
          <span class="place dead of-clients" /> dead
        </li>
      )}
      {frame.floods.length > 0 && (
        <li>
          <span class="place half-open of-flood" /> of the flood
        </li>
      )}
      <li>
        <span class="place free" /> free
      </li>
    </ul>
  );
}

interface StepListProps {
  readonly moments: readonly Moment[];
  readonly at: number;
  readonly go: (at: number) => void;
  readonly names: readonly string[];
}

function StepList({ at, go, moments, names }: StepListProps) {
  const begin = Math.max(0, Math.min(moments.length - LISTED, at - Math.ceil(LISTED / 2)));
  return (
    <ol class="steps" start={begin + 1}>
      {moments.slice(begin, begin + LISTED).map(({ side, step }, i) => {
        const place = begin + i + 1;
        return (
          <li key={place} class={step.isLoss ? 'loss' : ''} aria-current={place === at ? 'step' : undefined}>
            <button type="button" onClick={() => go(place)}>
              <span class="at">{stepInstant(step.atNs)}</span>
              {names.length > 1 && <em>{names[side]}</em>} {step.what} <span class="outcome">{step.outcome}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
