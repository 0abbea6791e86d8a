import type { Construct } from 'constructs';
import { show } from '../../../basics/text';
import { row, type ProblemRow } from '../../../problems/problem';
import { prometheusSettings } from '../../shared/prometheus-settings';
import { isPlainPath } from '../../shared/value-problems';
import type { ResolvedMicroservice } from '../resolve';

type Scope = Construct & { readonly namespace: string | undefined };

/** The problems of the metrics, and of the Prometheus that scrapes them. */
export function* metricsProblems(scope: Scope, { metrics }: ResolvedMicroservice): Generator<ProblemRow> {
  if (!metrics) return;
  if (metrics.port === undefined)
    yield row('port-invalid', {
      message: 'The microservice has no port that serves HTTP, so nothing can read its metrics.',
      field: 'metrics.port',
      expected: 'the port where the program serves its metrics',
      got: 'none',
      fix: 'Write it: metrics: { port: 9090 }.',
    });
  if (!isPlainPath(metrics.path))
    yield row('path-invalid', {
      message: 'This is not a path.',
      field: 'metrics.path',
      expected: 'a path such as /metrics',
      got: show(metrics.path),
      fix: "Write, for instance, metrics: { path: '/metrics' }.",
    });
  const { namespace, pods } = prometheusSettings(scope);
  if (namespace === scope.namespace && !pods)
    yield row('construct-invalid', {
      message: 'Without labels, every pod of this namespace could read the metrics.',
      field: 'metrics',
      expected: 'the labels of the pods of Prometheus, or another namespace',
      got: `the namespace ${show(namespace)}`,
      fix: "Set prometheus: { pods: { 'app.kubernetes.io/name': 'prometheus' } } in the environment.",
    });
}
