import type { Command, Option } from '../command';

/** What a shell completes at a place of the command line. */
export interface Completed {
  /** What the usage shows at the place, such as FILE. */
  readonly placeholder: string;
  /** The values that are known. */
  readonly values: readonly string[];
  /** Whether paths are accepted, and of what. In a place with values, the paths follow one of them. */
  readonly paths?: 'files' | 'folders';
}

/** An option, as a shell completes it. */
export interface CompletedOption {
  /** With its dashes. */
  readonly name: string;
  readonly help: string;
  /** Undefined if the option takes no value. */
  readonly value?: Completed;
  readonly isRepeatable: boolean;
}

/** A command, as a shell completes it. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** The words that are no options. Undefined if the command takes none. */
  readonly words?: Completed;
}

const HELP: CompletedOption = { name: '--help', help: 'print the options', isRepeatable: false };

/** The options without a command. */
export const GLOBAL_OPTIONS: readonly CompletedOption[] = [
  { ...HELP, help: 'print all commands' },
  { name: '--version', help: 'print the version', isRepeatable: false },
];

/** What a shell completes: read from what the commands declare for their help. */
export function completedCommands(commands: Readonly<Record<string, Command>>): CompletedCommand[] {
  const all = Object.entries(commands).map(([name, command]): CompletedCommand => {
    const words = wordsOf(command);
    return {
      name,
      summary: command.summary,
      options: [...Object.entries(command.options).map(([option, given]) => optionOf(option, given, command)), HELP],
      ...(words && { words }),
    };
  });
  const names = { placeholder: 'COMMAND', values: Object.keys(commands) };
  return [...all, { name: 'help', summary: 'Prints the options of a command.', options: [], words: names }];
}

function optionOf(name: string, { type, multiple, help, values = [] }: Option, { usage }: Command): CompletedOption {
  const option = { name: `--${name}`, help, isRepeatable: multiple === true };
  if (type === 'boolean') return option;
  const placeholder = new RegExp(`--${name} ([^\\s\\]]+)`).exec(usage)?.[1] ?? 'VALUE';
  return { ...option, value: { placeholder, values, ...pathsAt(placeholder) } };
}

function wordsOf({ usage, words }: Command): Completed | undefined {
  if (words === 0) return undefined;
  const [before = ''] = usage.split('\n')[0]!.split('--');
  const placeholders = before.split(/[\s[\]|…]+/).filter((placeholder) => placeholder !== '');
  const values = placeholders.filter((placeholder) => /^[a-z]/.test(placeholder));
  const others = placeholders.filter((placeholder) => !values.includes(placeholder));
  const placeholder = others.join('|') || 'NAME';
  return { placeholder, values, ...pathsAt(placeholder) };
}

function pathsAt(placeholder: string): Pick<Completed, 'paths'> {
  const accepted = placeholder.split('|');
  if (accepted.some((one) => ['FILE', 'PATH'].includes(one))) return { paths: 'files' };
  return accepted.includes('DIR') ? { paths: 'folders' } : {};
}
