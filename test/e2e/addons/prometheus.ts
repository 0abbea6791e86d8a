import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context';
import { Observer } from './observer';

const IMAGE = 'prom/prometheus:v2.53.3';
const MONITORING = 'monitoring';
const NAME = 'prometheus';
/** Where it answers queries. */
export const PROMETHEUS = `http://${NAME}.${MONITORING}:9090`;
const ALERTS = readFileSync(join(__dirname, '../../../docs/monitoring/alerts.yaml'), 'utf8');

/**
 * Prometheus, with permission to list pods of the namespace. It finds pods by the annotations that its Helm chart uses.
 * The job `tried` has addresses that no annotation names.
 */
export function prometheus(context: Context, namespace: string, tried: readonly string[] = []): Observer {
  const named = (apiVersion: string, kind: string, at: string, rest: object) => ({
    apiVersion,
    kind,
    metadata: { name: NAME, namespace: at },
    ...rest,
  });
  return new Observer(context, {
    name: NAME,
    namespace: MONITORING,
    image: IMAGE,
    user: 65534,
    args: ['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/data'],
    ports: [9090],
    ready: { path: '/-/ready', port: 9090 },
    mounts: { '/etc/prometheus': { configMap: { name: NAME } }, '/data': { emptyDir: {} } },
    more: [
      named('v1', 'ConfigMap', MONITORING, {
        data: { 'prometheus.yml': JSON.stringify(configuration(namespace, tried)), 'alerts.yaml': ALERTS },
      }),
      named('rbac.authorization.k8s.io/v1', 'Role', namespace, {
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
      }),
      named('rbac.authorization.k8s.io/v1', 'RoleBinding', namespace, {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: NAME },
        subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: MONITORING }],
      }),
    ],
  });
}

function configuration(namespace: string, tried: readonly string[]): object {
  const annotation = (name: string) => `__meta_kubernetes_pod_annotation_prometheus_io_${name}`;
  return {
    global: { scrape_interval: '5s', scrape_timeout: '4s', evaluation_interval: '5s' },
    rule_files: ['/etc/prometheus/alerts.yaml'],
    scrape_configs: [
      {
        job_name: 'pods',
        kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [namespace] } }],
        relabel_configs: [
          { source_labels: [annotation('scrape')], action: 'keep', regex: 'true' },
          { source_labels: ['__meta_kubernetes_pod_phase'], action: 'drop', regex: 'Pending|Succeeded|Failed' },
          { source_labels: [annotation('path')], target_label: '__metrics_path__', regex: '(.+)' },
          {
            source_labels: ['__meta_kubernetes_pod_ip', annotation('port')],
            separator: ':',
            target_label: '__address__',
          },
          { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
          { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
        ],
      },
      { job_name: 'tried', static_configs: [{ targets: tried }] },
    ],
  };
}
