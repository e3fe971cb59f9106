/**
 * What the package exports, read from its compiled declarations (dist/src/index.d.ts and those it names): for each name its
 * declaration as the compiler wrote it, without what is private, its comment, and the types of the project that it mentions.
 * Leaves out: types that the compiler inferred and did not write down, of which exports have none.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { parseSync } from 'rolldown/utils';

export interface Use {
  /** TypeScript, without `export` and `declare`. */
  readonly code: string;
  /** The text of the doc comment, without stars; '' for none. */
  readonly comment: string;
}

export interface Declaration {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'interface' | 'type' | 'constant';
  /** One; of a function as many as it has overloads. */
  readonly uses: readonly Use[];
  /** Where the source is: `src/scenario/parse.ts`. */
  readonly source: string;
  /** Types that it mentions, by their names there, with the file that declares them. */
  readonly mentions: readonly (readonly [name: string, file: string])[];
}

/** A node of the tree; all that is read of it. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

interface Exported {
  readonly local: string;
  readonly name: string;
  /** Declarations of the file that it is from, by the path of the compiled file. */
  readonly file: string;
}

interface Module {
  readonly text: string;
  readonly body: readonly Node[];
  readonly comments: readonly { readonly start: number; readonly end: number; readonly value: string }[];
  /** Local name → file and name there. */
  readonly imports: ReadonlyMap<string, readonly [file: string, name: string]>;
}

const modules = new Map<string, Module>();

function moduleOf(file: string): Module {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(file, 'utf8');
  const parsed = parseSync(file, text);
  const body = (parsed.program as unknown as { body: Node[] }).body;
  const imports = new Map<string, readonly [string, string]>();
  for (const node of body) {
    if (node.type !== 'ImportDeclaration') continue;
    const target = targetOf(file, node);
    for (const one of target === null ? [] : (node['specifiers'] as Node[])) {
      const [local, imported] = [nameOf(one['local']), nameOf(one['imported'] ?? one['local'])];
      imports.set(local, [target ?? '', imported]);
    }
  }
  const module = { text, body, comments: parsed.comments, imports };
  modules.set(file, module);
  return module;
}

/** The compiled file that an import or export names; null for a package. */
function targetOf(file: string, node: Node): string | null {
  const specifier = (node['source'] as { value: string } | null)?.value ?? '';
  return specifier.startsWith('.') ? join(file, '..', specifier).replace(/\.[jt]s$/, '.d.ts') : null;
}

function nameOf(node: unknown): string {
  return (node as { name?: string } | null)?.name ?? '';
}

export interface ExportGroup {
  /** The comment above the exports, without its marks. */
  readonly heading: string;
  readonly exports: readonly Exported[];
}

/** The exports of the package's door, in groups that begin with a comment. */
export function exportGroups(door: string, source: string): ExportGroup[] {
  const text = readFileSync(source, 'utf8');
  const { body } = moduleOf(door);
  const groups: { heading: string; exports: Exported[] }[] = [];
  // Comments that are not docs are not in the declarations: the source has them, in the same order.
  for (const part of text.split(/^\/\/ /m).slice(1)) {
    const heading = part.slice(0, part.indexOf('\n'));
    groups.push({ heading, exports: [] });
    for (const [, names = ''] of part.matchAll(/\{([^}]*)\} from/g)) {
      for (const name of names.split(',').map((one) => one.trim().replace(/^type /, ''))) {
        const found = body
          .flatMap((node) => exportedBy(door, node))
          .find((one) => name.split(' as ').at(-1) === one.name);
        if (found !== undefined) groups.at(-1)?.exports.push(found);
      }
    }
  }
  return groups;
}

function exportedBy(file: string, node: Node): Exported[] {
  if (node.type !== 'ExportNamedDeclaration') return [];
  const target = targetOf(file, node);
  if (target === null) return [];
  return (node['specifiers'] as Node[]).map((one) => ({
    local: nameOf(one['local']),
    name: nameOf(one['exported']),
    file: target,
  }));
}

/** All names that the door has. */
export function exportedNames(door: string): string[] {
  return moduleOf(door)
    .body.flatMap((node) => exportedBy(door, node))
    .map(({ name }) => name);
}

