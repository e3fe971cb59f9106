/**
 * The typed arrays that an object keeps alive, found by walking everything it refers to: properties, elements of
 * arrays, maps and sets. Nothing is listed by hand, so nothing is forgotten.
 * Leaves out: what only a closure or a #private field refers to; the JavaScript objects themselves.
 */

/** An ArrayBuffer, and the shortest way to it: `connections.timers.deadlineNs`. */
export interface FoundBuffer {
  readonly buffer: ArrayBufferLike;
  readonly path: string;
}

/**
 * @param apart objects that are not entered.
 * @returns each buffer once, by its shortest way. O(objects).
 */
export function buffersOf(root: object, apart: readonly object[] = []): FoundBuffer[] {
  const seen = new Set<object>([root, ...apart]);
  const found: FoundBuffer[] = [];
  // Breadth first: the shortest way to a buffer is found first.
  let ring: Visit[] = [{ object: root, path: '' }];
  while (ring.length > 0) {
    const next: Visit[] = [];
    for (const { object, path } of ring) {
      for (const [name, value] of referencesOf(object)) {
        if (value === null || (typeof value !== 'object' && typeof value !== 'function')) continue;
        const target = ArrayBuffer.isView(value) ? value.buffer : value;
        if (seen.has(target)) continue;
        seen.add(target);
        const way = path === '' ? name : `${path}.${name}`;
        if (isBuffer(target)) found.push({ buffer: target, path: way });
        else next.push({ object: target, path: way });
      }
    }
    ring = next;
  }
  return found;
}

/** Bytes of all of them. */
export function bytesOf(buffers: readonly FoundBuffer[]): number {
  return buffers.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}

interface Visit {
  readonly object: object;
  readonly path: string;
}

function isBuffer(value: object): value is ArrayBufferLike {
  return value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;
}

/** What `object` refers to, by name; getters are not called. */
function* referencesOf(object: object): Generator<readonly [string, unknown]> {
  for (const key of Reflect.ownKeys(object)) {
    const value: unknown = Object.getOwnPropertyDescriptor(object, key)?.value;
    yield [String(key), value];
  }
  if (object instanceof Map)
    for (const [key, value] of object) yield* [['key', key] as const, ['value', value] as const];
  if (object instanceof Set) for (const value of object) yield ['value', value];
}
