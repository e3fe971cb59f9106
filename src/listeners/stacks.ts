/** Names to stacks: builds the listener that a scenario asks for. */
import { Classic } from './classic/classic.ts';
import { Linux12 } from './linux-1.2/linux12.ts';
import type { Listener, StackEnvironment } from './listener.ts';
import type { StackSpec } from './specs.ts';

/** @returns the stack, not yet listening. */
export function createListener(spec: StackSpec, env: StackEnvironment): Listener {
  switch (spec.kind) {
    case 'linux-1.2':
      return new Linux12(spec, env);
    case 'classic':
      return new Classic(spec, env);
  }
}