const KINDS: Readonly<Record<string, Declaration['kind']>> = {
  TSDeclareFunction: 'function',
  FunctionDeclaration: 'function',
  ClassDeclaration: 'class',
  TSInterfaceDeclaration: 'interface',
  TSTypeAliasDeclaration: 'type',
  VariableDeclaration: 'constant',
};

/** The declaration of `local` in a compiled file, under the name that the package has for it. @throws RangeError for none. */
export function declarationOf({ file, local, name }: Exported): Declaration {
  const module = moduleOf(file);
  // A function may have several, one for each way to call it.
  const found = module.body.flatMap((outer) => {
    const node = outer.type === 'ExportNamedDeclaration' ? ((outer['declaration'] ?? outer) as Node) : outer;
    const kind = KINDS[node.type];
    const own = kind === 'constant' ? nameOf((node['declarations'] as Node[])[0]?.['id']) : nameOf(node['id']);
    return kind === undefined || own !== local ? [] : [{ kind, node, start: outer.start }];
  });
  const [first] = found;
  if (first !== undefined) {
    const uses = found.map(({ node, start }): Use => {
      const code = codeOf(module, node).replace(new RegExp(`\\b${local}\\b`), name);
      return { code, comment: commentBefore(module, start) ?? '' };
    });
    return {
      name,
      kind: first.kind,
      uses,
      source: file.replace(/^dist\//, '').replace(/\.d\.ts$/, '.ts'),
      mentions: found.flatMap(({ node }) => mentionsOf(node, file, module)),
    };
  }
  const elsewhere = module.body.flatMap((outer) => exportedBy(file, outer)).find((one) => one.name === local);
  if (elsewhere !== undefined) return declarationOf({ ...elsewhere, name });
  throw new RangeError(`expected a declaration of ${local}, received none in ${file}`);
}

/** Text of a declaration, private members and what stands around it left out. */
function codeOf(module: Module, node: Node): string {
  const members = ((node['body'] as Node | undefined)?.['body'] ?? []) as Node[];
  const isHidden = (one: Node): boolean => one['accessibility'] === 'private';
  let code = '';
  let from = node.start;
  for (const member of Array.isArray(members) ? members.filter(isHidden) : []) {
    const comment = module.comments.findLast((one) => one.end <= member.start);
    const isIts = comment !== undefined && module.text.slice(comment.end, member.start).trim() === '';
    code += module.text.slice(from, isIts ? comment.start : member.start);
    from = member.end;
  }
  code += module.text.slice(from, node.end);
  return code
    .replace(/^(?:export )?(?:declare )?/, '')
    .replaceAll(/^[ \t]*\n/gm, '')
    .replaceAll(/^( +)/gm, (spaces) => ' '.repeat(spaces.length - 2 * Math.floor(spaces.length / 4)));
}

function commentBefore({ comments, text }: Module, start: number): string | null {
  const comment = comments.findLast((one) => one.end <= start);
  if (comment === undefined || !comment.value.startsWith('*') || text.slice(comment.end, start).trim() !== '')
    return null;
  return comment.value
    .replace(/^\*/, '')
    .replaceAll(/^\s*\*/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Names of types in a declaration, and the files that declare them; those of the language and of packages have none. */
function mentionsOf(node: Node, file: string, { body, imports }: Module): [string, string][] {
  const names = new Set<string>();
  walk(node, (one) => {
    if (one.type === 'TSTypeReference') names.add(nameOf(one['typeName']));
    if (one.type === 'TSTypeQuery') names.add(nameOf(one['exprName']));
    if (one.type === 'TSInterfaceHeritage' || one.type === 'TSClassImplements') names.add(nameOf(one['expression']));
    if (one.type === 'ClassDeclaration') names.add(nameOf(one['superClass']));
  });
  const isOwn = (name: string): boolean =>
    body.some((outer) => nameOf(((outer['declaration'] ?? outer) as Node)['id']) === name);
  names.delete('');
  return [...names].flatMap((name): [string, string][] => {
    const imported = imports.get(name);
    if (imported !== undefined) return [[imported[1], imported[0]]];
    return isOwn(name) ? [[name, file]] : [];
  });
}

function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const one of node) walk(one, visit);
  else if (node !== null && typeof node === 'object') {
    if (typeof (node as Node).type === 'string') visit(node as Node);
    for (const child of Object.values(node)) walk(child, visit);
  }
}
