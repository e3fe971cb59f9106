/** A 64-bit name for a scenario: equal scenarios have equal hashes, whatever the order of their keys. */
import type { Scenario } from './scenario.ts';

const PRIME = 0x0100_0193;
const BASIS = 0x811c_9dc5;
const ENCODER = new TextEncoder();

/**
 * A name of 64 bits for a scenario and its captures: equal scenarios have equal hashes, whatever the order of their keys.
 * @param contents of the capture files, by name. @returns 16 hexadecimal digits. O(size).
 */
export function scenarioHash(scenario: Scenario, contents: ReadonlyMap<string, Uint8Array> = new Map()): string {
  const hash = new Fnv();
  hash.addText(canonical({ ...scenario, name: '' }));
  for (const [, bytes] of contents) hash.addBytes(bytes);
  return hash.toString();
}

/** Digits of a hash that name a folder. */
const SHORT_CHARS = 8;

/** A hash as people and folders have it: its first 8 digits. */
export function shortHash(hash: string): string {
  return hash.slice(0, SHORT_CHARS);
}

/** @returns 16 hexadecimal digits for any text. O(text). */
export function textHash(text: string): string {
  const hash = new Fnv();
  hash.addText(text);
  return hash.toString();
}

/** Two FNV-1a hashes of 32 bits, the second over bytes turned around. */
class Fnv {
  private first: number;
  private second: number;

  constructor() {
    this.first = BASIS;
    this.second = BASIS ^ 0x5bd1_e995;
  }

  addText(text: string): void {
    this.addBytes(ENCODER.encode(text));
  }

  addBytes(bytes: Uint8Array): void {
    let { first, second } = this;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      first = Math.imul(first ^ byte, PRIME);
      second = Math.imul(second ^ (byte ^ 0xa5), PRIME) ^ (first >>> 13);
    }
    this.first = first;
    this.second = second;
  }

  toString(): string {
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
    return hex(this.first) + hex(this.second);
  }
}

/** JSON with sorted keys; infinite numbers as text. */
function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') {
    return JSON.stringify(typeof value === 'number' && !Number.isFinite(value) ? String(value) : value) ?? 'null';
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`;
}
