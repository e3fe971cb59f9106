/** `halfopen schema`: the JSON Schema of a scenario file, for editors. */
import { scenarioJsonSchema } from '../scenario/json-schema.ts';
import { Exit } from './messages.ts';

/** @returns the exit code. */
export function schema(): number {
  process.stdout.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
  return Exit.Done;
}
