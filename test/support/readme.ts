/**
 * Runs the commands whose output README.md shows, and the scenarios of its table of published results, and puts what they
 * give into it.
 * Usage: node dist/test/support/readme.js [--check]     with --check it writes nothing, and exits 1 when README.md is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { publishedTable, withPublished } from './published.ts';
import { outputBlocks, withOutputs } from './readme-outputs.ts';

const PATH = 'README.md';

const before = readFileSync(PATH, 'utf8');
const count = outputBlocks(before).length;
const after = withPublished(withOutputs(before), publishedTable());
const isStale = before !== after;
if (isStale && !process.argv.includes('--check')) writeFileSync(PATH, after);
process.stdout.write(`${PATH}: ${count} outputs, ${isStale ? 'changed' : 'as they are'}\n`);
process.exitCode = count === 0 || (isStale && process.argv.includes('--check')) ? 1 : 0;
