/** What the documents promise: links and anchors are there, code blocks run, references are whole. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import { parse, parseAllDocuments } from 'yaml';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exportedDeclarations, mentionedDeclarations } from './support/docs/api-reference.ts';
import { exportedNames } from './support/docs/declarations.ts';
import { documentPaths, generatedBlocks } from './support/docs/documents.ts';
import { anchorsOf, codeBlocksOf, linksOf, proseOf } from './support/docs/markdown.ts';
import { moduleHeader, rulesIn } from './support/docs/model-reference.ts';
import { isSection, objectionTo, scenarioSections } from './support/docs/scenario-keys.ts';
import { exampleOf } from './support/docs/scenario-reference.ts';
import { commandsOf, DOCUMENTED_ONLY, optionErrors } from './support/docs/shell-lines.ts';
import { DocumentFolder } from './support/readme-outputs.ts';
import { parseScenario } from '../src/scenario/parse.ts';
import { simulate } from '../src/simulation/simulate.ts';

const documents = documentPaths().map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const textOf = (path: string): string => documents.find((one) => one.path === path)?.text ?? '';

const test = suite('documents');

test('every document is reached from README.md', () => {
  const reached = new Set(['README.md']);
  for (const path of reached) {
    for (const link of linksOf(textOf(path))) {
      const [file = ''] = link.split('#');
      const target = file === '' || /^https?:/.test(link) ? path : join(dirname(path), file);
      if (target.endsWith('.md')) reached.add(target);
    }
  }
  assert.equal(
    documents.map(({ path }) => path).filter((path) => !reached.has(path)),
    [],
  );
});

test('every link leads to a file of the project, every anchor to a heading', () => {
  const wrong = documents.flatMap(({ path, text }) =>
    linksOf(text)
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? path : join(dirname(path), file);
        if (!existsSync(target) || relative('.', target).startsWith('..')) return true;
        return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).has(anchor);
      })
      .map((link) => `${path}: ${link}`),
  );
  assert.equal(wrong, []);
  assert.equal([...anchorsOf('# `a.b` with\n## A B\n## A B\n```\n# no\n```\n')], ['ab-with', 'a-b', 'a-b-1']);
});

test('a table has as many cells in every row', () => {
  for (const { path, text } of documents) {
    for (const [rows] of proseOf(text).matchAll(/(?:^\|.*\|\n)+/gm)) {
      const counts = rows
        .trim()
        .split('\n')
        .map((row) => row.replaceAll('\\|', '').split('|').length);
      assert.is(new Set(counts).size, 1, `${path}: ${rows.slice(0, 200)}`);
    }
  }
});

test('scenarios in code blocks run or are read, other YAML is YAML', () => {
  let scenarios = 0;
  for (const { path, text } of documents) {
    for (const block of codeBlocksOf(text).filter(({ language }) => language === 'yaml')) {
      assert.equal(
        parseAllDocuments(block.text).flatMap(({ errors }) => errors),
        [],
        path,
      );
      if (!/^server:/m.test(block.text)) continue;
      scenarios++;
      const scenario = parseScenario(block.text, path);
      assert.ok(simulate({ scenario, files: new Map() }).conservation.ok, path);
    }
  }
  assert.ok(scenarios > 0);
});

test('every code block says what it is, and none is in a language that nothing tries', () => {
  const tried = new Set(['sh', 'text', 'yaml', 'typescript']);
  for (const { path, text } of documents) {
    for (const { language, text: block } of codeBlocksOf(text)) {
      const isDrawing = language === '' && /^ARCHITECTURE|^README/.test(path);
      assert.ok(tried.has(language) || isDrawing, `${path}: ${language}: ${block.slice(0, 60)}`);
    }
  }
});

test('programs in code blocks are those that the tests run, or declarations', () => {
  const declared = new Set(
    exportedDeclarations().flatMap(({ declarations }) =>
      declarations.flatMap(({ uses }) => uses.map(({ code }) => `${code}\n`)),
    ),
  );
  for (const { path, text } of documents) {
    const programs = generatedBlocks(text).filter(({ name }) => name === 'program' || name === 'api');
    const made = programs.map(({ body }) => body).join('\n');
    for (const block of codeBlocksOf(text).filter(({ language }) => language === 'typescript'))
      assert.ok(made.includes(block.text) || declared.has(block.text), `${path}: ${block.text.slice(0, 60)}`);
  }
});

test('every example of the library is shown', () => {
  const shown = generatedBlocks(textOf('src/README.md')).filter(({ name }) => name === 'program');
  assert.equal(shown.map(({ argument }) => `${argument}.ts`).toSorted(), readdirSync('test/examples').toSorted());
});

/** Columns that a row of the table of files names, other words and paths that vary left out. */
function columnsTold(start: string): string[] {
  const line =
    textOf('results/README.md')
      .split('\n')
      .find((one) => one.startsWith(start)) ?? '';
  const [, , cell = ''] = line.split('|');
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name).filter((name) => !/[A-Z…]/.test(name));
}

