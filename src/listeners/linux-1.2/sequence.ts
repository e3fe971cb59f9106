/** Sequence numbers are compared modulo 2^32 (RFC 9293 3.4). */

/** True when `a` is later than `b`. */
export function after(a: number, b: number): boolean {
  return ((a - b) | 0) > 0;
}

/** True when `a` is earlier than `b`. */
export function before(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}
