import { GLOBAL_OPTIONS, type Completed, type CompletedCommand, type CompletedOption } from './completed-command';

/** A completion script for zsh. It can be evaluated, or be a file of $fpath. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  return `#compdef callsign
# Completes callsign in zsh.

_callsign() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C \\
${GLOBAL_OPTIONS.map((option) => `    ${optionSpec(option)} \\\n`).join('')}    '1:COMMAND:->command' \\
    '*::argument:->arguments'
  case $state in
    command)
      local -a commands=(
${commands.map(({ name, summary }) => `        ${quoted(`${name}:${summary}`)}\n`).join('')}      )
      _describe command commands
      ;;
    arguments)
      case $words[1] in
${commands.map(zshCase).join('\n')}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _callsign ]]; then
  _callsign "$@"
else
  compdef _callsign callsign
fi
`;
}

function zshCase({ name, options, words }: CompletedCommand): string {
  const specs = [...options.map(optionSpec), ...(words ? wordSpecs(words) : [])];
  return [
    `        ${name})`,
    `          _arguments \\\n${specs.map((spec) => `            ${spec}`).join(' \\\n')}`,
    '          ;;',
  ].join('\n');
}

function optionSpec({ name, help, value, isRepeatable }: CompletedOption): string {
  const repeated = isRepeatable ? '*' : '';
  if (!value) return quoted(`${repeated}${name}[${escaped(help)}]`);
  const { placeholder, values, paths } = value;
  return quoted(`${repeated}${name}=[${escaped(help)}]:${escaped(placeholder)}:${action(values, paths)}`);
}

/** The known words come first, and then the paths. */
function wordSpecs({ placeholder, values, paths }: Completed): string[] {
  const first = values.length > 0 ? [quoted(`1:${escaped(placeholder)}:${action(values)}`)] : [];
  return first.length > 0 && !paths ? first : [...first, quoted(`*:${escaped(placeholder)}:${action([], paths)}`)];
}

/** A space completes nothing, but shows the placeholder. */
function action(values: readonly string[], paths?: Completed['paths']): string {
  if (values.length > 0) return `(${values.join(' ')})`;
  return paths === 'files' ? '_files' : paths === 'folders' ? '_files -/' : ' ';
}

const escaped = (text: string) => text.replaceAll(/[\\[\]:]/g, String.raw`\$&`);
const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
