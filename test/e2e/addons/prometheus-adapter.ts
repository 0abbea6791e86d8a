import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context';
import { Observer } from './observer';
import { PROMETHEUS } from './prometheus';

const IMAGE = 'registry.k8s.io/prometheus-adapter/prometheus-adapter:v0.12.0';
const NAMESPACE = 'e2e-prometheus-adapter';
const NAME = 'prometheus-adapter';
const PORT = 6443;
/** The configuration of docs/autoscaling.md. */
const RULES = readFileSync(join(__dirname, '../../../docs/monitoring/adapter.yaml'), 'utf8');
const RBAC = 'rbac.authorization.k8s.io';
const API = { group: 'external.metrics.k8s.io', version: 'v1beta1' };

/** The path of the metrics that it serves. */
export const EXTERNAL_METRICS = `/apis/${API.group}/${API.version}`;
/** The object by which the API server knows it. */
export const EXTERNAL_METRICS_SERVICE = `apiservice/${API.version}.${API.group}`;

/** prometheus-adapter: it answers the questions of autoscalers with queries to Prometheus. */
export function prometheusAdapter(context: Context): Observer {
  const subjects = [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }];
  return new Observer(context, {
    name: NAME,
    namespace: NAMESPACE,
    image: IMAGE,
    user: 65534,
    args: [
      '--config=/etc/adapter/config.yaml',
      `--prometheus-url=${PROMETHEUS}`,
      '--metrics-relist-interval=10s',
      // A replica that is not scraped for a moment does not remove the metric.
      '--metrics-max-age=2m',
      `--secure-port=${PORT}`,
      '--cert-dir=/certificates',
    ],
    ports: [PORT],
    ready: { path: '/readyz', port: PORT, scheme: 'HTTPS' },
    mounts: {
      '/etc/adapter': { configMap: { name: NAME } },
      '/certificates': { emptyDir: {} },
      '/tmp': { emptyDir: {} },
    },
    more: [
      // Deleted first: while it exists without an answer, no namespace can be deleted.
      {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name: `${API.version}.${API.group}` },
        spec: {
          ...API,
          service: { name: NAME, namespace: NAMESPACE, port: PORT },
          // It signs its certificate itself.
          insecureSkipTLSVerify: true,
          groupPriorityMinimum: 100,
          versionPriority: 100,
        },
      },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: NAME, namespace: NAMESPACE },
        data: { 'config.yaml': RULES },
      },
      // It asks the API server who calls it, and whether the caller may.
      {
        apiVersion: `${RBAC}/v1`,
        kind: 'ClusterRoleBinding',
        metadata: { name: NAMESPACE },
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'system:auth-delegator' },
        subjects,
      },
      {
        apiVersion: `${RBAC}/v1`,
        kind: 'RoleBinding',
        metadata: { name: NAMESPACE, namespace: 'kube-system' },
        roleRef: { apiGroup: RBAC, kind: 'Role', name: 'extension-apiserver-authentication-reader' },
        subjects,
      },
    ],
  });
}
