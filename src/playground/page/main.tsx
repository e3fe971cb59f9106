/** Starts the page: its questions stand in the page itself, and its worker is under way already (boot.ts). */
import { render } from 'preact';
import type { QuestionFile } from '../protocol.ts';
import { App } from './app.tsx';
import type { Booted } from './worker-of.ts';

const TOO_OLD =
  'This browser is too old for the playground: it needs Chrome or Edge 103, Firefox 113, Safari 16.4, or a later one. ' +
  'The command line does the same: npx halfopen run SCENARIO.';

async function start(root: HTMLElement, booted: Promise<Booted>): Promise<void> {
  const engine = await booted;
  const questions = JSON.parse(document.getElementById('questions')?.textContent ?? '[]') as QuestionFile[];
  root.replaceChildren();
  render(<App engine={engine} questions={questions} />, root);
}

const root = document.getElementById('app');
if (root !== null) {
  const { booted } = window;
  if (booted === null || booted === undefined) root.textContent = TOO_OLD;
  else void start(root, booted);
}
