/** The scenario as it runs, as text: to read, to change by hand, to take home with its results, and to share. */
import { useEffect, useState } from 'preact/hooks';
import type { Frame, Prepared } from '../protocol.ts';
import type { PlayState } from '../state.ts';

export interface ScenarioTextProps {
  readonly frame: Frame;
  readonly state: PlayState;
  readonly prepared: Prepared;
  readonly onText: (text: string) => void;
}

/** A text area that follows the dials until somebody types. */
export function ScenarioText({ frame, onText, prepared, state }: ScenarioTextProps) {
  const [draft, setDraft] = useState<string | null>(null);
  useEffect(() => setDraft(null), [prepared.text]);
  const text = draft ?? prepared.text;
  const isChanged = draft !== null && draft !== prepared.text;
  return (
    <details class="card source" open={state.question === null}>
      <summary>Scenario as text</summary>
      <label for="scenario-text">What runs, as a file: everything that has no dial can be changed here.</label>
      <textarea
        id="scenario-text"
        spellcheck={false}
        rows={Math.min(28, text.split('\n').length + 1)}
        value={text}
        onInput={(event) => setDraft(event.currentTarget.value)}
      />
      <p class="buttons">
        <button type="button" class="primary" disabled={!isChanged} onClick={() => onText(text)}>
          Run this text
        </button>
        <button type="button" disabled={!isChanged} onClick={() => setDraft(null)}>
          Undo
        </button>
      </p>
      <p class="note">
        The same on the command line, with the same numbers: <code>{commandOf(frame, state)}</code>
      </p>
    </details>
  );
}

/** How `halfopen` is told the same; a text of the visitor's own is a file that they download. */
function commandOf(frame: Frame, state: PlayState): string {
  const isFile = state.question === null || (state.stack !== null && state.stack !== frame.ownStackName);
  if (isFile) return `halfopen run ${frame.name}.yaml`;
  const set = state.settings.map(({ path, value }) => ` --set ${quoted(`${path}=${value}`)}`);
  const seed = state.seed === null ? '' : ` --seed ${quoted(state.seed)}`;
  return `halfopen run questions/${state.question ?? ''}${set.join('')}${seed}`;
}

function quoted(text: string): string {
  return /^[\w./=:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
