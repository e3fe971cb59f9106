/** Expected against received, one cell a field: where they differ, and how. */

export interface Disagreement {
  readonly case: string;
  /** `sent[9].win`. */
  readonly field: string;
  readonly expected: unknown;
  readonly received: unknown;
  /** Rules that the field rests on. */
  readonly rule: string | null;
  /** Why it may be so, where that is known. */
  readonly reason?: string;
}

/** @returns at most one disagreement a field of `expected`: the first place where it differs. */
export function compareFields(
  id: string,
  expected: Readonly<Record<string, unknown>>,
  received: object,
  rules: Readonly<Record<string, string>>,
): Disagreement[] {
  const found: Disagreement[] = [];
  for (const [field, value] of Object.entries(expected)) {
    const difference = firstDifference(value, (received as Record<string, unknown>)[field], field);
    if (difference === null) continue;
    found.push({ case: id, rule: rules[field] ?? null, ...difference });
  }
  return found;
}

interface Difference {
  readonly field: string;
  readonly expected: unknown;
  readonly received: unknown;
}

/** Depth first; a key that is absent equals one that is undefined. */
function firstDifference(expected: unknown, received: unknown, field: string): Difference | null {
  if (expected === received) return null;
  const isBoth = isObject(expected) && isObject(received) && Array.isArray(expected) === Array.isArray(received);
  if (!isBoth) return { field, expected: expected ?? null, received: received ?? null };
  const keys = new Set([...Object.keys(expected), ...Object.keys(received)]);
  for (const key of keys) {
    const at = Array.isArray(expected) ? `${field}[${key}]` : `${field}.${key}`;
    const difference = firstDifference(expected[key], received[key], at);
    if (difference !== null) return difference;
  }
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object';
}
