import { parseArgs } from 'node:util';
import { own } from '../basics/own';
import { UsageError, type Arguments, type Command, type Option } from './command';
import { guessOf } from './guess';
import { optionLines } from './usage';

/** Reads the arguments of a command. Throws a UsageError that names the wrong one. */
export function parse(name: string, command: Command, argv: readonly string[]): Arguments {
  const wrong = (message: string, option?: string) =>
    new UsageError(
      message,
      `${option ? optionLines(command, option) : ''}Run callsign ${name} --help for its options.\n`,
    );
  const known: Readonly<Record<string, ParsedOption>> = { ...command.options, help: { type: 'boolean', short: 'h' } };
  // Not strict: the messages of Node.js do not name the nearest option.
  const parsed = parseArgs({ args: [...argv], options: known, strict: false, allowPositionals: true, tokens: true });
  for (const token of parsed.tokens) {
    if (token.kind !== 'option') continue;
    const option = own(known, token.name);
    if (!option) {
      const guess = guessOf(token.name, Object.keys(known));
      throw wrong(`Unknown option: ${token.rawName}.${guess ? ` Did you mean --${guess}?` : ''}`, guess);
    }
    if (option.type === 'string' && !hasValue(token))
      throw wrong(`${token.rawName} needs a value.${dashed(token, known)}`, token.name);
    if (option.type === 'boolean' && token.value !== undefined)
      throw wrong(`${token.rawName} takes no value.`, token.name);
    if (option.values && !option.values.includes(String(token.value)))
      throw wrong(
        `Unknown value of ${token.rawName}: ${JSON.stringify(token.value)}. Expected: ${option.values.join(', ')}.`,
      );
  }
  const { positionals } = parsed;
  if (positionals.length > command.words)
    throw wrong(`Unexpected argument: ${JSON.stringify(positionals[command.words])}`);
  const given = Object.entries(parsed.values as Record<string, string | boolean | string[]>);
  const single = given.filter((entry): entry is [string, string | boolean] => !Array.isArray(entry[1]));
  const lists = given.filter((entry): entry is [string, string[]] => Array.isArray(entry[1]));
  return { options: Object.fromEntries(single), lists: Object.fromEntries(lists), words: positionals };
}

type ParsedOption = Omit<Option, 'help'>;

interface OptionToken {
  readonly rawName: string;
  readonly value?: string;
  readonly inlineValue?: boolean;
}

/** `--out --json` is an option without a value, and `--out=--json` has one. */
function hasValue({ value, inlineValue }: OptionToken): boolean {
  return value !== undefined && (inlineValue === true || value === '-' || !value.startsWith('-'));
}

/** How a value is written that begins with a dash. */
function dashed({ rawName, value }: OptionToken, known: Readonly<Record<string, unknown>>): string {
  if (value === undefined || own(known, value.replace(/^-+/, '').split('=')[0]!) !== undefined) return '';
  return ` A value that begins with a dash follows an equals sign: ${rawName}=${value}`;
}