test('files have the columns that are told', () => {
  const scenario = 'scenarios/no-attack.yaml';
  const tuned = '--vary server.listen.backlog=2,5';
  const files: readonly (readonly [row: string, command: string, file: string])[] = [
    ['| `summary.csv` |', `run ${scenario}`, 'summary.csv'],
    ['| `counters.csv` |', `run ${scenario}`, 'counters.csv'],
    ['| `timeseries.csv` |', `run ${scenario}`, 'timeseries.csv'],
    ['| `compare.csv` |', `compare ${scenario} --stacks linux-1.2,classic`, 'compare.csv'],
    ['| `points.csv` |', `sweep ${scenario} ${tuned} --replications 2`, 'points.csv'],
    ['| `sweep.csv` |', `sweep ${scenario} ${tuned} --replications 2`, 'sweep.csv'],
    ['| `tune.csv` |', `tune ${scenario} --goal 'users.unserved <= 1%' --find server.listen.backlog=1..5`, 'tune.csv'],
    ['| the same, with `--cost` |', `tune ${scenario} ${tuned} --cost users.unserved`, 'tune.csv'],
  ];
  for (const [row, command, file] of files) {
    const folder = new DocumentFolder();
    try {
      folder.run(`npx halfopen ${command} --quiet --out out`);
      const [header = ''] = folder.read(`out/${file}`).split('\n');
      const told = columnsTold(row);
      assert.ok(told.length > 0, row);
      assert.equal(
        told.filter((name) => !header.split(',').includes(name)),
        [],
        `${row} ${header}`,
      );
    } finally {
      folder.remove();
    }
  }
});

test('every command line has options that there are, and gives 0 where it can be run here', () => {
  for (const { path, text } of documents) {
    const folder = new DocumentFolder();
    try {
      for (const line of commandsOf(text)) {
        assert.equal(optionErrors(line), [], `${path}: ${line}`);
        if (DOCUMENTED_ONLY.some((pattern) => pattern.test(line))) continue;
        const { status, stderr } = folder.run(line);
        assert.is(status, 0, `${path}: ${line}: ${stderr}`);
      }
    } finally {
      folder.remove();
    }
  }
  assert.equal(commandsOf('```sh\nnpx halfopen a && npx halfopen b   # c\nnpm test\n```\n'), [
    'npx halfopen a',
    'npx halfopen b',
  ]);
  assert.equal(optionErrors('npx halfopen run x.yaml --no-such'), ['run has no option --no-such']);
  assert.equal(optionErrors('npx halfopen rnu x.yaml'), ['there is no command rnu']);
});

test('every key of a scenario has a description and an example that the parser takes', () => {
  const sections = scenarioSections();
  const keys = sections.flatMap(({ kind, keys: all }) => all.map((key) => ({ ...key, kind })));
  assert.ok(keys.length > 100);
  assert.equal(
    keys.filter(({ node }) => (node.description ?? '') === '').map(({ path }) => path),
    [],
  );
  for (const key of keys) {
    if (isSection(key.node) || key.path === 'server.sysctl') continue;
    const own = exampleOf(key.node);
    assert.ok(own !== undefined, `${key.path} has no example`);
    for (const example of [own, ...(key.node.examples ?? [])]) {
      const stack = /\.(classic|linux12)\./.exec(key.path)?.[1]?.replace('linux12', 'linux-1.2') ?? 'linux-6.18';
      assert.is(objectionTo(stack, key, example), null, `${key.path}: ${String(example)}`);
    }
  }
});

