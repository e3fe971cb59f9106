/**
 * The playground: a question is picked, dials are turned, and what the listener does is drawn and said while one drags.
 * The state lives in the address, so that it can be shared; everything that is computed comes from the worker.
 */
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import type { FromWorker, QuestionFile } from '../protocol.ts';
import { fragmentOf, readFragment } from '../share.ts';
import { BLANK, type PlayState, withSetting, withStack } from '../state.ts';
import type { Booted } from './worker-of.ts';
import { EngineClient } from './client.ts';
import { DialPanel } from './dial-panel.tsx';
import { EMPTY, type Model, received } from './model.ts';
import { Player } from './player.tsx';
import { outcomeWords, Side } from './results.tsx';
import { ScenarioText } from './scenario-text.tsx';
import { downloadResults, ShareBar } from './share-bar.tsx';
import { Words } from './words.tsx';

/** Where nobody has chosen: a queue that fills in a pause, and clients that wait. */
const FIRST_QUESTION = 'node-queue-pegged-at-512';
const STEPS = 400;
/** A state that stands still for so long is worth its steps, its address, and a look at what would change it. */
const STILL_MS = 250;
const IDLE_MS = 900;

export interface AppProps {
  readonly engine: Booted;
  readonly questions: readonly QuestionFile[];
}

export function App({ engine, questions }: AppProps) {
  const [model, receive] = useReducer(received, EMPTY);
  const [state, setState] = useState<PlayState | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [fromNs, setFromNs] = useState(0);
  const client = useEngine(engine, questions, receive);
  useAddress(questions, state, setState, setProblem);
  useEffect(() => {
    if (state !== null) client.run(state);
  }, [client, state]);
  useSteps(client, model, fromNs);
  const change = useCallback((next: (now: PlayState) => PlayState): void => {
    setProblem(null);
    setState((now) => next(now ?? BLANK));
  }, []);
  const pick = (question: string): void => {
    setFromNs(0);
    change((now) => ({ ...BLANK, question, other: now.other }));
  };
  if (state === null) return null;
  return (
    <>
      <Header model={model} questions={questions} state={state} onQuestion={pick} />
      <Messages model={model} problem={problem} />
      <main>
        <aside class="card dials" aria-label="Settings">
          <Glance model={model} />
          <Stacks model={model} state={state} change={change} />
          <DialPanel
            groups={model.frame?.dials ?? []}
            isSame={model.isSame}
            onDial={(path, value) => change((now) => withSetting(now, path, value))}
          />
          <Seed model={model} state={state} change={change} />
          <p class="buttons">
            <button type="button" onClick={() => change((now) => ({ ...now, stack: null, settings: [], seed: null }))}>
              Back to the question as asked
            </button>
          </p>
        </aside>
        <Results model={model} fromNs={fromNs} onPick={setFromNs} />
        {model.frame !== null && (
          <Player
            frame={model.frame}
            sides={model.steps}
            firstDropNs={firstDropOf(model)}
            fromNs={fromNs}
            onFrom={setFromNs}
          />
        )}
        {model.frame !== null && model.prepared[0] !== undefined && (
          <>
            <ScenarioText
              frame={model.frame}
              state={state}
              prepared={model.prepared[0]}
              onText={(text) => change(() => ({ ...BLANK, text, other: state.other }))}
            />
            <section class="card" aria-label="Share">
              <h2>Take it with you</h2>
              <ShareBar name={model.frame.name} prepared={model.prepared} onFiles={() => client.files()} />
            </section>
          </>
        )}
      </main>
      <footer>halfopen {model.version}. Everything runs in this page; nothing is sent anywhere.</footer>
    </>
  );
}

type Change = (next: (now: PlayState) => PlayState) => void;

interface Part {
  readonly model: Model;
  readonly state: PlayState;
  readonly change: Change;
}

function useEngine(
  engine: Booted,
  questions: readonly QuestionFile[],
  receive: (message: FromWorker) => void,
): EngineClient {
  const stackNames = useRef<readonly string[]>([]);
  return useMemo(
    () =>
      new EngineClient(engine, questions, (message) => {
        if (message.kind === 'prepared') stackNames.current = message.sides.map(({ stackName }) => stackName);
        if (message.kind === 'files') downloadResults(message.sides, stackNames.current);
        receive(message);
      }),
    [],
  );
}

/** The address is replaced, not added to: the way back leads out of the page. */
async function writeAddress(state: PlayState, written: { current: string }): Promise<void> {
  written.current = await fragmentOf(state);
  history.replaceState(null, '', `#${written.current}`);
}

