import type { V1Container, V1Probe } from '@kubernetes/client-node';
import { row, type ProblemRow } from '../../../problems/problem';
import { show } from '../../../basics/text';
import type { Health } from '../options';
import type { Check } from '../../shared/values';
import { portsByName } from '../ports';
import type { ResolvedMicroservice } from '../resolve';
import { integer, isPlainPath } from '../../shared/value-problems';

/** The probes of a container. Without HTTP a probe opens a connection. A worker has only probes that run a command. */
export function probes(
  options: ResolvedMicroservice,
): Pick<V1Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> {
  const { live, ready, startup, timeout, interval, failures } = options.health;
  const probe = (check: Check, periodSeconds: number, failureThreshold: number): V1Probe => ({
    ...handler(check, options),
    timeoutSeconds: timeout,
    periodSeconds,
    failureThreshold,
  });
  // The startup probe runs often, so that a started pod becomes ready soon. A command costs more than a connection.
  const period = typeof live === 'string' ? 1 : 5;
  return {
    // The liveness probe starts only after the startup probe succeeded.
    ...(live && { startupProbe: probe(live, period, Math.ceil(startup / period)) }),
    ...(ready && { readinessProbe: probe(ready, interval.ready, failures.ready) }),
    ...(live && { livenessProbe: probe(live, interval.live, failures.live) }),
  };
}

/** The problems of the health options. */
export function* healthProblems(
  given: Health | undefined,
  { kind, http }: ResolvedMicroservice,
): Generator<ProblemRow> {
  const { live, ready, port, startup, interval, timeout, failures } = given ?? {};
  const listens = kind !== 'worker' || port !== undefined;
  const answers = http || port !== undefined;
  for (const [option, check] of Object.entries({ live, ready })) {
    const field = `health.${option}`;
    if (check === undefined) continue;
    if (!isCheck(check)) {
      yield row('path-invalid', {
        message: 'This is not a health check.',
        field,
        expected: "an absolute path, such as /healthz/ready; 'tcp'; or a command as a list of words",
        got: show(check),
        fix: 'Write only the path, without host and port.',
      });
    } else if (!Array.isArray(check) && (check === 'tcp' ? !listens : !answers)) {
      yield row('health-invalid', {
        message: listens
          ? 'The microservice does not serve HTTP, so a path cannot be checked.'
          : 'A worker does not listen on a port.',
        field,
        expected: `${listens ? "'tcp' or " : ''}a command such as ['test', '-f', '/tmp/ready']`,
        got: show(check),
        fix: `Remove http: false${listens ? '' : ', or set ports'}, or use another check.`,
      });
    }
  }
  for (const [option, value] of Object.entries({ startup, interval, timeout, failures }))
    if (value !== undefined) yield* integer(`health.${option}`, value, { code: 'health-invalid', min: 1 });
}

/** Whether a value is a health check. */
export function isCheck(check: unknown): check is Check {
  if (Array.isArray(check)) return check.length > 0 && check.every((word) => typeof word === 'string');
  return check === 'tcp' || isPlainPath(check);
}

function handler(check: Check, options: ResolvedMicroservice): V1Probe {
  // The number, because the check can compare it with the ports of the container. Nothing else uses that port.
  const { port } = options.health;
  return probeAction(check, port ?? (check === 'tcp' ? Object.keys(portsByName(options))[0]! : 'http'));
}

/** What a probe does: it runs a command, opens a connection to the port, or sends a request. */
export function probeAction(check: Check, port: number | string): V1Probe {
  if (typeof check !== 'string') return { exec: { command: [...check] } };
  return check === 'tcp' ? { tcpSocket: { port } } : { httpGet: { path: check, port } };
}
