import type { V1Container, V1Probe } from '@kubernetes/client-node';
import { row, type ProblemRow } from '../../../problems/problem';
import { show } from '../../../basics/text';
import type { Health } from '../options';
import { isCheck, probeAction, runsCommand } from '../../shared/health-check';
import type { Check } from '../../shared/values';
import { portsByName } from '../ports';
import type { ResolvedMicroservice } from '../resolve';
import { integer } from '../../shared/value-problems';

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
  const period = live && runsCommand(live) ? 5 : 1;
  return {
    // The liveness probe starts only after the startup probe succeeded.
    ...(live && { startupProbe: probe(live, period, Math.ceil(startup / period)) }),
    ...(ready && { readinessProbe: probe(ready, interval.ready, failures.ready) }),
    ...(live && { livenessProbe: probe(live, interval.live, failures.live) }),
  };
}

/** The problems of the health options. */
export function* healthProblems(given: Health | undefined, options: ResolvedMicroservice): Generator<ProblemRow> {
  const { live, ready, port, startup, interval, timeout, failures } = given ?? {};
  const listens = Object.keys(portsByName(options)).length > 0 || port !== undefined;
  const answers = servesHttp(options);
  for (const [option, check] of Object.entries({ live, ready })) {
    const field = `health.${option}`;
    if (check === undefined) continue;
    if (!isCheck(check)) {
      yield row('path-invalid', {
        message: 'This is not a health check.',
        field,
        expected:
          "an absolute path, such as /healthz/ready; 'tcp'; a command as a list of words; or { touched: '/tmp/alive', within: 30 }",
        got: show(check),
        fix: 'Write only the path, without host and port.',
      });
    } else if (!runsCommand(check) && (check === 'tcp' ? !listens : !answers)) {
      yield row('health-invalid', {
        message: listens
          ? 'The microservice does not serve HTTP, so a path cannot be checked.'
          : 'The program does not listen on a TCP port.',
        field,
        expected: `${listens ? "'tcp', " : ''}a command such as ['test', '-f', '/tmp/ready'], or { touched: '/tmp/alive', within: 30 }`,
        got: show(check),
        fix: `Remove http: false${listens ? '' : ', or set ports'}, or use another check.`,
      });
    }
  }
  for (const [option, value] of Object.entries({ startup, interval, timeout, failures }))
    if (value !== undefined) yield* integer(`health.${option}`, value, { code: 'health-invalid', min: 1 });
}

/** Whether the program answers requests of health checks and hooks. */
export function servesHttp({ http, health }: ResolvedMicroservice): boolean {
  return http || health.port !== undefined;
}

function handler(check: Check, options: ResolvedMicroservice): V1Probe {
  // The number, because the check can compare it with the ports of the container. Nothing else uses that port.
  const { port } = options.health;
  return probeAction(check, port ?? (check === 'tcp' ? Object.keys(portsByName(options))[0]! : 'http'));
}
