/** A mixing function for hashes of 4-tuples and for MACs: fast, even, and no secret to whoever tries to break it. */

/** A 32-bit mix of both words. */
export function mixed(a: number, b: number): number {
  let h = Math.imul(a ^ b, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15) ^ Math.imul(b, 0x27d4eb2f), 0xc2b2ae35);
  return (h ^ (h >>> 13)) >>> 0;
}
