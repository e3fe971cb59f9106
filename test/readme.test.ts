/** What README.md and the scenario reference promise: a scenario with every key that runs, forms of values, commands, scripts. */
import { existsSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CLIENT_STACKS } from '../src/traffic/client-stacks.ts';
import { parseArrivals, parseClientStack, parseDistribution } from '../src/scenario/expressions.ts';
import { scenarioJsonSchema } from '../src/scenario/json-schema.ts';
import { parseScenario } from '../src/scenario/parse.ts';
import { FORMS } from '../src/scenario/schema-values.ts';
import { simulate } from '../src/simulation/simulate.ts';

const README = readFileSync('README.md', 'utf8');
const REFERENCE = readFileSync('scenarios/README.md', 'utf8');
const SCENARIO = /```yaml\n([\s\S]*?)```/.exec(REFERENCE)?.[1] ?? '';

/** Every property name of a JSON Schema, at any depth. */
function propertyNames(schema: unknown, names = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return names;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties' && typeof value === 'object' && value !== null)
      for (const name of Object.keys(value)) names.add(name);
    propertyNames(value, names);
  }
  return names;
}

/** What stands as code at the start of lines of the table, or of the text, below the heading `name`. */
function forms(name: string): string[] {
  const [, section = ''] = new RegExp(`^### ${name}\\n([^#]*)`, 'm').exec(REFERENCE) ?? [];
  const rows = [...section.matchAll(/^\| `([^`]+)` /gm)];
  const found = rows.length > 0 ? rows : [...section.matchAll(/`([^`]+)`/g)];
  return found.map(([, form]) => form ?? '');
}

/** Examples in the row `name` of the table of values. */
function examples(name: string): string[] {
  const row = REFERENCE.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? '';
  return [...(row.split(' | ').at(-1) ?? '').matchAll(/`([^`]+)`/g)].map(([, example]) => example ?? '');
}

const test = suite('README.md and the scenario reference');

test('its scenario runs, and every SYN of it is accounted for', () => {
  const scenario = parseScenario(SCENARIO, 'every-key.yaml');
  assert.ok(simulate({ scenario, files: new Map() }).conservation.ok);
});

test('its scenario names every key', () => {
  const names = [...propertyNames(scenarioJsonSchema())];
  assert.ok(names.length > 40);
  assert.equal(
    names.filter((name) => !new RegExp(`\\b${name}\\b`).test(SCENARIO)),
    [],
  );
});

test('every form of a value is read as it stands, and every kind is there', () => {
  const arrivals = new Set(forms('Arrivals').map((text) => parseArrivals(text).kind));
  assert.is(arrivals.size, 9);
  assert.equal(
    FORMS.filter((form) => form !== 'arrivals' && form !== 'client stack' && examples(form).length === 0),
    [],
  );
  const services = new Set(examples('law').map((text) => parseDistribution(text).kind));
  assert.is(services.size, 5);
  const stacks = forms('Client stacks').map((text) => parseClientStack(text).name);
  assert.equal(
    CLIENT_STACKS.filter(({ name }) => !stacks.includes(name)).map(({ name }) => name),
    [],
  );
});

test('every command is there, and every command that it names exists', () => {
  const there = [...readFileSync('src/cli/main.ts', 'utf8').matchAll(/program\.command\('(\w+)'\)/g)].map(
    ([, n]) => `${n}`,
  );
  const named = [...README.matchAll(/^\| \[`halfopen (\w+)/gm)].map(([, name]) => `${name}`);
  assert.ok(there.length > 0);
  assert.equal(new Set(named), new Set(there));
  assert.is(named.length, there.length);
});

test('every script that it names exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = [...README.matchAll(/\bnpm (?:run )?([a-z:]+)/g)].map(([, name]) => name ?? '');
  assert.equal(
    named.filter((name) => !['ci', 'are'].includes(name) && scripts[name] === undefined),
    [],
  );
});

test('every file that it names exists', () => {
  const links = [...README.matchAll(/\]\((?!http)([^)#]+)/g)].map(([, path]) => path ?? '');
  const shown = [...README.matchAll(/\b(?:scenarios|test|src)\/[\w./-]+\.(?:yaml|json|ts)\b/g)].map(([path]) => path);
  assert.ok(links.length > 0 && shown.length > 0);
  assert.equal(
    [...links, ...shown].filter((path) => !existsSync(path)),
    [],
  );
});

test.run();
