/**
 * Runs every shipped scenario and writes its results to results/: the golden files that the tests compare with.
 * Usage: node dist/test/support/golden.js [--check]     with --check it writes nothing, and exits 1 when any differ.
 */
import { existsSync } from 'node:fs';
import { writeResultFiles } from '../../src/report/files.ts';
import { differences, goldenOf, shippedScenarios } from './golden-results.ts';

const isCheck = process.argv.includes('--check');
let wrong = 0;
for (const path of shippedScenarios()) {
  const began = performance.now();
  const { folder, files } = goldenOf(path);
  const differing = existsSync(folder) ? differences(folder, files) : files.map(({ name }) => name);
  if (!isCheck) writeResultFiles(folder, files);
  else wrong += differing.length;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(
    `${differing.length === 0 ? 'same   ' : isCheck ? 'DIFFERS' : 'written'} ${folder} ${differing.join(' ')} (${seconds} s)\n`,
  );
}
process.exitCode = wrong === 0 ? 0 : 1;
