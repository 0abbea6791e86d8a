import { EnvironmentError } from '../../problems/problem';
import type { ConfiguredApp } from '../../settings/environment';
import { ApiServer } from './api-server';
import type { Variables } from './kubectl-child';
import { currentContext } from './kubectl-proxy';
import { contextProblem, noKubeconfig } from './problems';

/** The cluster that a command acts on. */
export interface Target {
  readonly api: ApiServer;
  readonly context: string;
  /** Such as `v1.37.2`. */
  readonly version: string;
}

/**
 * Connects to the cluster of `--context`, or of the current context. It can start before the charts are loaded. If the
 * signal ends the attempt, any error can result.
 */
export async function connect(
  context: string | undefined,
  environment: Variables,
  stop?: AbortSignal,
): Promise<Target> {
  const starting = ApiServer.connect(context, environment, stop);
  // If the other promise fails first, this one must not become an unhandled rejection.
  starting.catch(() => undefined);
  const current =
    context ??
    (await currentContext(environment, stop).catch((error: unknown) => {
      closeWhenStarted(starting);
      throw error;
    }));
  const inPod = environment.KUBERNETES_SERVICE_HOST !== undefined;
  if (current === undefined && !inPod) {
    closeWhenStarted(starting);
    throw new EnvironmentError([noKubeconfig(environment.KUBECONFIG)]);
  }
  const api = await starting;
  const close = () => api.close();
  stop?.addEventListener('abort', close);
  try {
    stop?.throwIfAborted();
    const { gitVersion } = await api.json<{ gitVersion: string }>('/version');
    return { api, context: current ?? 'in-cluster', version: gitVersion };
  } catch (error) {
    api.close();
    throw error;
  } finally {
    stop?.removeEventListener('abort', close);
  }
}

function closeWhenStarted(starting: Promise<ApiServer>): void {
  void starting.then(
    (api) => api.close(),
    () => undefined,
  );
}

/** Throws if the environment is for another context, and `--context` does not name one. */
export function assertContext(
  { context }: Target,
  named: string | undefined,
  app: Pick<ConfiguredApp, 'cluster' | 'environment'>,
): void {
  const expected = app.cluster.context;
  if (expected !== undefined && named === undefined && context !== expected)
    throw new EnvironmentError([contextProblem(app.environment ?? 'of the app', expected, context)]);
}
