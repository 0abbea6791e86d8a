import { serverOf } from '../../../constructs/database/engines/index';
import type { DatabaseEngine } from '../../../constructs/database/options';

/** The usual version of a server, for a reference without a version. */
interface UsualVersion {
  readonly image: string;
  readonly why: string;
}

/** The image on Debian: the one on Alpine has another user. `docker.io/library/` is the default of a name without a registry. */
export function onDebian(reference: string): string {
  return reference
    .replace(/^(docker\.io\/)?(library\/)?(?=[^/]+$)/, '')
    .replace(/-alpine[\d.]*$/, '')
    .replace(/:alpine[\d.]*$/, '');
}

/**
 * The version to run, if the file has the official image without a version, such as `postgres` or `postgres:alpine`.
 * `variant` is the end of its tag.
 */
export function usualVersion(
  engine: DatabaseEngine,
  reference: string,
  variant: '' | '-alpine' = '',
): UsualVersion | undefined {
  if (onDebian(reference).replace(/:latest$/, '') !== engine) return undefined;
  const image = `${serverOf(engine).image}${variant}`;
  return { image, why: `It runs ${image}. If existing data is from another version, write that version.` };
}
