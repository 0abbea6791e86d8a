import type { Construct } from 'constructs';
import { show } from '../../../basics/text';
import { row, type ProblemRow } from '../../../problems/problem';
import { prometheusSettings } from '../../shared/prometheus-settings';
import type { MicroserviceOptions } from '../options';
import type { Autoscale, ScalingMetric } from './autoscale';

type Found = Generator<ProblemRow>;

/** Kubernetes counts amounts in thousandths. */
const LEAST_TARGET = 0.001;

/** The problems of the metrics that set the number of replicas. */
export function* scalingMetricProblems(scope: Construct, { autoscale, backlog, metrics }: MicroserviceOptions): Found {
  if (!autoscale) return;
  if (autoscale.backlog !== undefined) yield* backlogTargetProblems(autoscale.backlog, backlog, metrics);
  // `null` is not `undefined`, and code without type checks can pass it.
  const metric: unknown = autoscale.metric;
  if (metric === undefined) return;
  if (typeof metric !== 'object' || metric === null)
    yield row('autoscale-invalid', {
      message: 'This is not a metric with a target.',
      field: 'autoscale.metric',
      expected: 'an object with name and target',
      got: show(metric),
      fix: METRIC_FIX,
    });
  else yield* metricProblems(metric as ScalingMetric, prometheusSettings(scope).autoscaling === 'keda');
}

const METRIC_FIX = "Write, for instance, autoscale: { max: 6, metric: { name: 'mails_waiting', target: 100 } }.";

function* backlogTargetProblems(
  target: Autoscale['backlog'],
  backlog: MicroserviceOptions['backlog'],
  metrics: MicroserviceOptions['metrics'],
): Found {
  yield* targetProblems('autoscale.backlog', target, 'Write, for instance, autoscale: { max: 6, backlog: 1000 }.');
  if (backlog === undefined)
    yield row('autoscale-metric-missing', {
      message: 'No metric says how much work waits.',
      field: 'autoscale.backlog',
      expected: 'the option backlog with the name of the metric',
      got: 'none',
      fix: "Add, for instance, backlog: 'jobs_waiting' to the microservice.",
    });
  if (metrics === undefined)
    yield row('autoscale-metric-missing', {
      message: 'Prometheus does not scrape the metric of the backlog.',
      field: 'autoscale.backlog',
      expected: 'the option metrics',
      got: 'none',
      fix: 'Add metrics: {} to the microservice.',
    });
}

function* metricProblems({ name, target, labels = {}, query }: ScalingMetric, byKeda: boolean): Found {
  // The name is a part of the path under which the autoscaler asks for it.
  if (typeof name !== 'string' || !/^[^\s/%]+$/.test(name) || name === '.' || name === '..')
    yield row('autoscale-invalid', {
      message: 'This is not the name of a metric.',
      field: 'autoscale.metric.name',
      expected: 'a name without spaces and slashes, such as mails_waiting',
      got: show(name),
      fix: 'Copy the name that `kubectl get --raw /apis/external.metrics.k8s.io/v1beta1` lists.',
    });
  yield* targetProblems('autoscale.metric.target', target, METRIC_FIX);
  if (query !== undefined && (typeof query !== 'string' || query.trim() === ''))
    yield row('autoscale-invalid', {
      message: 'The query is empty.',
      field: 'autoscale.metric.query',
      expected: 'a query of Prometheus with one result',
      got: show(query),
      fix: 'Write, for instance, query: \'sum(mails_waiting{queue="out"})\', or remove it.',
    });
  const unknown = [name, ...Object.keys(labels)].find((word) => !isPrometheusName(word));
  if (byKeda && query === undefined && unknown !== undefined)
    yield row('autoscale-metric-missing', {
      message: 'Prometheus has no series with this name or label.',
      field: 'autoscale.metric',
      expected: 'names of letters, digits and underscores, or a query',
      got: show(unknown),
      fix: 'Add the query that KEDA sends to Prometheus: autoscale.metric.query.',
    });
}

function isPrometheusName(word: unknown): boolean {
  return typeof word === 'string' && /^[a-zA-Z_:][\w:]*$/.test(word);
}

function* targetProblems(field: string, target: unknown, fix: string): Found {
  if (
    typeof target === 'number' &&
    Number.isFinite(target) &&
    target >= LEAST_TARGET &&
    target <= Number.MAX_SAFE_INTEGER
  )
    return;
  yield row('autoscale-invalid', {
    message: 'The target of a replica must be above 0.',
    field,
    expected: `a number, ${LEAST_TARGET} or more`,
    got: show(target),
    fix,
  });
}
