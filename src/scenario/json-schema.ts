/** The JSON Schema of a scenario file, for editors. */
import * as z from 'zod';
import { scenarioSchema } from './schema.ts';

/** Draft 2020-12, of what a file may contain (values with units are texts). */
export function scenarioJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any' });
}
