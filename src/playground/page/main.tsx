/** Starts the playground: its questions and the program of its worker stand in the page itself. */
import { render } from 'preact';
import type { QuestionFile } from '../protocol.ts';
import { App } from './app.tsx';

function textIn(id: string): string {
  return document.getElementById(id)?.textContent ?? '';
}

const root = document.getElementById('app');
if (root !== null) {
  const questions = JSON.parse(textIn('questions')) as QuestionFile[];
  root.replaceChildren();
  render(<App engineSource={JSON.parse(textIn('engine')) as string} questions={questions} />, root);
}
