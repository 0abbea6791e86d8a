import type { Variables } from '../cluster/connection/kubectl-child';
import { currentContext } from '../cluster/connection/kubectl-proxy';
import { assertContext, connect, type Target } from '../cluster/connection/target';
import { EnvironmentError, type Problem } from '../problems/problem';
import type { ConfiguredApp } from '../settings/environment';
import { withoutStop, type Finding } from './finding';
import { LIMIT_MS } from './limit';

/** The attempt to connect to the cluster. */
export interface Connection {
  readonly finding: Finding;
  /** The given context, or the current one. */
  readonly context: string | undefined;
  /** Undefined without a connection, or if the environment is for another cluster. */
  readonly target: Target | undefined;
}

interface Wanted {
  readonly context: string | undefined;
  readonly environment: Variables;
  /** Undefined without charts. */
  readonly app: Pick<ConfiguredApp, 'cluster' | 'environment'> | undefined;
}

/** Whether the arguments name the cluster: then it must be there. */
export function isAskedFor({ context, app }: Pick<Wanted, 'context' | 'app'>): boolean {
  return (context ?? app?.cluster.context) !== undefined;
}

export async function tryToConnect(wanted: Wanted): Promise<Connection> {
  const stop = AbortSignal.timeout(LIMIT_MS);
  const named = wanted.context;
  const [context, result] = await Promise.all([
    named ?? currentContext(wanted.environment, stop).catch(() => undefined),
    connect(named, wanted.environment, stop).catch((error: unknown) => problemOf(error, stop)),
  ]);
  const base = { name: 'cluster', why: 'runs the charts' };
  const failed = (problem: Problem): Connection => ({
    context,
    target: undefined,
    finding:
      problem.code === 'kubectl-missing'
        ? { ...base, state: 'not-checked', found: 'not checked without kubectl' }
        : {
            ...base,
            state: isAskedFor(wanted) ? 'missing' : 'warning',
            found: `${context === undefined ? '' : `context ${context}: `}${withoutStop(problem.message)}${gotText(problem)}`,
            fix: problem.fix,
          },
  });
  if (!('api' in result)) return failed(result);
  try {
    if (wanted.app) assertContext(result, named, wanted.app);
  } catch (error) {
    result.api.close();
    return failed(problemOf(error, stop));
  }
  const found = `context ${result.context}, Kubernetes ${result.version}`;
  return { context: result.context, target: result, finding: { ...base, state: 'ok', found } };
}

function problemOf(error: unknown, stop: AbortSignal): Problem {
  // After the limit, the error is only a consequence of it.
  if (stop.aborted)
    return {
      code: 'cluster-unreachable',
      message: `The API server does not answer within ${LIMIT_MS / 1_000} s.`,
      fix: 'Start the cluster, or select another one with --context. Check the network and the login: kubectl version.',
    };
  if (error instanceof EnvironmentError) return error.problems[0]!;
  throw error;
}

/** What kubectl reported. The message contains the context, and the variable may be empty. */
function gotText({ code, got }: Problem): string {
  return got === undefined || code === 'context-refused' || got.endsWith('=') ? '' : ` (${got})`;
}
