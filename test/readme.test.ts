/** What README.md promises: its scenario runs and names every key, its commands, scripts and links exist. */
import { existsSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CLIENT_STACKS } from '../src/traffic/client-stacks.ts';
import { parseArrivals, parseClientStack, parseDistribution } from '../src/scenario/expressions.ts';
import { scenarioJsonSchema } from '../src/scenario/json-schema.ts';
import { parseScenario } from '../src/scenario/parse.ts';
import { simulate } from '../src/simulation/simulate.ts';

const README = readFileSync('README.md', 'utf8');
const SCENARIO = /```yaml\n([\s\S]*?)```/.exec(README)?.[1] ?? '';

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

/** The forms in the row `name` of the table of values. */
function forms(name: string): string[] {
  const row = README.split('\n').find((line) => line.startsWith(`| ${name} `)) ?? '';
  return [...row.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

const test = suite('README.md');

test('its scenario runs, and every SYN of it is accounted for', () => {
  const scenario = parseScenario(SCENARIO, 'README.yaml');
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
  const arrivals = new Set(forms('arrivals').map((text) => parseArrivals(text).kind));
  assert.is(arrivals.size, 9);
  const services = new Set(forms('service, hold').map((text) => parseDistribution(text).kind));
  assert.is(services.size, 5);
  const stacks = forms('client stacks').map((text) => parseClientStack(text).name);
  assert.equal(
    CLIENT_STACKS.filter(({ name }) => !stacks.includes(name)).map(({ name }) => name),
    [],
  );
});

test('every command is there, and every command that it names exists', () => {
  const there = [...readFileSync('src/cli/main.ts', 'utf8').matchAll(/program\.command\('(\w+)'\)/g)].map(
    ([, n]) => `${n}`,
  );
  const named = [...README.matchAll(/^\| `halfopen (\w+)/gm)].map(([, name]) => `${name}`);
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
  const links = [...README.matchAll(/\]\((?!http)([^)]+)\)/g)].map(([, path]) => path ?? '');
  const shown = [...README.matchAll(/\b(?:scenarios|test|src)\/[\w./-]+\.(?:yaml|json|ts)\b/g)].map(([path]) => path);
  assert.ok(links.length > 0 && shown.length > 0);
  assert.equal(
    [...links, ...shown].filter((path) => !existsSync(path)),
    [],
  );
});

test.run();
