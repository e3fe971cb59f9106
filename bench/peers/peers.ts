/**
 * Who does the works of works.ts, as far as it is installed: a command for each, what it cannot do, and how to
 * install what is missing.
 * Leaves out: running them (rounds.ts).
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Compiler, findCompiler, ROOT } from './build.ts';
import { isCompared, type Work } from './works.ts';

export interface Peer {
  readonly name: string;
  /** What it is made with: `g++ 12.2.0`. */
  readonly version: string;
  readonly program: string;
  /** Its words before WORK N OPERATIONS. */
  readonly words: readonly string[];
  readonly does: (work: Work) => boolean;
}

export interface Missing {
  readonly peer: string;
  /** What is not there, and how to install it. */
  readonly why: string;
}

/** The peer that the others are compared with. */
export const HALFOPEN = 'halfopen';
/** Its figures are of another model: a socket a SYN, without a bound. */
export const SOCKETS = 'ns-3 TCP sockets';
export const NS3_DEFAULT = 'ns-3 MapScheduler';

const JAVASCRIPT = fileURLToPath(new URL('./javascript/main.js', import.meta.url));
const SIMPY = join(ROOT, 'bench/peers/simpy/peers.py');
/** Debian's own first: another Python may come first on the path, and not see Debian's packages. */
const PYTHONS = ['/usr/bin/python3', 'python3'];

const isFlood = ({ name }: Work): boolean => name === 'flood-full' || name === 'flood-open';

/** Scheduler → the works that end within a minute. The list is linear, and the calendar's resizing collapses. */
const NS3_SCHEDULERS: Readonly<Record<string, (work: Work) => boolean>> = {
  MapScheduler: isCompared,
  PriorityQueueScheduler: isCompared,
  HeapScheduler: isCompared,
  CalendarScheduler: (work) => isCompared(work) && work.name !== 'ties' && !(work.name === 'hold' && work.n > 100_000),
  ListScheduler: ({ name, n }) => name === 'hold' && n <= 1000,
};

/** Compiles what is not compiled yet. @throws InputError when that fails. */
export function findPeers(): { readonly peers: readonly Peer[]; readonly missing: readonly Missing[] } {
  const compiler = findCompiler();
  const found = [javascriptPeers(), cppPeers(compiler), ns3Peers(compiler), simpyPeers()];
  return {
    peers: found.flatMap((one) => ('why' in one ? [] : one)),
    missing: found.flatMap((one) => ('why' in one ? [one] : [])),
  };
}

function javascriptPeers(): readonly Peer[] {
  const { version, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    version: string;
    devDependencies: Record<string, string>;
  };
  return [HALFOPEN, 'flatqueue', 'tinyqueue'].map((name) => ({
    name,
    version: `${name} ${devDependencies[name] ?? version}`,
    program: process.execPath,
    words: [JAVASCRIPT, name],
    does: (work) => isCompared(work) && (name === HALFOPEN || !isFlood(work)),
  }));
}

function cppPeers(compiler: Compiler | null): readonly Peer[] | Missing {
  if (compiler === null) return { peer: 'C++', why: 'g++ is not installed (apt-get install g++)' };
  const program = build('cpp', compiler);
  const peer = (name: string, queue: string, does: (work: Work) => boolean): Peer => ({
    name: `C++ ${name}`,
    version: `g++ ${compiler.version}`,
    program,
    words: [queue],
    does,
  });
  return [
    peer('std::priority_queue', 'heap', isCompared),
    peer('lanes and ladder', 'ladder', isCompared),
    peer('plain lanes', 'plain-lanes', (work) => work.name === 'lanes' || isFlood(work)),
  ];
}

function ns3Peers(compiler: Compiler | null): readonly Peer[] | Missing {
  if (compiler === null || compiler.ns3 === null) {
    return { peer: 'ns-3', why: 'its headers are not installed (apt-get install g++ libns3-dev)' };
  }
  const program = build('ns3', compiler);
  const version = `ns-3 ${compiler.ns3}`;
  return [
    ...Object.entries(NS3_SCHEDULERS).map(([scheduler, does]) => ({
      name: `ns-3 ${scheduler}`,
      version,
      program,
      words: [scheduler],
      does,
    })),
    { name: SOCKETS, version, program, words: ['MapScheduler'], does: (work) => !isCompared(work) },
  ];
}

function simpyPeers(): readonly Peer[] | Missing {
  for (const python of PYTHONS) {
    const question = ['-B', '-c', 'import simpy; print(simpy.__version__)'];
    const { status, stdout } = spawnSync(python, question, { encoding: 'utf8' });
    if (status !== 0) continue;
    // -B: no compiled files beside the sources.
    return [
      { name: 'SimPy', version: `SimPy ${stdout.trim()}`, program: python, words: ['-B', SIMPY], does: isCompared },
    ];
  }
  return { peer: 'SimPy', why: 'it is not installed (apt-get install python3-simpy3)' };
}
