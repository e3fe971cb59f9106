/**
 * Rules for the text of one file, each a pure function of the file to what is wrong with it, as `path:line: what`.
 * The first group reads code without comments and strings, the second every text file of the project.
 */
import { basename, dirname } from 'node:path/posix';
import { type SourceFile, lineAt } from './source-text.ts';
import { liesIn, NODE_PLACES, PAGE_PLACES, THREAD_PLACES } from './tidy-imports.ts';

interface Ban {
  readonly pattern: RegExp;
  readonly why: string;
  /** Places where it is allowed. */
  readonly except: readonly string[];
}

const ABOVE_THE_MODEL = ['src/report/', 'src/cli/', 'src/playground/'];

/** What src may not say: whatever differs between two runs, two machines or two versions of Node.js. */
const BANS: readonly Ban[] = [
  { pattern: /\bMath\s*\.\s*random\b/g, why: 'random numbers come from named streams', except: [] },
  { pattern: /\bMath\s*\.\s*pow\b|\bMath\s*\[/g, why: 'last bits differ between versions', except: [] },
  { pattern: /=\s*Math\s*[;,\n]/g, why: 'functions of Math are called by their full name', except: [] },
  {
    pattern: /\bMath\s*\.\s*(?:a?(?:sin|cos|tan)h?|atan2|cbrt|hypot|expm1|log1p|log2|log10)\b/g,
    why: 'last bits differ between machines: use sqrt, log and exp',
    except: ABOVE_THE_MODEL,
  },
  { pattern: /(?<!\b\d+ )\*\*|\*\*(?! \d+\b)/g, why: '** only between small whole numbers', except: [] },
  { pattern: /\bDate\b|\bperformance\b/g, why: 'a run reads no clock', except: ['src/cli/'] },
  {
    pattern: /\bset(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/g,
    why: 'a run does not wait',
    except: ['src/cli/', ...THREAD_PLACES, ...PAGE_PLACES],
  },
  { pattern: /\bIntl\b|\.\s*toLocale\w*|\.\s*localeCompare\b/g, why: 'output depends on no locale', except: [] },
  { pattern: /\bconsole\b/g, why: 'rooms print nothing', except: ['src/cli/'] },
  {
    pattern:
      /\bprocess\.(?:argv|cwd|emit\w*|env|exit\w*|hrtime|nextTick|pid|platform|std\w+|versions?)\b|\bglobalThis\b/g,
    why: 'Node.js is for the command line',
    except: [...NODE_PLACES, ...PAGE_PLACES],
  },
];

/** Findings of `pattern` in `code`. */
function findings(file: SourceFile, text: string, pattern: RegExp, why: string): string[] {
  return [...text.matchAll(pattern)].map((match) => {
    const found = match[0].trim();
    return `${file.path}:${lineAt(text, match.index)}: ${found === '' ? '' : `${found}: `}${why}`;
  });
}

/** Clocks, dice, consoles and inexact arithmetic in src. */
export function banErrors(file: SourceFile): string[] {
  if (!file.path.startsWith('src/')) return [];
  return BANS.filter(({ except }) => !liesIn(file.path, except)).flatMap(({ pattern, why }) =>
    findings(file, file.code, pattern, why),
  );
}

/** A non-null assertion in src stands only behind an indexed read: `column[slot]!`. */
export function nonNullErrors(file: SourceFile): string[] {
  if (!file.path.startsWith('src/')) return [];
  return findings(file, file.code, /[\w)"'`]!(?!=)/g, 'asserts what the type does not say');
}

/** Comments that switch a check off. */
export function suppressionErrors(file: SourceFile): string[] {
  const pattern = /\b(?:oxlint|eslint)-disable|@ts-(?:ignore|expect-error|nocheck)|\bprettier-ignore|\bc8 ignore/g;
  return findings(file, file.text, pattern, 'a check is met, not switched off');
}

/** A module begins with what it models, what it leaves out and its source; a test file may let its suites speak. */
export function headerErrors(file: SourceFile): string[] {
  if (file.path.endsWith('.test.ts')) return [];
  const header = /^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//.exec(file.text);
  const words = (header?.[1] ?? '').split(/\s+/).filter((word) => /\w/.test(word));
  return words.length >= 5 ? [] : [`${file.path}:1: no comment says what the module is`];
}

/** Every suite of a test file runs, the file ends with `.run()`, and nothing is left out. */
export function suiteErrors(file: SourceFile): string[] {
  if (!file.path.endsWith('.test.ts')) return [];
  const names = [...file.code.matchAll(/\b(\w+)\s*=\s*suite\b/g)].map((match) => match[1] ?? '');
  const errors = names
    .filter((name) => !new RegExp(`^${name}\\.run\\(\\);$`, 'm').test(file.code))
    .map((name) => `${file.path}: ${name}.run() is missing`);
  if (names.length === 0) errors.push(`${file.path}: no suite`);
  if (errors.length === 0 && !/\b\w+\.run\(\);\s*$/.test(file.code))
    errors.push(`${file.path}: does not end with .run()`);
  for (const name of names)
    errors.push(...findings(file, file.code, new RegExp(`\\b${name}\\.(?:only|skip)\\(`, 'g'), 'hides tests'));
  return errors;
}

/** A test file lies where the room lies that it tests. */
export function mirrorErrors(path: string, folders: ReadonlySet<string>): string[] {
  if (!path.endsWith('.test.ts')) return [];
  const folder = dirname(path).replace(/^test\/?/, '');
  const isKnown = folder === '' || folder === 'support' || folder === 'bench' || folders.has(`src/${folder}`);
  return isKnown ? [] : [`${path}: there is no src/${folder}`];
}

const DRAWERS = /^(?:utils?|helpers?|commons?|misc|shared|lib)(?:\.\w+)*$/;

/** Names are kebab-case, say what they hold, and no index.ts but the package's door gathers others. */
export function nameErrors(path: string): string[] {
  const errors: string[] = [];
  const parts = path.split('/');
  for (const part of parts) {
    if (!/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(part)) errors.push(`${path}: ${part} is not kebab-case`);
    if (DRAWERS.test(part)) errors.push(`${path}: ${part} is a drawer, not a name`);
  }
  if (basename(path) === 'index.ts' && path !== 'src/index.ts') errors.push(`${path}: a barrel`);
  return errors;
}

/** Words that no file of the project holds, this one and its test apart. */
const WORDS: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /\b(?:TODO|FIXME|XXX)\b/g, why: 'belongs in an issue' },
  { pattern: /(?<![\w.:/~-])\/(?:home|root|Users|work|mnt|opt|srv|tmp)\/[\w.]/g, why: 'a path of one machine' },
  { pattern: /\b[A-Z]:\\+\w/g, why: 'a path of one machine' },
  { pattern: /\b(?:registry|npm|mirror|proxy)\.[\w-]+\.\w+|"resolved": "http/g, why: 'a package host' },
  { pattern: /\bhttps?:\/\/(?:localhost|\d+\.\d+\.\d+\.\d+)/g, why: 'a host of one machine' },
  { pattern: /@author\b|\b(?:co-authored|signed-off|reviewed)-by\b/gi, why: 'text speaks of the project alone' },
];

/** Paths and hosts of one machine, notes to oneself, and names of people, in any text file. */
export function wordErrors(file: SourceFile): string[] {
  return WORDS.flatMap(({ pattern, why }) => findings(file, file.text, pattern, why));
}

/** Documents that a text names and `there`, base names of the project's files, does not hold. */
export function documentErrors(file: SourceFile, there: ReadonlySet<string>): string[] {
  return [...file.text.matchAll(/(?<![\w./:-])(?:[\w.-]+\/)*([\w-][\w.-]*\.md)\b/g)]
    .filter(([, name = '']) => !there.has(name))
    .map((match) => `${file.path}:${lineAt(file.text, match.index)}: ${match[0]} is not here`);
}

/** Top-level entries beyond what the project has. Dot files are free, dot folders are not. */
export function topLevelErrors(paths: readonly string[]): string[] {
  const folders = new Set(['src', 'bench', 'scenarios', 'results', 'test', '.ci']);
  const files = new Set(
    'README.md ARCHITECTURE.md CHANGELOG.md LICENSE package.json package-lock.json tsconfig.json'.split(' '),
  );
  const isAllowed = (path: string): boolean => {
    const [first = '', ...rest] = path.split('/');
    return rest.length > 0 ? folders.has(first) : first.startsWith('.') || files.has(first);
  };
  return paths.filter((path) => !isAllowed(path)).map((path) => `${path}: not at the top level`);
}

/** Every scenario has its results and every folder of results its scenario, but that of the benchmarks and of README's pictures. */
export function pairErrors(paths: readonly string[]): string[] {
  const names = (pattern: RegExp): Set<string> =>
    new Set(paths.map((path) => pattern.exec(path)?.[1]).filter((name) => name !== undefined));
  const scenarios = names(/^scenarios\/(.+)\.yaml$/);
  const results = names(/^results\/(?!bench\/|pictures\/)(.+)\/[^/]+$/);
  return [
    ...[...scenarios].filter((name) => !results.has(name)).map((name) => `scenarios/${name}.yaml: no results`),
    ...[...results].filter((name) => !scenarios.has(name)).map((name) => `results/${name}: no scenario`),
  ];
}