test('the example of a key is not its default', () => {
  const keys = scenarioSections().flatMap(({ keys: all }) => all);
  const same = keys.filter(
    ({ name, node }) =>
      name !== 'kind' &&
      node.enum === undefined &&
      node.type !== 'boolean' &&
      node.default === exampleOf(node) &&
      node.default !== undefined,
  );
  assert.equal(
    same.map(({ path }) => path),
    ['traffic.NAME.stack'],
  );
});

test('everything that the package exports has a comment, and so has every type that it mentions', () => {
  const groups = exportedDeclarations();
  const exported = groups.flatMap(({ declarations }) => declarations);
  assert.equal(exported.map(({ name }) => name).toSorted(), exportedNames('dist/src/index.d.ts').toSorted());
  const all = [...exported, ...mentionedDeclarations(exported).filter(({ kind }) => kind !== 'class')];
  assert.equal(
    all
      .filter(({ uses }) => uses.some(({ comment }) => /^(?:$|@)/.test(comment)))
      .map(({ name, source }) => `${name} ${source}`),
    [],
  );
});

test('every rule that a model page cites is cited by its modules', () => {
  const pages = documents.filter(({ path }) => /^src\/listeners\/[\w.-]+\/README\.md$/.test(path));
  assert.is(pages.length, 5);
  const meanings = ['classic', 'front-ends', 'freebsd', 'linux', 'linux-1.2'];
  for (const { path, text } of pages) {
    const folder = dirname(path);
    const room = folder.split('/').at(-1) ?? '';
    const written = text.replaceAll(/<!-- generated[\s\S]*?<!-- \/generated -->/g, '');
    const cited = [...rulesIn(`'${written.replaceAll(/['\n]/g, ' ')}'`)];
    const files = generatedBlocks(text)
      .filter(({ name }) => name === 'modules')
      .flatMap(({ body }) => [...body.matchAll(/^\| \[([\w.-]+\.ts)\]/gm)].map(([, name]) => join(folder, name ?? '')));
    const meaning = meanings.includes(room) ? [`src/report/meanings/${room}.ts`] : [];
    const known = new Set([...files, ...meaning].flatMap((file) => [...rulesIn(readFileSync(file, 'utf8'))]));
    const isKnown = (rule: string): boolean => [...known].some((one) => one === rule || one.startsWith(`${rule}.`));
    assert.equal(
      cited.filter((rule) => !isKnown(rule)),
      [],
      path,
    );
  }
});

test('what a module leaves out is read from its first comment', () => {
  const header = moduleHeader(
    '/**\n * Does this.\n *\n *   a → b\n *\n * Leaves out: that; more.\n * Source: RFC 793.\n */\n',
  );
  assert.equal(header, { what: 'Does this.', leavesOut: 'that; more.', source: 'RFC 793.' });
  assert.is(moduleHeader('import x;'), null);
  assert.equal([...rulesIn("// R31, B2.4 and R1-R78\nconst x = 'C4.2';\nR9 = 1")], ['R31', 'B2.4', 'C4.2']);
});

test('documents that are shipped are in the package', () => {
  const { files } = parse(readFileSync('package.json', 'utf8')) as { files: string[] };
  const isShipped = (path: string): boolean =>
    files.includes(path) ||
    files.includes(path.split('/')[0] ?? '') ||
    (path.startsWith('src/') && files.includes('src/**/*.md'));
  const stays = new Set(['bench/README.md']);
  assert.equal(
    documents.map(({ path }) => path).filter((path) => !isShipped(path) && !stays.has(path)),
    [],
  );
  assert.ok(documents.every(({ path }) => statSync(path).size > 0));
});

test.run();
