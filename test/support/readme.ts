/**
 * Runs the commands whose output README.md shows, and puts what they print into it.
 * Usage: node dist/test/support/readme.js [--check]     with --check it writes nothing, and exits 1 when README.md is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { outputBlocks, withOutputs } from './readme-outputs.ts';

const PATH = 'README.md';

const before = readFileSync(PATH, 'utf8');
const count = outputBlocks(before).length;
const after = withOutputs(before);
const isStale = before !== after;
if (isStale && !process.argv.includes('--check')) writeFileSync(PATH, after);
process.stdout.write(`${PATH}: ${count} outputs, ${isStale ? 'changed' : 'as they are'}\n`);
process.exitCode = count === 0 || (isStale && process.argv.includes('--check')) ? 1 : 0;
