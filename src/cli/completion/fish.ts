import { GLOBAL_OPTIONS, type Completed, type CompletedCommand, type CompletedOption } from './completed-command';

/** A completion script for fish, from version 3.0 on. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  return `# Completes callsign in fish.

function __callsign_no_command
    test (count (commandline -opc)) -eq 1
end

function __callsign_command
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test $words[2] = $argv[1]
end

# Whether one of these words is already on the command line.
function __callsign_wrote
    set -l words (commandline -opc)
    for word in $words[3..-1]
        contains -- $word $argv; and return 0
    end
    return 1
end

complete -c callsign -f
${[
  ...GLOBAL_OPTIONS.map((option) => optionLine('__callsign_no_command', option)),
  ...commands.map(({ name, summary }) => line('__callsign_no_command', `-a ${name}`, `-d ${quoted(summary)}`)),
  ...commands.flatMap(commandLines),
].join('\n')}
`;
}

function commandLines({ name, options, words }: CompletedCommand): string[] {
  const inCommand = `__callsign_command ${name}`;
  return ['', ...(words ? wordLines(inCommand, words) : []), ...options.map((option) => optionLine(inCommand, option))];
}

function wordLines(inCommand: string, { values, paths }: Completed): string[] {
  if (values.length === 0) return paths ? [line(inCommand, pathArguments(paths))] : [];
  const written = `__callsign_wrote ${values.join(' ')}`;
  return [
    line(`${inCommand}; and not ${written}`, `-a ${quoted(values.join(' '))}`),
    ...(paths ? [line(`${inCommand}; and ${written}`, pathArguments(paths))] : []),
  ];
}

function optionLine(condition: string, { name, help, value }: CompletedOption): string {
  return line(condition, `-l ${name.slice(2)}`, ...(value ? valueArguments(value) : []), `-d ${quoted(help)}`);
}

function valueArguments({ values, paths }: Completed): string[] {
  if (values.length > 0) return ['-x', `-a ${quoted(values.join(' '))}`];
  return paths ? ['-r', pathArguments(paths)] : ['-x'];
}

const pathArguments = (paths: 'files' | 'folders') =>
  paths === 'files' ? '-F' : `-a ${quoted('(__fish_complete_directories)')}`;
const line = (condition: string, ...rest: readonly string[]) =>
  `complete -c callsign -n ${quoted(condition)} ${rest.join(' ')}`;
const quoted = (text: string) => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
