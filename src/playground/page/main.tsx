/** Starts the playground: its questions stand in the page itself, and the program of its worker, packed. */
import { render } from 'preact';
import { canUnpack, unpacked } from '../packing.ts';
import type { QuestionFile } from '../protocol.ts';
import { App } from './app.tsx';

const ENGINE_BYTES_MAX = 8e6;
const TOO_OLD =
  'This browser is too old for the playground: it needs Chrome or Edge 103, Firefox 113, Safari 16.4, or a later one. ' +
  'The command line does the same: npx halfopen run SCENARIO.';

function textIn(id: string): string {
  return document.getElementById(id)?.textContent ?? '';
}

async function start(root: HTMLElement): Promise<void> {
  const engineSource = await unpacked(textIn('engine'), ENGINE_BYTES_MAX);
  const questions = JSON.parse(textIn('questions')) as QuestionFile[];
  root.replaceChildren();
  render(<App engineSource={engineSource} questions={questions} />, root);
}

const root = document.getElementById('app');
if (root !== null) {
  if (canUnpack()) void start(root);
  else root.textContent = TOO_OLD;
}
