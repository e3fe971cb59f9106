/** A small scenario, and the messages that others get. */
import { InputError } from '../../src/engine/errors.ts';
import { type Override, parseScenario } from '../../src/scenario/parse.ts';

export const GOOD = `duration: 10s
server: { stack: linux-1.2 }
traffic:
  users: { kind: clients, arrivals: poisson(1/s) }
`;

/** The message that `text` gets as a.yaml. */
export function refusal(text: string, overrides: readonly Override[] = []): string {
  try {
    parseScenario(text, 'a.yaml', overrides);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'was accepted';
}
