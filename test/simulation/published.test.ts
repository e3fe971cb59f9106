/** What others have published, against shipped scenarios; and the table of it in README.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { publishedTable, readPublished, simulated, withPublished } from '../support/published.ts';

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
  const shipped = readdirSync('scenarios/published').map((file) => file.replace('.yaml', ''));
  assert.equal(shipped.toSorted(), RESULTS.map(({ scenario }) => scenario).toSorted());
});

test('README.md has the table that the runs give (npm run readme rewrites it)', () => {
  const readme = readFileSync('README.md', 'utf8');
  assert.is(readme, withPublished(readme, publishedTable()));
  assert.throws(() => withPublished('', ''), /expected <!-- published -->/);
});
test.run();
