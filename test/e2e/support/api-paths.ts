const CORE = '/api/v1';
/** The kinds that the test reads, in the singular, with the API that serves them. */
const SERVED_BY: Readonly<Record<string, string>> = {
  configmap: CORE,
  namespace: CORE,
  node: CORE,
  pod: CORE,
  secret: CORE,
  service: CORE,
  deployment: '/apis/apps/v1',
  statefulset: '/apis/apps/v1',
  job: '/apis/batch/v1',
  horizontalpodautoscaler: '/apis/autoscaling/v2',
};
const CLUSTER_WIDE = new Set(['namespace', 'node']);

/** The paths of the API for the arguments of `kubectl get`, one for each kind. Undefined if only kubectl can read them. */
export function apiPathsOf(args: readonly string[]): string[] | undefined {
  const words: string[] = [];
  let namespace: string | undefined = 'default';
  let query = '';
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '-n') namespace = args[++i];
    else if (arg === '-A') namespace = undefined;
    else if (arg === '-l') query = `?labelSelector=${encodeURIComponent(args[++i]!)}`;
    else if (arg.startsWith('-')) return undefined;
    else words.push(...arg.split('/'));
  }
  const [kinds = '', name] = words;
  const paths = kinds.split(',').map((word) => {
    const kind = word.replace(/s$/, '');
    const place = namespace === undefined || CLUSTER_WIDE.has(kind) ? '' : `/namespaces/${namespace}`;
    return SERVED_BY[kind] && `${SERVED_BY[kind]}${place}/${kind}s${name ? `/${name}` : ''}${query}`;
  });
  return paths.every((path) => path !== undefined) ? paths : undefined;
}
