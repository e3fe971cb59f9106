/**
 * Rewrites what documents show of the project: outputs of commands, published results, references made from the code, pictures.
 * Usage: node dist/test/support/readme.js [--check] [PART OF A PATH ...]
 *   with --check it writes nothing, and exits 1 when a document is stale.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { documentPaths, generatedBlocks, withGenerated } from './docs/documents.ts';
import { GENERATORS } from './docs/generators.ts';
import { pictures } from './pictures.ts';
import { outputBlocks, withOutputs } from './readme-outputs.ts';

const args = process.argv.slice(2);
const isCheck = args.includes('--check');
const parts = args.filter((arg) => !arg.startsWith('--'));
let stale = 0;
let made = 0;

for (const path of documentPaths()) {
  if (parts.length > 0 && !parts.some((part) => path.includes(part))) continue;
  const before = readFileSync(path, 'utf8');
  const [outputs, generated] = [outputBlocks(before).length, generatedBlocks(before).length];
  made += outputs + generated;
  if (outputs + generated === 0) continue;
  const after = withGenerated(withOutputs(before), GENERATORS);
  const isStale = before !== after;
  if (isStale) stale++;
  if (isStale && !isCheck) writeFileSync(path, after);
  process.stdout.write(
    `${path}: ${outputs} outputs, ${generated} generated parts, ${isStale ? 'changed' : 'as they are'}\n`,
  );
}
for (const { path, text } of pictures()) {
  if (parts.length > 0 && !parts.some((part) => path.includes(part))) continue;
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  stale++;
  process.stdout.write(`${path}: changed\n`);
  if (isCheck) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
process.exitCode = made === 0 || (stale > 0 && isCheck) ? 1 : 0;
