import type { KubernetesObject } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { Caller, type Endpoint } from '../../../links/endpoint';
import { addObject } from '../../shared/object';
import { prometheusSettings } from '../../shared/prometheus-settings';
import { portNames } from '../ports';
import type { ResolvedMicroservice } from '../resolve';

type Options = Pick<ResolvedMicroservice, 'metrics' | 'http' | 'port' | 'ports' | 'eventsPort' | 'health'>;

/** The PodMonitor of the Prometheus operator, as far as we write it. */
interface PodMonitor extends KubernetesObject {
  readonly spec: {
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly podMetricsEndpoints: readonly { readonly port: string; readonly path: string }[];
  };
}

/** Lets the Prometheus of the environment reach the metrics, and tells it where they are. */
export function addScraping(
  scope: Construct & { readonly name: string },
  endpoint: Endpoint,
  labels: Record<string, string>,
  options: Options,
): void {
  const { metrics } = options;
  if (metrics?.port === undefined) return;
  const { namespace, pods, finds, monitorLabels } = prometheusSettings(scope);
  // It is not in the graph of the application: it scrapes everything.
  new Caller({ kind: 'service', name: 'prometheus', namespace, pods }).call(endpoint, 'METRICS', {
    ports: [metrics.port],
  });
  if (finds !== 'pod-monitors') return;
  addObject<PodMonitor>(scope, 'pod-monitor', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: scope.name, labels: { ...monitorLabels, ...labels } },
    spec: {
      selector: { matchLabels: { ...endpoint.options.pods } },
      podMetricsEndpoints: [{ port: portNames(options).get(metrics.port)!, path: metrics.path }],
    },
  });
}

/** The annotations of pods by which Prometheus finds them. */
export function scrapeAnnotations(scope: Construct, { metrics }: Pick<Options, 'metrics'>): Record<string, string> {
  if (metrics?.port === undefined || prometheusSettings(scope).finds !== 'annotations') return {};
  return {
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': String(metrics.port),
    'prometheus.io/path': metrics.path,
  };
}
