/** The worker, from its program as text. */

/** The program of the worker, and a worker that has begun to load it. */
export interface Booted {
  readonly source: string;
  readonly worker: Worker;
}

export function workerOf(source: string): Worker {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return worker;
}
