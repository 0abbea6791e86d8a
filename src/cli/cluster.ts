import type { Construct } from 'constructs';
import { ApiError } from '../cluster/connection/api-server';
import { assertContext, connect, type Target } from '../cluster/connection/target';
import { forbiddenProblem, isForbidden } from '../cluster/plan/refusals';
import type { Manifest } from '../k8s/objects';
import { EnvironmentError } from '../problems/problem';
import { ConfiguredApp } from '../settings/environment';
import { APP_OPTIONS, loadApp } from './app';
import type { Arguments, Io } from './command';
import { checkedManifests } from './manifests';

/** The options of every command that uses a cluster. */
export const CLUSTER_OPTIONS = {
  ...APP_OPTIONS,
  context: { type: 'string', help: 'the kubectl context of the cluster (default: the current context)' },
  json: { type: 'boolean', help: 'print JSON' },
} as const;

/** The charts, and the cluster of their environment. */
interface ChartsInCluster {
  readonly app: Construct;
  readonly manifests: readonly Manifest[];
  readonly target: Target;
}

/** Loads the charts and connects to the cluster. Prints where it acts. The connection ends afterwards. */
export function withCluster<T>(args: Arguments, io: Io, work: (charts: ChartsInCluster) => Promise<T>): Promise<T> {
  const load = async () => {
    const { app, world } = await checkedManifests(args.options, io);
    return { app, manifests: world.manifests };
  };
  return connected(args, io, load, (charts) => {
    sayWhere(charts, args, io);
    return work(charts);
  });
}

/** Connects to the cluster of an app without synthesizing its charts: they may have problems. */
export function withApp<T>(
  args: Arguments,
  io: Io,
  work: (app: Omit<ChartsInCluster, 'manifests'>) => Promise<T>,
): Promise<T> {
  return connected(args, io, async () => ({ app: await loadApp(args.options, io) }), work);
}

/** Prints the context, the namespaces and the version of the server. */
export function sayWhere(
  { manifests, target }: Pick<ChartsInCluster, 'manifests' | 'target'>,
  { options }: Arguments,
  io: Io,
): void {
  const spaces = [...new Set(manifests.map(({ object }) => object.metadata.namespace).filter(Boolean))];
  const where = `context ${target.context}, namespace${spaces.length === 1 ? '' : 's'} ${spaces.join(', ') || 'none'}, Kubernetes ${target.version}`;
  (options.json ? io.error : io.out)(`${where}\n`);
}

async function connected<Loaded extends { readonly app: Construct }, T>(
  { options }: Arguments,
  io: Io,
  load: () => Promise<Loaded>,
  work: (loaded: Loaded & { readonly target: Target }) => Promise<T>,
): Promise<T> {
  const named = options.context as string | undefined;
  // The connection is made while the charts are loaded.
  const connecting = connect(named, io.environment);
  connecting.catch(() => undefined);
  let target: Target | undefined;
  try {
    const loaded = await load();
    target = await connecting;
    if (loaded.app instanceof ConfiguredApp) assertContext(target, named, loaded.app);
    return await work({ ...loaded, target });
  } catch (error) {
    if (error instanceof ApiError && isForbidden(error.status))
      throw new EnvironmentError([forbiddenProblem([error.status])]);
    throw error;
  } finally {
    // If the charts have a problem, the connection may still be starting.
    if (target) target.api.close();
    else
      void connecting.then(
        ({ api }) => api.close(),
        () => undefined,
      );
  }
}
