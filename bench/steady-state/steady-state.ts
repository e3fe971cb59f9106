/**
 * What a benchmark costs once it is warm beside its time: collections of garbage, code that V8 throws away, and bytes
 * of the JavaScript heap by function. Typed arrays lie outside of that heap.
 * Run it in a process of its own, with the flags of deopts.ts: V8 writes down what it throws away.
 */
import inspector from 'node:inspector/promises';
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import type { BenchCase, Size } from '../harness.ts';

export interface SteadyState {
  /** Operations of the second half, in which everything is counted. */
  readonly operations: number;
  readonly scavenges: number;
  /** Collections of the whole heap, in steps or at once. */
  readonly markCompacts: number;
  /** Sampled, so about right. */
  readonly bytesPerOperation: number;
  /** Functions that allocate most, at most TOP. */
  readonly allocators: readonly Allocator[];
}

export interface Allocator {
  /** Name of the function; '' for code outside of one. */
  readonly name: string;
  /** URL and line. */
  readonly place: string;
  readonly bytesPerOperation: number;
}

/** Each half takes as long at least. */
const HALF_MS: Readonly<Record<Size, number>> = { real: 1500, smoke: 10 };
const CALLS_MIN = 4;
const SAMPLING_BYTES = 4096;
const TOP = 8;

/** Warms `one` up in a first half, counts in as many calls of a second, and samples allocations in a third part. */
export async function watchSteadyState(one: BenchCase, size: Size): Promise<SteadyState> {
  const ofCall = typeof one.operations === 'number' ? one.operations : one.operations();
  const call = one.start();
  let consumed = 0;
  let calls = 0;
  for (const began = performance.now(); calls < CALLS_MIN || performance.now() - began < HALF_MS[size]; calls++)
    consumed ^= await call();
  const collections = new Collections();
  setFlagsFromString('--log-deopt');
  for (let i = 0; i < calls; i++) consumed ^= await call();
  setFlagsFromString('--no-log-deopt');
  const { scavenges, markCompacts } = await collections.end();
  const sampledCalls = Math.ceil(calls / 4);
  const allocators = await sample(async () => {
    for (let i = 0; i < sampledCalls; i++) consumed ^= await call();
  }, sampledCalls * ofCall);
  if (Number.isNaN(consumed)) throw new RangeError(`${one.name} gave nothing`);
  return {
    operations: calls * ofCall,
    scavenges,
    markCompacts,
    bytesPerOperation: allocators.reduce((sum, { bytesPerOperation }) => sum + bytesPerOperation, 0),
    allocators: allocators.slice(0, TOP),
  };
}

/** Collections of garbage from now on. */
class Collections {
  private readonly counts: { scavenges: number; markCompacts: number };
  private readonly observer: PerformanceObserver;

  constructor() {
    this.counts = { scavenges: 0, markCompacts: 0 };
    this.observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { kind } = (entry as PerformanceEntry & { detail: { kind: number } }).detail;
        if (kind === constants.NODE_PERFORMANCE_GC_MINOR) this.counts.scavenges++;
        else if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) this.counts.markCompacts++;
      }
    });
    this.observer.observe({ entryTypes: ['gc'] });
  }

  /** The observer is told when the process next waits. */
  async end(): Promise<{ scavenges: number; markCompacts: number }> {
    await new Promise((resolve) => setTimeout(resolve, 50));
    this.observer.disconnect();
    return this.counts;
  }
}

/** Heap bytes of `work` by function, the most first. */
async function sample(work: () => Promise<void>, operations: number): Promise<Allocator[]> {
  const session = new inspector.Session();
  session.connect();
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: SAMPLING_BYTES,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await work();
  const { profile } = await session.post('HeapProfiler.stopSampling');
  session.disconnect();
  const bytes = new Map<string, Allocator>();
  const nodes = [profile.head];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    nodes.push(...node.children);
    const { functionName: name, lineNumber, url } = node.callFrame;
    if (node.selfSize === 0) continue;
    const place = `${url}:${lineNumber + 1}`;
    const sum = (bytes.get(`${name} ${place}`)?.bytesPerOperation ?? 0) + node.selfSize / operations;
    bytes.set(`${name} ${place}`, { name, place, bytesPerOperation: sum });
  }
  return [...bytes.values()].toSorted((a, b) => b.bytesPerOperation - a.bytesPerOperation);
}
