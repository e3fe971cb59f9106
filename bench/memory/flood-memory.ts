/** The peak of resident memory of a process that simulates a flood, SYN by SYN: it must not grow with the flood. */
import { readFileSync } from 'node:fs';
import { parseScenario } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { serverText, type StackName } from '../listeners/stacks.ts';

export interface FloodMemory {
  /** SYNs that were sent. */
  readonly syns: number;
  readonly seconds: number;
  /** Highest resident memory of the process from its start on, Node.js and compiled code included. */
  readonly residentBytesMax: number;
}

const SYNS_PER_SEC = 1_000_000;
const BYTES_PER_KB = 1024;

/** Simulates a periodic flood of `syns` SYNs into a full queue, `skip: off`, in this process. */
export function measureFlood(stack: StackName, syns: number): FloodMemory {
  const seconds = syns / SYNS_PER_SEC;
  const text = `duration: ${seconds}s
skip: off
limits: { events: 1e15 }
${serverText(stack, 'listen: { backlog: 128 }, accept: { mode: never }')}
traffic: { flood: { kind: syn-flood, arrivals: periodic(${SYNS_PER_SEC}/s), until: ${seconds}s } }`;
  const scenario = parseScenario(text, 'bench.yaml');
  const began = performance.now();
  const { conservation } = simulate({ scenario, files: new Map() });
  return {
    syns: conservation.synsSent,
    seconds: (performance.now() - began) / 1000,
    residentBytesMax: peakBytes(),
  };
}

/**
 * Of this process. What Linux counts for getrusage() is passed on by the parent that started it, which may have been
 * larger; VmHWM begins anew with every program.
 */
function peakBytes(): number {
  const ofProgram = /^VmHWM:\s+(\d+) kB$/m.exec(statusOfProcess())?.[1];
  return (ofProgram === undefined ? process.resourceUsage().maxRSS : Number(ofProgram)) * BYTES_PER_KB;
}

function statusOfProcess(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return '';
  }
}
