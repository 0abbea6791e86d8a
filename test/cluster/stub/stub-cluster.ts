import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The status and the body of an answer. A text is not JSON; null repeats the body of the request. */
export type Answer = readonly [code: number, body: object | string | null];

interface Cluster {
  /** The current context. Undefined for no kubeconfig. */
  readonly context?: string;
  /** The version of kubectl. */
  readonly client?: string;
  /** kubectl proxy ends with this error. */
  readonly proxyError?: string;
  /** By method and path: `GET /version`. A dry run has the method DRY-RUN. */
  readonly answers?: Readonly<Record<string, Answer>>;
}

const resource = (name: string, kind: string, scope = 'Namespaced') => ({
  resource: name,
  responseKind: { kind },
  scope,
});

/** What every API server answers. */
const ALWAYS: Readonly<Record<string, Answer>> = {
  'GET /version': [200, { gitVersion: 'v1.36.3' }],
  'GET /api': [
    200,
    {
      items: [
        {
          metadata: {},
          versions: [
            {
              version: 'v1',
              resources: [
                resource('namespaces', 'Namespace', 'Cluster'),
                resource('secrets', 'Secret'),
                resource('configmaps', 'ConfigMap'),
                resource('services', 'Service'),
                resource('persistentvolumeclaims', 'PersistentVolumeClaim'),
              ],
            },
          ],
        },
      ],
    },
  ],
  'GET /apis': [
    200,
    {
      items: [
        {
          metadata: { name: 'apps' },
          versions: [
            {
              version: 'v1',
              resources: [resource('deployments', 'Deployment'), resource('statefulsets', 'StatefulSet')],
            },
          ],
        },
        {
          metadata: { name: 'batch' },
          versions: [{ version: 'v1', resources: [resource('jobs', 'Job')] }],
        },
        {
          metadata: { name: 'autoscaling' },
          versions: [{ version: 'v2', resources: [resource('horizontalpodautoscalers', 'HorizontalPodAutoscaler')] }],
        },
        {
          metadata: { name: 'keda.sh' },
          versions: [{ version: 'v1alpha1', resources: [resource('scaledobjects', 'ScaledObject')] }],
        },
      ],
    },
  ],
  'GET /api/v1/namespaces/kube-system': [200, { metadata: { uid: 'cluster-1' } }],
};

/** A stand-in for kubectl. Its answers are real answers of an API server, recorded once. */
export function stubCluster() {
  let folder = '';
  const file = () => join(folder, 'cluster.json');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'callsign-stub-'));
    copyFileSync(join(__dirname, 'kubectl.js'), join(folder, 'kubectl'));
    chmodSync(join(folder, 'kubectl'), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return {
    is({ answers, ...cluster }: Cluster) {
      writeFileSync(file(), JSON.stringify({ ...cluster, answers: { ...ALWAYS, ...answers } }));
    },
    /** The environment variables with which a command finds it. */
    get environment(): Record<string, string | undefined> {
      const path = `${folder}${delimiter}${process.env.PATH}`;
      return { ...process.env, PATH: path, STUB_CLUSTER: file(), KUBERNETES_SERVICE_HOST: undefined };
    },
    /** The process id of the proxy, once it has started. */
    get proxy(): number | undefined {
      return existsSync(`${file()}.pid`) ? Number(readFileSync(`${file()}.pid`, 'utf8')) : undefined;
    },
    requests(): string[] {
      return existsSync(`${file()}.log`) ? readFileSync(`${file()}.log`, 'utf8').trim().split('\n') : [];
    },
  };
}
