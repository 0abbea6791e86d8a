import type { Io } from './command';

/** The profiles of a Compose file that the shell chooses, as for Docker. */
export function profilesOf({ COMPOSE_PROFILES: names = '' }: Io['environment']): string[] {
  return names.split(',').filter((name) => name !== '');
}
