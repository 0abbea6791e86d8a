import type { IConstruct } from 'constructs';
import { show } from '../../basics/text';
import { isDnsLabel } from '../../k8s/names';
import { row, type ProblemRow } from '../../problems/problem';
import type { OptionNames } from '../../problems/unknown-options';
import { withDefaults, type Complete } from './defaults';
import { settingsOf, type Known } from './overrides';
import { enumValue } from './value-problems';

/** How Prometheus finds the pods that it scrapes: by their annotations, or by an object of the Prometheus operator. */
export type PrometheusFinds = 'annotations' | 'pod-monitors';

/** Who gives metrics of Prometheus to autoscalers: an adapter of the cluster, or KEDA. */
export type MetricsSource = 'adapter' | 'keda';

/** The Prometheus of an environment. It scrapes the microservices with the option `metrics`. */
export interface PrometheusSettings {
  /**
   * The namespace of its pods. The policies allow only them.
   * @default 'monitoring'
   */
  readonly namespace?: string;
  /**
   * The labels of its pods.
   * @default - all pods of its namespace
   */
  readonly pods?: Readonly<Record<string, string>>;
  /**
   * How it finds the pods to scrape: by the annotations `prometheus.io/…` of pods, or by a PodMonitor of each
   * microservice, which the Prometheus operator reads.
   * @default 'annotations'
   */
  readonly finds?: PrometheusFinds;
  /**
   * The labels by which it chooses PodMonitors, such as `{ release: 'prometheus' }`.
   * @default - none
   */
  readonly monitorLabels?: Readonly<Record<string, string>>;
  /**
   * Who gives its metrics to autoscalers. With `'adapter'`, microservices that follow a metric have a
   * HorizontalPodAutoscaler, and an adapter serves the metric. With `'keda'`, they have a ScaledObject.
   * @default 'adapter'
   */
  readonly autoscaling?: MetricsSource;
  /**
   * Its URL for KEDA, such as `http://prometheus-operated.monitoring:9090`.
   * @default - none
   */
  readonly address?: string;
}

const NAMES: OptionNames<PrometheusSettings> = {
  namespace: true,
  pods: true,
  finds: true,
  monitorLabels: true,
  autoscaling: true,
  address: true,
};
const FINDS: readonly PrometheusFinds[] = ['annotations', 'pod-monitors'];
const SOURCES: readonly MetricsSource[] = ['adapter', 'keda'];
const DEFAULTS = { namespace: 'monitoring', finds: 'annotations', autoscaling: 'adapter' } as const;

/** The settings, and those that an environment variable can set, such as `CALLSIGN_PROMETHEUS_NAMESPACE`. */
const KNOWN: Known = {
  names: NAMES,
  numbers: [],
  texts: ['namespace', 'finds', 'autoscaling', 'address'],
  defaults: DEFAULTS,
};

/** The complete settings of the environment of an app. */
export function prometheusSettings(scope: IConstruct): Complete<PrometheusSettings, typeof DEFAULTS> {
  return withDefaults<PrometheusSettings, typeof DEFAULTS>(settingsOf(scope)?.own('prometheus', KNOWN), DEFAULTS);
}

/** The problems of the settings. */
export function* prometheusProblems({
  namespace,
  finds,
  monitorLabels,
  autoscaling,
  address,
}: PrometheusSettings): Generator<ProblemRow> {
  yield* enumValue('prometheus.finds', finds, FINDS, 'construct-invalid');
  yield* enumValue('prometheus.autoscaling', autoscaling, SOURCES, 'construct-invalid');
  if (namespace !== undefined && !isDnsLabel(namespace))
    yield row('name-invalid', {
      message: 'This is not a valid name of a namespace.',
      field: 'prometheus.namespace',
      expected: 'lower-case letters, digits and dashes',
      got: show(namespace),
      fix: "Write the namespace of Prometheus, such as 'monitoring'.",
    });
  if (monitorLabels !== undefined && finds !== 'pod-monitors')
    yield row('construct-invalid', {
      message: 'There are no PodMonitors that could have these labels.',
      field: 'prometheus.monitorLabels',
      expected: "finds: 'pod-monitors'",
      got: show(finds),
      fix: "Set finds: 'pod-monitors', or remove monitorLabels.",
    });
  if (autoscaling === 'keda' && !isHttpUrl(address))
    yield row('construct-invalid', {
      message: 'KEDA needs the address of Prometheus.',
      field: 'prometheus.address',
      expected: 'a URL such as http://prometheus-operated.monitoring:9090',
      got: show(address),
      fix: 'Write the address of the Service of Prometheus, with its port.',
    });
  else if (autoscaling !== 'keda' && address !== undefined)
    yield row('construct-invalid', {
      message: 'Only KEDA uses the address of Prometheus.',
      field: 'prometheus.address',
      expected: "autoscaling: 'keda'",
      got: show(autoscaling),
      fix: "Set autoscaling: 'keda', or remove address.",
    });
}

function isHttpUrl(text: unknown): boolean {
  return typeof text === 'string' && /^https?:\/\/[^\s/?#]/.test(text) && URL.canParse(text);
}
