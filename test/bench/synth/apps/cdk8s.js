'use strict';
// The same objects in a plain cdk8s app, as written by hand: node cdk8s.js N FOLDER
const { ApiObject, App, Chart } = require('cdk8s');

const [n, folder] = [Number(process.argv[2]), process.argv[3]];
const app = new App({ outdir: folder });
const chart = new Chart(app, 'bench', { namespace: 'bench' });
// Each microservice calls the next one.
for (let i = 0; i < n; i++) service(`s${i}`, i + 1 < n ? [`s${i + 1}`] : [], i > 0 ? [`s${i - 1}`] : []);
app.synth();

function service(name, callees, callers) {
  const pods = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': 'bench' };
  const peer = (other) => ({ podSelector: { matchLabels: { ...pods, 'app.kubernetes.io/name': other } } });
  const metadata = {
    name,
    labels: { ...pods, 'app.kubernetes.io/part-of': 'bench', 'app.kubernetes.io/managed-by': 'callsign' },
  };
  const ports = [{ port: 8080, protocol: 'TCP' }];
  new ApiObject(chart, `${name}-account`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata,
    automountServiceAccountToken: false,
  });
  new ApiObject(chart, `${name}-policy`, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: {
      podSelector: { matchLabels: pods },
      policyTypes: ['Ingress', 'Egress'],
      ...(callers.length > 0 && { ingress: [{ from: callers.map(peer), ports }] }),
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
              podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
            },
          ],
          ports: [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
        },
        ...callees.map((other) => ({ to: [peer(other)], ports })),
      ],
    },
  });
  new ApiObject(chart, `${name}-deployment`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 2,
      selector: { matchLabels: pods },
      revisionHistoryLimit: 3,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { metadata: { labels: pods }, spec: podSpec(name, pods, callees) },
    },
  });
  new ApiObject(chart, `${name}-service`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      type: 'ClusterIP',
      selector: pods,
      ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }],
    },
  });
  new ApiObject(chart, `${name}-budget`, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: pods }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  });
}

function podSpec(name, pods, callees) {
  const probe = (path, periodSeconds, failureThreshold) => ({
    httpGet: { path, port: 'http' },
    timeoutSeconds: 2,
    periodSeconds,
    failureThreshold,
  });
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    tolerations: ['not-ready', 'unreachable'].map((state) => ({
      key: `node.kubernetes.io/${state}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 20,
    })),
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: pods },
        matchLabelKeys: ['pod-template-hash'],
      },
    ],
    containers: [
      {
        name,
        image: 'bench/service:1',
        imagePullPolicy: 'IfNotPresent',
        env: [
          { name: 'PORT', value: '8080' },
          ...callees.map((other) => ({ name: `${other.toUpperCase()}_URL`, value: `http://${other}` })),
        ],
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
        startupProbe: probe('/healthz/live', 1, 60),
        readinessProbe: probe('/healthz/ready', 3, 2),
        livenessProbe: probe('/healthz/live', 10, 3),
        lifecycle: { preStop: { sleep: { seconds: 5 } } },
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [{ name: 'writable-0', mountPath: '/tmp' }],
      },
    ],
    volumes: [{ name: 'writable-0', emptyDir: { sizeLimit: '64Mi' } }],
  };
}
