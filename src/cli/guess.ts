import { nearest } from '../basics/nearest';
import { own } from '../basics/own';

/** Commands of other tools, with the command that does the same here. */
const OTHER_TOOLS: Readonly<Record<string, string>> = {
  build: 'images',
  compile: 'synth',
  convert: 'import',
  create: 'init',
  deploy: 'apply',
  generate: 'synth',
  install: 'apply',
  lint: 'check',
  new: 'init',
  plan: 'diff',
  ps: 'status',
  render: 'synth',
  run: 'start',
  template: 'synth',
  undo: 'rollback',
  up: 'start',
  upgrade: 'apply',
  validate: 'check',
};

/** A shorter beginning of a name fits too many names. */
const SHORTEST = 3;

/** The command or option that the user can have meant: the nearest name, or the only one with this beginning. */
export function guessOf(name: string, known: readonly string[]): string | undefined {
  const longer = name.length < SHORTEST ? [] : known.filter((candidate) => candidate.startsWith(name));
  return nearest(name, known) ?? (longer.length === 1 ? longer[0] : undefined);
}

/** The command that the user can have meant: also by its name in another tool. */
export function guessCommand(name: string, known: readonly string[]): string | undefined {
  return own(OTHER_TOOLS, name) ?? guessOf(name, known);
}
