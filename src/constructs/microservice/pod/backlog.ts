import { ANNOTATIONS } from '../../../k8s/keys';
import { row, type ProblemRow } from '../../../problems/problem';
import { show } from '../../../basics/text';
import type { ResolvedMicroservice } from '../resolve';

type Options = Pick<ResolvedMicroservice, 'backlog' | 'metrics' | 'health' | 'http' | 'port'>;

/** The annotation from which `callsign status` knows the metric of waiting work. */
export function backlogAnnotation(options: Options): Record<string, string> {
  const { backlog: metric } = options;
  return metric === undefined ? {} : { [ANNOTATIONS.backlog]: JSON.stringify({ port: metricsPort(options), metric }) };
}

export function* backlogProblems(options: Options): Generator<ProblemRow> {
  const { backlog } = options;
  if (backlog === undefined) return;
  if (typeof backlog !== 'string' || !/^[a-zA-Z_:][\w:]*$/.test(backlog))
    yield row('construct-invalid', {
      message: 'This is not the name of a metric.',
      field: 'backlog',
      expected: 'letters, digits and underscores, such as jobs_waiting',
      got: show(backlog),
      fix: 'Copy the name from the /metrics of the program.',
    });
  else if (metricsPort(options) === undefined)
    yield row('health-invalid', {
      message: 'The microservice does not serve HTTP, so nothing can read its metric.',
      field: 'backlog',
      expected: 'metrics: { port: … }, where the program serves /metrics',
      got: show(backlog),
      fix: 'Set metrics.port, or remove backlog.',
    });
}

function metricsPort({ metrics, health, http, port }: Options): number | undefined {
  return metrics?.port ?? health.port ?? (http ? port : undefined);
}
