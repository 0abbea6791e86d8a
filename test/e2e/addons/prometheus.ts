import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const IMAGE = 'prom/prometheus:v2.53.3';
export const MONITORING = 'monitoring';
const LABELS = { app: 'prometheus' };
const ALERTS = readFileSync(join(__dirname, '../../../docs/monitoring/alerts.yaml'), 'utf8');

/**
 * Prometheus, with permission to list pods. It finds pods by the annotations that its Helm chart uses. The job `tried`
 * has addresses that no annotation names.
 */
export function prometheus(namespace: string, tried: readonly string[]): object[] {
  const named = (apiVersion: string, kind: string, rest: object, metadata: object = { namespace: MONITORING }) => ({
    apiVersion,
    kind,
    metadata: { name: 'prometheus', ...metadata },
    ...rest,
  });
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: MONITORING, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    },
    named('v1', 'ServiceAccount', {}),
    named(
      'rbac.authorization.k8s.io/v1',
      'Role',
      { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }] },
      { namespace },
    ),
    named(
      'rbac.authorization.k8s.io/v1',
      'RoleBinding',
      {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'prometheus' },
        subjects: [{ kind: 'ServiceAccount', name: 'prometheus', namespace: MONITORING }],
      },
      { namespace },
    ),
    named('v1', 'ConfigMap', {
      data: { 'prometheus.yml': JSON.stringify(configuration(namespace, tried)), 'alerts.yaml': ALERTS },
    }),
    named('v1', 'Service', { spec: { selector: LABELS, ports: [{ port: 9090 }] } }),
    named('apps/v1', 'Deployment', {
      spec: {
        selector: { matchLabels: LABELS },
        template: { metadata: { labels: LABELS }, spec: podSpec() },
      },
    }),
  ];
}

function podSpec(): object {
  return {
    serviceAccountName: 'prometheus',
    securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'prometheus',
        image: IMAGE,
        args: ['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/data'],
        readinessProbe: { httpGet: { path: '/-/ready', port: 9090 }, periodSeconds: 2 },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [
          { name: 'configuration', mountPath: '/etc/prometheus' },
          { name: 'data', mountPath: '/data' },
        ],
      },
    ],
    volumes: [
      { name: 'configuration', configMap: { name: 'prometheus' } },
      { name: 'data', emptyDir: {} },
    ],
  };
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
