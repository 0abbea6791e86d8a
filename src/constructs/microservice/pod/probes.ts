import type { V1Container, V1Probe } from '@kubernetes/client-node';
import type { ProblemRow } from '../../../problems/problem';
import { show } from '../../../basics/text';
import type { Check, MicroserviceOptions } from '../options';
import { kindOf } from '../ports';
import { isPlainPath } from '../../shared/value-problems';

/** How the cluster asks after its health. What serves no HTTP is asked whether it takes connections; a worker only by commands. */
export function probes(
  options: MicroserviceOptions,
): Pick<V1Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> {
  const { startup = 60, interval, timeout = 2, failures } = options.health ?? {};
  const { live, ready } = checksOf(options);
  const probe = (check: Check, timing: V1Probe): V1Probe => ({
    ...handler(check, options),
    timeoutSeconds: timeout,
    ...timing,
  });
  // A start is asked after often, so that it is seen soon; a command costs more than a connection.
  const period = typeof live === 'string' ? 1 : 5;
  return {
    // A slow start is given its time before the liveness probe has a say.
    ...(live && {
      startupProbe: probe(live, { periodSeconds: period, failureThreshold: Math.ceil(startup / period) }),
    }),
    ...(ready && { readinessProbe: probe(ready, { periodSeconds: interval ?? 3, failureThreshold: failures ?? 2 }) }),
    ...(live && { livenessProbe: probe(live, { periodSeconds: interval ?? 10, failureThreshold: failures ?? 3 }) }),
  };
}

/** What is wrong with the questions. */
export function* healthProblems(options: MicroserviceOptions): Generator<ProblemRow> {
  const { live, ready, ...times } = options.health ?? {};
  const { http = true } = options;
  const listens = kindOf(options) !== 'worker';
  for (const [option, check] of Object.entries({ live, ready })) {
    const field = `health.${option}`;
    if (check === undefined) continue;
    if (
      Array.isArray(check)
        ? check.length === 0 || check.some((word) => typeof word !== 'string')
        : check !== 'tcp' && !isPlainPath(check)
    ) {
      yield [
        'path-invalid',
        {
          message: 'It is not a path that can be asked.',
          field,
          expected: "an absolute path, such as /healthz/ready; 'tcp'; or the words of a command",
          got: show(check),
          fix: 'Write only the path: host and port are known.',
        },
      ];
    } else if (!Array.isArray(check) && (check === 'tcp' ? !listens : !http)) {
      yield [
        'health-invalid',
        {
          message: listens
            ? 'It serves no HTTP, so no path answers.'
            : 'A worker listens on no port, so nothing answers.',
          field,
          expected: `${listens ? "'tcp' or " : ''}a command such as ['test', '-f', '/tmp/ready']`,
          got: show(check),
          fix: `Leave out http: false${listens ? '' : ', or name its ports'}, or ask in another way.`,
        },
      ];
    }
  }
  for (const [option, value] of Object.entries(times)) {
    if (value === undefined || (Number.isInteger(value) && value >= 1)) continue;
    yield [
      'health-invalid',
      {
        message: 'The cluster cannot wait or count like this.',
        field: `health.${option}`,
        expected: 'a whole number from 1 on',
        got: show(value),
        fix: option === 'failures' ? 'Write how often an answer may be missing.' : 'Write whole seconds.',
      },
    ];
  }
}

const DEFAULTS: Record<ReturnType<typeof kindOf>, { live?: Check; ready?: Check }> = {
  microservice: { live: '/healthz/live', ready: '/healthz/ready' },
  server: { live: 'tcp', ready: 'tcp' },
  worker: {},
};

function checksOf(options: MicroserviceOptions): { live?: Check; ready?: Check } {
  return { ...DEFAULTS[kindOf(options)], ...options.health };
}

function handler(check: Check, options: MicroserviceOptions): V1Probe {
  if (typeof check !== 'string') return { exec: { command: [...check] } };
  if (check !== 'tcp') return { httpGet: { path: check, port: 'http' } };
  return { tcpSocket: { port: options.http === false ? Object.keys(options.ports ?? {})[0]! : 'http' } };
}
