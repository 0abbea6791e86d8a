/** Where the images of other registries are: below one name, or below one name for each registry. */
export type Mirror = string | Readonly<Record<string, string>>;

const DOCKER_HUB = 'docker.io';
/** Other names of Docker Hub. */
const HUB_NAMES = new Set(['index.docker.io', 'registry-1.docker.io']);

/**
 * The name of an image in a mirror: `postgres:18` is `library/postgres:18` of Docker Hub. An image of a registry that the
 * mirror does not have keeps its name, and so does an image that is in one of the `own` registries.
 */
export function mirrored(reference: string, mirror: Mirror, own: readonly string[]): string {
  const { host, path } = partsOf(reference);
  const hosts = [...own, ...(typeof mirror === 'string' ? [mirror] : Object.values(mirror))].map(hostOf);
  const to = typeof mirror === 'string' ? mirror : Object.hasOwn(mirror, host) ? mirror[host] : undefined;
  return to === undefined || hosts.includes(host) ? reference : `${to}/${path}`;
}

/** The registry of an image, and its name there. */
function partsOf(reference: string): { host: string; path: string } {
  const host = hostOf(reference);
  // If the first part has neither a dot nor a port, it is a path on Docker Hub.
  const isNamed = reference.includes('/') && (/[.:]/.test(host) || host === 'localhost');
  const path = isNamed ? reference.slice(host.length + 1) : reference;
  if (isNamed && host !== DOCKER_HUB && !HUB_NAMES.has(host)) return { host, path };
  return { host: DOCKER_HUB, path: path.includes('/') ? path : `library/${path}` };
}

function hostOf(name: string): string {
  return name.split('/', 1)[0]!;
}
