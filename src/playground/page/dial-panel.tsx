/** The dials: a slider and a number for each, so that one can drag, type, or use the keys. */
import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ChoiceDial, Dial, DialGroup, NumberDial, PauseDial } from '../dials.ts';
import { numberText, pauseText, POSITION_MAX, positionOf, stepped, valueAt } from '../slider.ts';

export type OnDial = (path: string, value: string) => void;

export interface DialPanelProps {
  readonly groups: readonly DialGroup[];
  /** The run came to the same as before. */
  readonly isSame: boolean;
  readonly onDial: OnDial;
}

export function DialPanel({ groups, isSame, onDial }: DialPanelProps) {
  const [touched, setTouched] = useState<string | null>(null);
  const turn: OnDial = (path, value) => {
    setTouched(path);
    onDial(path, value);
  };
  return (
    <>
      {groups.map(({ dials, title }) => (
        <fieldset key={title}>
          <legend>{title}</legend>
          {dials.map((dial) => (
            <Fragment key={dial.path}>
              <DialView dial={dial} onDial={turn} />
              {isSame && touched === dial.path && (
                <p class="idle-dial" role="status">
                  That changes nothing here.
                </p>
              )}
            </Fragment>
          ))}
        </fieldset>
      ))}
    </>
  );
}

function DialView({ dial, onDial }: { dial: Dial; onDial: OnDial }) {
  switch (dial.kind) {
    case 'number':
      return <NumberView dial={dial} onNumber={(value) => onDial(dial.path, numberText(dial, value))} />;
    case 'choice':
      return <ChoiceView dial={dial} onDial={onDial} />;
    case 'pause':
      return <PauseView dial={dial} onDial={onDial} />;
  }
}

interface NumberViewProps {
  readonly dial: NumberDial;
  /** It has nothing to act on. */
  readonly isOff?: boolean;
  readonly onNumber: (value: number) => void;
}

/** What is dragged is shown at once; the worker's word on it comes a moment later. */
function NumberView({ dial, isOff = false, onNumber }: NumberViewProps) {
  const [draft, setDraft] = useState<number | null>(null);
  useEffect(() => setDraft(null), [dial.value]);
  const value = draft ?? dial.value;
  const set = (next: number): void => {
    if (!Number.isFinite(next)) return;
    setDraft(next);
    onNumber(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const turns = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (turns === undefined) return;
    event.preventDefault();
    set(stepped(dial, value, turns));
  };
  const id = `dial-${dial.path}`;
  return (
    <div class="dial">
      <label for={id} title={dial.hint}>
        {dial.label}
        {dial.hint !== '' && <small>{dial.hint}</small>}
      </label>
      <input
        type="range"
        disabled={isOff}
        aria-label={`${dial.label}, slider`}
        aria-valuetext={`${value} ${dial.unit}`}
        min={0}
        max={POSITION_MAX}
        value={positionOf(dial, value)}
        data-path={dial.path}
        onInput={(event) => set(valueAt(dial, Number(event.currentTarget.value)))}
        onKeyDown={onKeyDown}
      />
      <span class="amount">
        <input
          id={id}
          type="number"
          disabled={isOff}
          min={dial.min}
          step={dial.isWhole ? 1 : 'any'}
          value={value}
          onChange={(event) => set(event.currentTarget.valueAsNumber)}
        />
        {dial.unit !== '' && <small>{dial.unit}</small>}
      </span>
    </div>
  );
}

function ChoiceView({ dial, onDial }: { dial: ChoiceDial; onDial: OnDial }) {
  const id = `dial-${dial.path}`;
  return (
    <div class="dial">
      <label for={id} title={dial.hint}>
        {dial.label}
        {dial.hint !== '' && <small>{dial.hint}</small>}
      </label>
      <select
        id={id}
        class="wide"
        value={dial.value}
        data-path={dial.path}
        onChange={(event) => onDial(dial.path, event.currentTarget.value)}
      >
        {dial.choices.map(({ label, value }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Length 0: no pause. */
function PauseView({ dial, onDial }: { dial: PauseDial; onDial: OnDial }) {
  const number = (label: string, hint: string, value: number, path: string): NumberDial => ({
    kind: 'number',
    path,
    label,
    hint,
    value,
    unit: 's',
    min: 0,
    max: dial.durationS,
    isLog: false,
    isWhole: false,
    before: '',
    after: '',
  });
  // Where the pause is to begin is kept while there is none.
  const [atS, setAtS] = useState(dial.atS);
  useEffect(() => {
    if (dial.forS > 0) setAtS(dial.atS);
  }, [dial.atS, dial.forS]);
  return (
    <>
      <NumberView
        dial={number('pause', 'no accept() for so long', dial.forS, 'pause-for')}
        onNumber={(forS) => onDial(dial.path, pauseText(atS, forS))}
      />
      <NumberView
        dial={number('pause begins', dial.forS > 0 ? '' : 'when there is one', atS, 'pause-at')}
        isOff={dial.forS <= 0}
        onNumber={(next) => {
          setAtS(next);
          if (dial.forS > 0) onDial(dial.path, pauseText(next, dial.forS));
        }}
      />
    </>
  );
}
