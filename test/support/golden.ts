/**
 * Runs every shipped scenario and writes its results to results/, and the outcome of every benchmark: the golden files
 * that the tests compare with.
 * Usage: node dist/test/support/golden.js [--check]     with --check it writes nothing, and exits 1 when any differ.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { writeResultFiles } from '../../src/report/files.ts';
import { benchOutcomes, goldenOutcomes, OUTCOMES_FILE, outcomesText } from './bench-outcomes.ts';
import { differences, goldenOf, shippedScenarios } from './golden-results.ts';

const isCheck = process.argv.includes('--check');
let wrong = 0;

interface Difference {
  readonly place: string;
  readonly differing: readonly string[];
}

/** Runs `work`, and says where it was not as it should be. */
async function step(work: () => Difference | Promise<Difference>): Promise<void> {
  const began = performance.now();
  const { differing, place } = await work();
  if (isCheck) wrong += differing.length;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(
    `${differing.length === 0 ? 'same   ' : isCheck ? 'DIFFERS' : 'written'} ${place} ${differing.join(', ')} (${seconds} s)\n`,
  );
}

for (const path of shippedScenarios()) {
  await step(() => {
    const { folder: place, files } = goldenOf(path);
    const differing = existsSync(place) ? differences(place, files) : files.map(({ name }) => name);
    if (!isCheck) writeResultFiles(place, files);
    return { place, differing };
  });
}

await step(async () => {
  const place = OUTCOMES_FILE;
  const text = outcomesText(await benchOutcomes());
  if (readFileSync(place, 'utf8') === text) return { place, differing: [] };
  const [golden, outcomes] = [goldenOutcomes(), JSON.parse(text) as Readonly<Record<string, string>>];
  if (!isCheck) writeFileSync(place, text);
  const titles = [...new Set([...Object.keys(golden), ...Object.keys(outcomes)])];
  const differing = titles.filter((title) => golden[title] !== outcomes[title]);
  return { place, differing: differing.length === 0 ? ['order'] : differing };
});
process.exitCode = wrong === 0 ? 0 : 1;