/** The state follows the address, and the address the state. */
function useAddress(
  questions: readonly QuestionFile[],
  state: PlayState | null,
  setState: (state: PlayState) => void,
  setProblem: (problem: string | null) => void,
): void {
  const written = useRef('');
  useEffect(() => {
    const names = questions.map(({ name }) => name);
    const read = async (): Promise<void> => {
      if (location.hash.slice(1) === written.current && written.current !== '') return;
      const shared = await readFragment(location.hash, names);
      const isBlank = shared.state.question === null && shared.state.text === null;
      setState(isBlank ? { ...shared.state, question: FIRST_QUESTION } : shared.state);
      setProblem(shared.problem);
    };
    const onHash = (): void => void read();
    void read();
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);
  useEffect(() => {
    if (state === null) return undefined;
    const timer = setTimeout(() => {
      void writeAddress(state, written);
    }, STILL_MS);
    return () => clearTimeout(timer);
  }, [state]);
}

/** When a result stands still: its steps, and then what would change it. */
function useSteps(client: EngineClient, { issues, progress, result, steps }: Model, fromNs: number): void {
  useEffect(() => {
    if (result === null || progress !== null) return undefined;
    const timer = setTimeout(() => client.steps(fromNs, STEPS), STILL_MS);
    return () => clearTimeout(timer);
  }, [client, result, progress, issues, fromNs]);
  useEffect(() => {
    if (steps === null || result === null || progress !== null) return undefined;
    const timer = setTimeout(() => client.changes(), IDLE_MS);
    return () => clearTimeout(timer);
  }, [client, steps]);
}

function firstDropOf({ result }: Model): number | null {
  const firsts = (result?.[0]?.drops ?? []).flatMap(({ firstAtNs }) => (firstAtNs === null ? [] : [firstAtNs]));
  return firsts.length === 0 ? null : Math.min(...firsts);
}

interface HeaderProps {
  readonly model: Model;
  readonly questions: readonly QuestionFile[];
  readonly state: PlayState;
  readonly onQuestion: (name: string) => void;
}

function Header({ model, onQuestion, questions, state }: HeaderProps) {
  return (
    <header>
      <p class="brand">
        <strong>halfopen</strong> playground
      </p>
      <label for="question">Question</label>
      <select id="question" value={state.question ?? ''} onChange={(event) => onQuestion(event.currentTarget.value)}>
        {state.question === null && <option value="">{model.frame?.title || 'Your own scenario'}</option>}
        {questions.map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
      <h1>{model.frame?.title || 'What does a TCP listener do?'}</h1>
      {typeof model.frame?.answer === 'string' && (
        <details class="known">
          <summary>The answer, as asked</summary>
          <p>{model.frame.answer}</p>
        </details>
      )}
      <Words />
    </header>
  );
}

function Messages({ model, problem }: { model: Model; problem: string | null }) {
  return (
    <div role="alert" class="messages">
      {problem !== null && <p class="card error">{problem} The first question is shown instead.</p>}
      {model.issues.length > 0 && (
        <div class="card error">
          <p>This cannot run; below is what ran last.</p>
          <ul>
            {model.issues.slice(0, 12).map(({ expected, received: got, where }) => (
              <li key={`${where} ${expected}`}>
                <code>{where}</code>: expected {expected}, received <code>{got}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
      {model.bug !== null && (
        <div class="card error">
          <p>This is a bug in halfopen {model.version}: please report it with the address of this page.</p>
          <pre>{model.bug}</pre>
        </div>
      )}
    </div>
  );
}

function Stacks({ change, model, state }: Part) {
  const own = model.frame?.ownStackName ?? '';
  const current = state.stack ?? own;
  const names = [...new Set([current, own, state.other ?? '', ...model.stacks])].filter((name) => name !== '');
  return (
    <fieldset>
      <legend>Kernel</legend>
      <div class="dial">
        <label for="stack">
          stack<small>whose listener is simulated</small>
        </label>
        <select
          id="stack"
          class="wide"
          value={current}
          onChange={(event) => {
            const name = event.currentTarget.value;
            change((now) => withStack(now, name === own ? null : name));
          }}
        >
          {names.map((name) => (
            <option key={name} value={name}>
              {name === own ? `${name} (as asked)` : name}
            </option>
          ))}
        </select>
      </div>
      <div class="dial">
        <label for="other">
          compare with<small>the same arrivals, on another kernel</small>
        </label>
        <select
          id="other"
          class="wide"
          value={state.other ?? ''}
          onChange={(event) => {
            const name = event.currentTarget.value;
            change((now) => ({ ...now, other: name === '' ? null : name }));
          }}
        >
          <option value="">nothing</option>
          {names
            .filter((name) => name !== current)
            .map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
        </select>
      </div>
    </fieldset>
  );
}

function Seed({ change, model, state }: Part) {
  return (
    <fieldset>
      <legend>Chance</legend>
      <div class="dial">
        <label for="seed">
          seed<small>the same seed, the same run</small>
        </label>
        <input
          id="seed"
          class="wide"
          value={state.seed ?? model.frame?.seed ?? ''}
          maxLength={100}
          onChange={(event) => {
            const seed = event.currentTarget.value.trim();
            change((now) => ({ ...now, seed: seed === '' ? null : seed }));
          }}
        />
      </div>
    </fieldset>
  );
}

/** The outcome in one line: said to who does not see it, and beside the dials where the results are out of sight. */
function Glance({ model: { frame, progress, result } }: { model: Model }) {
  if (frame === null || result === null) return null;
  const words = result.map((side) => {
    const own = outcomeWords(side, frame.clients);
    return result.length === 1 ? own : `${side.stackName}: ${own}`;
  });
  return (
    <p class="glance" role="status">
      {progress === null ? words.join('; ') : '…'}
    </p>
  );
}

function Results({ fromNs, model, onPick }: { model: Model; fromNs: number; onPick: (atNs: number) => void }) {
  const { answers, frame, prepared, progress, result } = model;
  if (frame === null || result === null) {
    return (
      <div class="results" aria-busy="true">
        <p class="card note">The first run …</p>
      </div>
    );
  }
  const levels = result.flatMap(({ metrics }) =>
    metrics.filter(({ path }) => /^listener\.(?:syn|accept)_queue\.max$/.test(path)),
  );
  const levelMax = Math.max(1, ...levels.map(({ value }) => value ?? 0));
  return (
    <div class={result.length > 1 ? 'results two' : 'results'} aria-busy={progress !== null}>
      <progress class={progress === null ? 'idle' : ''} value={progress ?? 1} max={1} aria-label="The run" />
      {result.map((side, i) => {
        const own = prepared[i];
        return own === undefined ? null : (
          <Side
            key={i}
            frame={frame}
            prepared={own}
            side={side}
            answer={answers?.[i] ?? null}
            levelMax={levelMax}
            fromNs={fromNs}
            onPick={onPick}
          />
        );
      })}
    </div>
  );
}
