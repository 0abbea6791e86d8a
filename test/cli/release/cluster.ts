import { idOf } from '../../../src/cluster/release/apply-set';
import { stubCluster, type Answer } from '../../cluster/stub/stub-cluster';
import type { Io } from '../../../src/cli/command';
import { app as appPath, callsign as run } from '../run';

export const APP = ['--app', appPath('release.js')];
export const WEB = '/apis/apps/v1/namespaces/shop/deployments/web';
export const KEY = '/api/v1/namespaces/shop/secrets/key';

export const base64 = (text: string) => Buffer.from(text).toString('base64');
export const managed = (manager: string, operation: string, fieldsV1: object, subresource?: string) => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...(subresource !== undefined && { subresource }),
});
/** The label of the release: the chart is called shop. */
export const RELEASE = idOf({ name: 'shop', namespace: 'default' });
export const labels = { 'applyset.kubernetes.io/part-of': RELEASE };
export const OURS = managed('callsign', 'Apply', { 'f:spec': { 'f:replicas': {} } });

export function deployment(replicas: number, managedFields: object[] = [OURS], image = 'web:1') {
  const app = { app: 'web' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: 'uid-web',
      resourceVersion: '10',
      generation: 3,
      labels,
      managedFields,
    },
    spec: {
      replicas,
      selector: { matchLabels: app },
      template: { metadata: { labels: app }, spec: { containers: [{ name: 'web', image }] } },
    },
    status: { observedGeneration: 3, replicas, updatedReplicas: replicas, availableReplicas: replicas },
  };
}

export function secret(token: string) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'key',
      namespace: 'shop',
      uid: 'uid-key',
      resourceVersion: '5',
      labels,
      managedFields: [managed('callsign', 'Apply', {})],
    },
    data: { token: base64(token) },
  };
}

/** Both objects as the charts have them. */
export const SAME: Readonly<Record<string, Answer>> = {
  [`GET ${WEB}`]: [200, deployment(2)],
  [`DRY-RUN ${WEB}`]: [200, deployment(2)],
  [`GET ${KEY}`]: [200, secret('hidden-token')],
  [`DRY-RUN ${KEY}`]: [200, secret('hidden-token')],
  PATCH: [200, null],
  POST: [200, null],
  PUT: [200, null],
};
/** The record of the release, as apply writes it. */
export const record = (kinds: string, namespaces = 'shop', tooling = 'callsign/v1'): Answer => [
  200,
  {
    metadata: {
      name: 'shop',
      namespace: 'default',
      uid: 'uid-record',
      resourceVersion: '1',
      labels: { 'applyset.kubernetes.io/id': RELEASE },
      annotations: {
        'applyset.kubernetes.io/tooling': tooling,
        'applyset.kubernetes.io/contains-group-kinds': kinds,
        'applyset.kubernetes.io/additional-namespaces': namespaces,
      },
    },
  },
];
export const RECORD = '/api/v1/namespaces/default/configmaps/shop';
export const RECORDED = { [`GET ${RECORD}`]: record('Deployment.apps,Secret') } as const;
export const SCALED_TO_5 = { [`GET ${WEB}`]: [200, deployment(5)] } as const;
export const status = (code: number, message: string, more: object = {}): Answer => [
  code,
  { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, message, ...more },
];
export const CONFLICT = status(409, 'Apply failed with 1 conflict', {
  reason: 'Conflict',
  details: {
    causes: [
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "kubectl" with subresource "scale" using apps/v1',
        field: '.spec.replicas',
      },
    ],
  },
});

/** A cluster that contains the app `release.js`, and commands that use it. */
export function releaseCluster() {
  const cluster = stubCluster();
  return {
    cluster,
    callsign: (argv: readonly string[], io: Partial<Io> = {}) => run(argv, { environment: cluster.environment, ...io }),
    is: (answers: Readonly<Record<string, Answer>> = {}) =>
      cluster.is({ context: 'kind-dev', answers: { ...SAME, ...answers } }),
    /** The changes of objects, without the record and the lock of the release. */
    writes: () =>
      cluster
        .requests()
        .filter((line) => /^(PATCH|PUT|POST|DELETE)/.test(line) && !/\/namespaces\/default\//.test(line)),
  };
}
