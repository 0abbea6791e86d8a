import type { Variables } from '../cluster/connection/kubectl-child';
import { INSTALL } from '../images/docker/docker';
import type { Finding } from './finding';
import { runProgram } from './run-program';

const PREFIX = 'kind-';

/** The program `kind`, and the clusters that it made. */
export interface Kind {
  readonly version: string | undefined;
  /** Undefined if kind cannot list them, for instance because Docker does not answer. */
  readonly clusters: readonly string[] | undefined;
}

/** The name of the kind cluster of a context. Undefined for the context of another cluster. */
export function kindCluster(context: string | undefined): string | undefined {
  return context?.startsWith(PREFIX) ? context.slice(PREFIX.length) : undefined;
}

export async function findKind(environment: Variables): Promise<Kind> {
  const [version, clusters] = await Promise.all([
    runProgram('kind', ['version'], environment),
    runProgram('kind', ['get', 'clusters'], environment),
  ]);
  return {
    version:
      version.state === 'missing'
        ? undefined
        : (version.state === 'ended' && /v\d+\.\d+[\w.-]*/.exec(version.out)?.[0]) || 'unknown version',
    clusters: clusters.state === 'ended' && clusters.isDone ? clusters.out.split('\n').filter(Boolean) : undefined,
  };
}

export function kindFinding(
  { version, clusters }: Kind,
  { context, isConnected }: { readonly context: string | undefined; readonly isConnected: boolean },
): Finding {
  const base = { name: 'kind', why: 'for a cluster on this machine' };
  const cluster = kindCluster(context);
  if (version === undefined)
    return isConnected && cluster === undefined
      ? { ...base, state: 'ok', found: 'not installed, and not needed for the current cluster' }
      : { ...base, state: 'warning', found: 'not installed', fix: INSTALL.kind };
  if (clusters === undefined)
    return {
      ...base,
      state: 'warning',
      found: `${version}, but it cannot list its clusters`,
      fix: 'Make this command work first: kind get clusters.',
    };
  const found = `${version}, ${clusters.length === 0 ? 'no clusters' : `clusters: ${clusters.join(', ')}`}`;
  if (cluster !== undefined && !clusters.includes(cluster) && !isConnected)
    return {
      ...base,
      state: 'warning',
      found: `${found}; the context ${context} has no cluster`,
      fix: `Create the cluster: kind create cluster --name ${cluster}.`,
    };
  return { ...base, state: 'ok', found };
}
