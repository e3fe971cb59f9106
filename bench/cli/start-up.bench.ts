/**
 * How long a command takes to be there: whole processes, from their start to their end. What Node.js takes by itself stands
 * beside it. An operation is one process.
 * Leaves out: the shell, and the first time that files are read from the disk.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchCase, mix, NOTHING_YET } from '../harness.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
/** A second of a busy server that loses nothing: the answer of the run takes no further runs. */
const SCENARIO = `duration: 1s
server: { stack: linux-6.18, accept: { workers: 4, service: exponential(200us) } }
traffic: { users: { kind: clients, arrivals: poisson(400/s), rtt: 20ms } }
`;
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'halfopen --version': [MAIN, '--version'],
  'halfopen check': [MAIN, 'check', 'second.yaml'],
  'halfopen run': [MAIN, 'run', 'second.yaml', '--out', 'out'],
};

export function startUpCases(): BenchCase[] {
  return Object.entries(COMMANDS).map(([command, args]) => ({
    name: 'start-up/process',
    parameters: { command },
    unit: 'process',
    operations: 1,
    start: () => () => {
      const cwd = mkdtempSync(join(tmpdir(), 'halfopen-'));
      try {
        writeFileSync(join(cwd, 'second.yaml'), SCENARIO);
        const { status } = spawnSync(process.execPath, [...args], { cwd, stdio: 'ignore' });
        let hash = mix(NOTHING_YET, status ?? -1);
        if (args.includes('out'))
          for (const byte of readFileSync(join(cwd, 'out/counters.csv'))) hash = mix(hash, byte);
        return hash;
      } finally {
        rmSync(cwd, { recursive: true });
      }
    },
  }));
}
