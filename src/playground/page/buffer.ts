/**
 * What csv-stringify needs of the Buffer of Node.js: bytes for a mark that is never written, and to be told of a value that it is no Buffer.
 * To be imported before it.
 */
Object.assign(globalThis, {
  Buffer: { from: (bytes: readonly number[]) => Uint8Array.from(bytes), isBuffer: () => false },
});
