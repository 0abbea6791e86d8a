/** `io.k8s.api.apps.v1.Deployment` → `apps/v1.Deployment` */
export function shortName(name: string): string {
  const [kind, version, group] = name.split('.').toReversed();
  return group === 'core' ? `${version}.${kind}` : `${group}/${version}.${kind}`;
}

/** The entries of a JSON object, sorted, each on its own line. */
export function jsonLines(record: Readonly<Record<string, unknown>>): string {
  return Object.entries(record)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
    .join(',\n');
}
