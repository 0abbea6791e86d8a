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
}

const NAMES: OptionNames<PrometheusSettings> = { namespace: true, pods: true, finds: true, monitorLabels: true };
const FINDS: readonly PrometheusFinds[] = ['annotations', 'pod-monitors'];
const DEFAULTS = { namespace: 'monitoring', finds: 'annotations' } as const;

/** The settings, and those that an environment variable can set, such as `CALLSIGN_PROMETHEUS_NAMESPACE`. */
const KNOWN: Known = { names: NAMES, numbers: [], texts: ['namespace', 'finds'], defaults: DEFAULTS };

/** The complete settings of the environment of an app. */
export function prometheusSettings(scope: IConstruct): Complete<PrometheusSettings, typeof DEFAULTS> {
  return withDefaults<PrometheusSettings, typeof DEFAULTS>(settingsOf(scope)?.own('prometheus', KNOWN), DEFAULTS);
}

/** The problems of the settings. */
export function* prometheusProblems({ namespace, finds, monitorLabels }: PrometheusSettings): Generator<ProblemRow> {
  yield* enumValue('prometheus.finds', finds, FINDS, 'construct-invalid');
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
}
