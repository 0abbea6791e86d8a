import type { V1Container, V1Probe } from '@kubernetes/client-node';
import { DEFAULTS } from '../resolve';

/** A probe of a container that fails. */
export interface FailedProbe {
  readonly kind: 'startup' | 'readiness' | 'liveness';
  readonly container: V1Container;
  readonly failure: ProbeFailure;
  /** The port of this machine, if the program runs as a process of it. */
  readonly localPort?: number;
}

export type ProbeFailure =
  | { readonly cause: 'status'; readonly status: number }
  | { readonly cause: 'refused' | 'late' }
  /** Such as a command that fails. The text is the message of the node. */
  | { readonly cause: 'other'; readonly text: string };

const OPTIONS = { startup: 'live', readiness: 'ready', liveness: 'live' } as const;

/** What fails: `The readiness probe fails: GET /healthz/ready on port 8080 (the default path) answers with status 404.` */
export function probeMessage(failed: FailedProbe): string {
  const { kind, failure } = failed;
  return `The ${kind} probe fails: ${probeText(failed)}${failureText(failure)}`;
}

/** How to fix it: an option of a microservice, or the program. */
export function probeFix({ kind, container, failure, localPort }: FailedProbe): string {
  const probe = probeOf(container, kind);
  const option = OPTIONS[kind];
  const { path, port } = targetOf(probe, container);
  const variable = container.env?.find(({ name, value }) => /(^|_)PORT$/.test(name) && value === String(port));
  if (failure.cause === 'refused' && localPort !== undefined && variable)
    return `Let the program listen on the port in the variable ${variable.name}, which is ${localPort} here.`;
  if (failure.cause === 'refused')
    return `Let the program listen on port ${port ?? 'of the probe'} of all addresses (0.0.0.0), or set its port in the charts, such as port: 3000.`;
  if (failure.cause === 'late')
    return `Answer the health check without calls to other services, or raise health: { timeout: ${(probe?.timeoutSeconds ?? 1) + 3} }.`;
  // The program has the path, and answers that it is not well.
  if (failure.cause === 'status' && failure.status >= 500 && failure.status !== 501)
    return 'Look at the log of the program: it answers that it is not ready.';
  if (path === undefined) return `Correct the check, health: { ${option}: … }, or the program.`;
  return `Set a path that the program serves, such as health: { ${option}: '/' }. Without such a path: health: { ${option}: 'tcp' }.`;
}

function probeText({ kind, container }: FailedProbe): string {
  const probe = probeOf(container, kind);
  const { path, port } = targetOf(probe, container);
  if (path !== undefined) {
    const isDefault = [path === DEFAULTS.health[OPTIONS[kind]] && 'path', port === DEFAULTS.port && 'port'].filter(
      (part) => part !== false,
    );
    const note = isDefault.length > 0 ? ` (the default ${isDefault.join(' and ')})` : '';
    return `GET ${path} on port ${port}${note}`;
  }
  if (port !== undefined) return `a connection to port ${port}`;
  return probe?.exec ? `the command ${(probe.exec.command ?? []).join(' ')}` : 'the check';
}

function failureText(failure: ProbeFailure): string {
  switch (failure.cause) {
    case 'status':
      return ` answers with status ${failure.status}.`;
    case 'refused':
      return ' is refused. No program listens there.';
    case 'late':
      return ' does not answer in time.';
    default:
      return `: ${failure.text}`;
  }
}

function probeOf(container: V1Container, kind: FailedProbe['kind']): V1Probe | undefined {
  return container[`${kind}Probe`];
}

/** The path and the number of the port, if the probe has them. */
function targetOf(
  probe: V1Probe | undefined,
  container: V1Container,
): { readonly path?: string; readonly port?: number | string } {
  const { httpGet, tcpSocket } = probe ?? {};
  const named = (httpGet ?? tcpSocket)?.port;
  const port = container.ports?.find(({ name }) => name === named)?.containerPort ?? named;
  return { ...(httpGet && { path: httpGet.path ?? '/' }), ...(port !== undefined && { port }) };
}
