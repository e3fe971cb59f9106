/** The word that was meant, by edit distance. */

/** Longer words are cut before they are compared. */
const CHARS_MAX = 60;

/** ` (did you mean X?)` for the nearest of `words`, if one is near; nothing otherwise. */
export function didYouMean(word: string, words: readonly string[]): string {
  const nearest = nearestOf(word, words);
  return nearest === null ? '' : ` (did you mean ${nearest}?)`;
}

/** The first of the nearest `words`; null: none is near. */
export function nearestOf(word: string, words: readonly string[]): string | null {
  let best = null;
  let bestDistance = Infinity;
  for (const candidate of words) {
    const d = distance(word.slice(0, CHARS_MAX), candidate);
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return bestDistance < word.length && bestDistance <= Math.max(2, Math.floor(word.length / 3)) ? best : null;
}

/** Edit distance of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? Infinity;
}
