import { shellWord } from '../basics/shell-word';

/** The command that imports these Compose files again. */
export function composeImportCommand(
  [file = '', ...overrides]: readonly string[],
  {
    profiles = [],
    envFiles = [],
  }: { readonly profiles?: readonly string[]; readonly envFiles?: readonly string[] } = {},
): string {
  const more = { file: overrides, profile: profiles, 'env-file': envFiles };
  const options = Object.entries(more).flatMap(([name, values]) => values.flatMap((value) => [`--${name}`, value]));
  return `npx callsign import compose ${[file, ...options].map(shellWord).join(' ')}`;
}
