/** `halfopen completion`: scripts that complete commands and options, from the same table of commands as the help. */
import { InputError } from '../engine/errors.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { Exit } from './messages.ts';

/** A command of the command line, as far as it is needed here. */
export interface HelpedCommand {
  name(): string;
  description(): string;
  readonly options: readonly { readonly long?: string | null | undefined; readonly description: string }[];
}

/** A command, as the help lists it. */
interface CommandRow {
  readonly name: string;
  readonly description: string;
  readonly options: readonly { readonly flag: string; readonly description: string }[];
}

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** @returns the exit code. */
export function completion(shell: string, table: readonly HelpedCommand[]): number {
  const commands = table.map((command): CommandRow => ({
    name: command.name(),
    description: command.description(),
    options: command.options.map(({ description, long }) => ({ flag: long ?? '', description })),
  }));
  switch (shell) {
    case 'bash':
      process.stdout.write(bashScript(commands));
      break;
    case 'zsh':
      process.stdout.write(zshScript(commands));
      break;
    case 'fish':
      process.stdout.write(fishScript(commands));
      break;
    default: {
      const expected = `${SHELLS.join(', ')}${didYouMean(shell, SHELLS)}`;
      throw new InputError([{ where: 'SHELL', expected, received: shell }]);
    }
  }
  return Exit.Done;
}

/** Words that are no option complete to files, as the shell does it. */
function bashScript(commands: readonly CommandRow[]): string {
  const cases = commands.map(
    ({ name, options }) => `    ${name}) words='${options.map(({ flag }) => flag).join(' ')}' ;;`,
  );
  return `# halfopen completion bash: eval "$(halfopen completion bash)"
_halfopen() {
  local current=\${COMP_WORDS[COMP_CWORD]} words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  case $current in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _halfopen halfopen
`;
}

/** Single quotes end, and begin again around one that is escaped. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function zshScript(commands: readonly CommandRow[]): string {
  const spec = (flag: string, description: string): string => quoted(`${flag}[${description.replace(/[[\]:]/g, ' ')}]`);
  const cases = commands.map(
    ({ name, options }) =>
      `    ${name}) _arguments ${options.map((one) => spec(one.flag, one.description)).join(' ')} '*:file:_files' ;;`,
  );
  const rows = commands.map(({ description, name }) => `    ${quoted(`${name}:${description.replaceAll(':', ' ')}`)}`);
  return `#compdef halfopen
# halfopen completion zsh: eval "$(halfopen completion zsh)"
_halfopen() {
  local -a commands
  commands=(
${rows.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
}
compdef _halfopen halfopen
`;
}

function fishScript(commands: readonly CommandRow[]): string {
  const lines = commands.flatMap(({ description, name, options }) => [
    `complete -c halfopen -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
    ...options.map(
      (one) =>
        `complete -c halfopen -n '__fish_seen_subcommand_from ${name}' -l ${one.flag.slice(2)} -d ${quoted(one.description)}`,
    ),
  ]);
  return `# halfopen completion fish: halfopen completion fish | source\n${lines.join('\n')}\n`;
}
