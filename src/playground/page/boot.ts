/**
 * The first program of the page: unpacks that of the worker and starts it, while the browser still reads the rest of the page.
 * Leaves out: what is said to the worker (client.ts).
 */
import { canUnpack, unpacked } from '../packing.ts';
import { type Booted, workerOf } from './worker-of.ts';

declare global {
  interface Window {
    /** Null: this browser cannot unpack. */
    booted?: Promise<Booted> | null;
  }
}

const ENGINE_BYTES_MAX = 8e6;

async function boot(): Promise<Booted> {
  const source = await unpacked(document.getElementById('engine')?.textContent ?? '', ENGINE_BYTES_MAX);
  return { source, worker: workerOf(source) };
}

window.booted ??= canUnpack() ? boot() : null;
