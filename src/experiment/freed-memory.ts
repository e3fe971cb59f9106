/**
 * Memory between two runs. The arrays of a run are freed with it, and glibc gives what is free at the end of an arena back to the
 * system as soon as it has 128 KiB: the next run gets it again, zeroed page by page. Short runs in two threads spend 4 to 13 % of their
 * time so.
 * Leaves out: other C libraries, for which this does nothing.
 * Source: mallopt(3), M_MMAP_THRESHOLD and M_TRIM_THRESHOLD; measured on Node 20 and 22.
 */

/**
 * A block that gets pages of its own, which are never touched: 32 MiB is the largest. When it is freed, glibc takes it for a sign that
 * such blocks come and go, and from then on keeps up to twice as much in each arena.
 */
const SIGN_BYTES = 31 * 2 ** 20;

/** For the whole process, from the first collection of garbage on. */
export function keepFreedMemory(): void {
  void new ArrayBuffer(SIGN_BYTES);
}
