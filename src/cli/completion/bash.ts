import { GLOBAL_OPTIONS, type Completed, type CompletedCommand, type CompletedOption } from './completed-command';

/** A completion script for bash, from version 3.2 of macOS on. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  return `# Completes callsign in bash.

_callsign_words() {
  COMPREPLY=($(compgen -W "$*" -- "$current"))
}

_callsign_paths() {
  local path
  # Bash 3.2 does not have compopt. Without it, a folder is completed without its slash.
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do
    COMPREPLY[\${#COMPREPLY[@]}]=$path
  done < <(compgen "$1" -- "$current")
}

# Whether one of these words is already on the command line.
_callsign_wrote() {
  local word written
  for written in "\${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
    for word in "$@"; do
      [[ $written == "$word" ]] && return 0
    done
  done
  return 1
}

_callsign() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    case $current in
      -*) ${words(namesOf(GLOBAL_OPTIONS))} ;;
      *) ${words(commands.map(({ name }) => name))} ;;
    esac
    return
  fi
  # Bash splits --option=value into three words.
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  case \${COMP_WORDS[1]} in
${commands.map(commandCase).join('\n')}
  esac
}

complete -F _callsign callsign
`;
}

function commandCase({ name, options, words: free }: CompletedCommand): string {
  const byAction = new Map<string, string[]>();
  for (const option of options) {
    if (!option.value) continue;
    const action = valueAction(option.value);
    byAction.set(action, [...(byAction.get(action) ?? []), option.name]);
  }
  return [
    `    ${name})`,
    '      case $previous in',
    ...[...byAction].map(([action, names]) => `        ${names.join(' | ')}) ${action} ;;`),
    `        *) ${free ? `if [[ $current == -* ]]; then ${words(namesOf(options))}; else ${wordAction(free)}; fi` : words(namesOf(options))} ;;`,
    '      esac',
    '      ;;',
  ].join('\n');
}

function valueAction({ values, paths }: Completed): string {
  return values.length > 0 ? words(values) : paths ? pathAction(paths) : ':';
}

function wordAction({ values, paths }: Completed): string {
  if (values.length === 0) return paths ? pathAction(paths) : ':';
  const written = `_callsign_wrote ${values.join(' ')}`;
  return paths
    ? `if ${written}; then ${pathAction(paths)}; else ${words(values)}; fi`
    : `${written} || ${words(values)}`;
}

const pathAction = (paths: 'files' | 'folders') => `_callsign_paths ${paths === 'files' ? '-f' : '-d'}`;
const words = (candidates: readonly string[]) => ['_callsign_words', ...candidates].join(' ');
const namesOf = (options: readonly CompletedOption[]) => options.map(({ name }) => name);
