/** `halfopen schema`: the JSON Schema of a scenario file, for editors. */
import { plainJson } from '../report/json.ts';
import { scenarioJsonSchema } from '../scenario/json-schema.ts';
import { Exit } from './messages.ts';
import type { CommonOptions } from './options.ts';

/** The schema by itself, or with --json inside a document. @returns the exit code. */
export function schema(options: CommonOptions): number {
  const document = scenarioJsonSchema();
  process.stdout.write(
    options.json === true ? plainJson('schema', { schema: document }) : `${JSON.stringify(document, null, 2)}\n`,
  );
  return Exit.Done;
}
