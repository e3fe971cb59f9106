/** `halfopen init`: a commented scenario to start from. */
import { existsSync, writeFileSync } from 'node:fs';
import { InputError } from '../engine/errors.ts';
import { reasonOf } from '../report/files.ts';
import { plainJson } from '../report/json.ts';
import { scenarioTemplate } from '../scenario/template.ts';
import { Exit } from './messages.ts';
import type { CommonOptions } from './options.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Writes NAME.yaml; never over a file that exists. @returns the exit code. */
export function init(name: string, options: CommonOptions): number {
  const base = name.replace(/\.ya?ml$/, '');
  if (!NAME.test(base)) {
    throw new InputError([
      { where: 'NAME', expected: 'a file name of letters, digits, dots and dashes', received: name },
    ]);
  }
  const path = `${base}.yaml`;
  if (existsSync(path)) throw new InputError([{ where: path, expected: 'no file of that name yet', received: 'one' }]);
  try {
    writeFileSync(path, scenarioTemplate(base), { flag: 'wx' });
  } catch (error) {
    throw new InputError([{ where: path, expected: 'a folder that can be written', received: reasonOf(error) }], {
      cause: error,
    });
  }
  if (options.json === true) process.stdout.write(plainJson('init', { files: [path] }));
  else if (options.quiet !== true) process.stdout.write(`wrote ${path}; now: halfopen run ${path}\n`);
  return Exit.Done;
}
