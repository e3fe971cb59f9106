/**
 * Plays the steps of a run: by itself at some steps a second, or one by one, forwards and back. Of two stacks all steps are played in the
 * order of their instants. Everything that is drawn is said in words too, and the list of steps can be read.
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatInstant } from '../../report/format-number.ts';
import type { Frame } from '../protocol.ts';
import { type Step, stepInstant, type Steps } from '../step.ts';
import { QueuePicture } from './queue-picture.tsx';

const SPEEDS = [1, 2, 5, 10, 25, 60] as const;
/** Steps of the list around the present one. */
const LISTED = 7;
const MS_PER_S = 1000;

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

export function Player({ firstDropNs, frame, fromNs, onFrom, sides }: PlayerProps) {
  const moments = useMemo(() => momentsOf(sides ?? []), [sides]);
  const [at, setAt] = useState(0); // moments that have happened
  const [isPlaying, setIsPlaying] = useState(false);
  const [speed, setSpeed] = useState<number>(SPEEDS[2]);
  useEffect(() => setAt(moments.length > 0 ? 1 : 0), [moments]);
  useTicker(isPlaying && at < moments.length, speed, () => setAt((now) => Math.min(moments.length, now + 1)));
  useEffect(() => {
    if (moments.length > 0 && at >= moments.length) setIsPlaying(false);
  }, [at, moments]);
  const now = moments[at - 1];
  const go = (to: number): void => {
    setIsPlaying(false);
    setAt(Math.max(0, Math.min(moments.length, to)));
  };
  const play = (): void => {
    if (at >= moments.length) setAt(0);
    setIsPlaying(!isPlaying);
  };
  const last = (side: number): Step | null =>
    moments.slice(0, at).findLast((moment) => moment.side === side)?.step ?? null;
  return (
    <section class="card player" aria-label="Step by step">
      <h2>Step by step</h2>
      <Jumps frame={frame} firstDropNs={firstDropNs} fromNs={fromNs} onFrom={onFrom} />
      <Controls
        at={at}
        count={moments.length}
        isPlaying={isPlaying}
        speed={speed}
        onPlay={play}
        onGo={go}
        onSpeed={setSpeed}
      />
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
          : `Step ${at} of ${moments.length}${sides.some(({ isCut }) => isCut) ? '; more would follow' : ''}.`}
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
        {isPlaying || now === undefined ? '' : `${stepInstant(now.step.atNs)}: ${now.step.what} ${now.step.outcome}`}
      </p>
    </section>
  );
}

interface ControlsProps {
  readonly at: number;
  readonly count: number;
  readonly isPlaying: boolean;
  readonly speed: number;
  readonly onPlay: () => void;
  readonly onGo: (at: number) => void;
  readonly onSpeed: (perSecond: number) => void;
}

function Controls({ at, count, isPlaying, onGo, onPlay, onSpeed, speed }: ControlsProps) {
  return (
    <div class="controls" role="group" aria-label="Playback">
      <button type="button" class="primary" onClick={onPlay} disabled={count === 0}>
        {isPlaying ? 'Pause' : 'Play'}
      </button>
      <button type="button" onClick={() => onGo(at - 1)} disabled={at === 0}>
        Step back
      </button>
      <button type="button" onClick={() => onGo(at + 1)} disabled={at >= count}>
        Step
      </button>
      <label>
        Speed{' '}
        <select value={speed} onChange={(event) => onSpeed(Number(event.currentTarget.value))}>
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
      or click into the chart; now from {formatInstant(fromNs)}.
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
