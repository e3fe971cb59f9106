/** The windows in which the application makes no call: garbage collection, a stuck disk, a debugger. */
import { NEVER_NS } from '../engine/time.ts';
import { ALL_WORKERS, type Pause } from './specs.ts';

const ALL = ALL_WORKERS;

const ROUNDS_MAX = 1000;

/**
 * End of the pause of `worker` that covers `nowNs` (the latest one if several do), or `nowNs` when none does. Ends are outside.
 * Pauses that repeat may cover each other's ends for ever: after ROUNDS_MAX of them the end so far is returned, and
 * whoever waits for it asks again then.
 */
export function resumeAtNs(pauses: readonly Pause[], nowNs: number, worker: number): number {
  let atNs = nowNs;
  // A pause may end inside another one: look again until no pause covers the instant.
  for (let moved = true, round = 0; moved && round < ROUNDS_MAX; round++) {
    moved = false;
    for (let i = 0; i < pauses.length; i++) {
      const pause = pauses[i]!;
      if (pause.worker !== ALL && pause.worker !== worker) continue;
      const endNs = endOfPause(pause, atNs);
      if (endNs > atNs) {
        atNs = endNs;
        moved = endNs !== NEVER_NS;
      }
    }
  }
  return atNs;
}

function endOfPause(pause: Pause, nowNs: number): number {
  if (nowNs < pause.atNs) return nowNs;
  const startNs = pause.everyNs === NEVER_NS ? pause.atNs : nowNs - ((nowNs - pause.atNs) % pause.everyNs);
  const endNs = startNs + pause.forNs;
  return nowNs < endNs ? endNs : nowNs;
}
