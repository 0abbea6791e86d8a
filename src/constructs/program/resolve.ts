import { USER, withDefaults, type Complete } from '../shared/defaults';
import { RESOURCES, type ResolvedResources } from '../shared/resources';
import type { ProgramOptions } from './options';

/** The defaults that `explain` reports. */
export const PROGRAM_DEFAULTS = { user: USER, resources: RESOURCES } as const;
/** The options that are always set. */
export const PROGRAM_VALUES = {
  env: {},
  telemetry: true,
  files: {},
  volumes: {},
  writable: ['/tmp'],
  user: USER,
  exceptions: [],
  pod: {},
  serviceAccount: {},
  initContainers: {},
  sidecars: {},
} satisfies Partial<ProgramOptions>;

/** The options of a program, all defaults included. */
export interface ResolvedProgram extends Complete<Omit<ProgramOptions, 'resources'>, typeof PROGRAM_VALUES> {
  readonly resources: ResolvedResources;
}

/** The complete options. Wrong values stay as they are: the problems report them. */
export function resolveProgram<Options extends ProgramOptions>({
  resources,
  ...given
}: Options): Omit<Options, keyof ProgramOptions> & ResolvedProgram {
  const options = withDefaults(given as Omit<ProgramOptions, 'resources'>, PROGRAM_VALUES);
  return { ...options, resources: withDefaults(resources, RESOURCES) } as Omit<Options, keyof ProgramOptions> &
    ResolvedProgram;
}
