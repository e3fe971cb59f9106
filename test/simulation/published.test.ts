/** What others have published, against shipped scenarios. */
import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { generatedBlocks } from '../support/docs/documents.ts';
import { publishedTable, readPublished, simulated } from '../support/published.ts';

const RESULTS = readPublished();

const test = suite('published results');

for (const result of RESULTS) {
  test(`${result.id}, ${result.source}`, () => {
    for (const figure of result.figures) {
      const [least, most] = figure.range;
      const received = simulated(result, figure);
      assert.ok(received >= least && received <= most, `${figure.what}: ${received}, told ${figure.told}`);
      // Who calls a figure exact means the one that was told.
      if (result.kind === 'exact') assert.equal([least, most], [figure.told, figure.told]);
    }
  });
}

test('every scenario of scenarios/published is one of them', () => {
  const shipped = readdirSync('scenarios/published').flatMap((file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? []);
  assert.equal(shipped.toSorted(), RESULTS.map(({ scenario }) => scenario).toSorted());
});

test('the table of the runs is in the document (npm run readme rewrites it)', () => {
  const blocks = generatedBlocks(readFileSync('scenarios/published/README.md', 'utf8'));
  assert.equal(
    blocks.map(({ body }) => body),
    [publishedTable()],
  );
});
test.run();
