/** `halfopen questions`: what users ask about backlogs, with the scenarios that answer. */
import { plainJson } from '../report/json.ts';
import { plain, wrap } from '../report/layout.ts';
import { parseScenario } from '../scenario/parse.ts';
import { readQuestion } from '../scenario/question.ts';
import { QUESTIONS_FOLDER, questionFiles, readText } from './input-files.ts';
import { Exit, terminalWidth } from './messages.ts';
import type { CommonOptions } from './options.ts';

/** @returns the exit code. */
export function questions(options: CommonOptions): number {
  const all = questionFiles().map(({ name, path }) => {
    const text = readText(path);
    const { answer, asked } = readQuestion(text, path);
    return { name: `${QUESTIONS_FOLDER}/${name}`, question: parseScenario(text, path).title, answer, asked };
  });
  if (options.json === true) {
    process.stdout.write(plainJson('questions', { questions: all }));
    return Exit.Done;
  }
  const width = terminalWidth();
  const lines = all.flatMap(({ answer, name, question }) => [
    wrap(plain(question), width),
    wrap(`  ${plain(answer)}`, width, 2),
    `  halfopen run ${name}`,
    '',
  ]);
  process.stdout.write(lines.join('\n'));
  return Exit.Done;
}
