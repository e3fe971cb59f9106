/** Tests that need what this machine lacks: named, with the reason, and counted by the driver. */
import { spawnSync } from 'node:child_process';

/** Reports test `name` as skipped because of `why`. */
export function skipped(name: string, why: string): void {
  const state = globalThis as typeof globalThis & { HALFOPEN_SKIPPED?: string[] };
  state.HALFOPEN_SKIPPED?.push(`${name}: ${why}`);
}

/** True when `command` can be run here. */
export function have(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;
}
