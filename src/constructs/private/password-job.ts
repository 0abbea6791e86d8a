import { createHash } from 'node:crypto';
import type { V1Job, V1JobSpec, V1Role, V1RoleBinding, V1ServiceAccount } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { Image } from '../../k8s/image';
import { Endpoint } from '../../links/endpoint';
import { policyOf, type Policy } from '../../links/policy';
import { addObject, selectorLabels } from './object';
import { CONTAINER_SECURITY, podDefaults } from './pod';

interface PasswordJobOptions {
  /** The Secret it makes. */
  readonly secret: string;
  /** The keys that get a random value each. */
  readonly keys: readonly string[];
  /** An image with Node.js. */
  readonly image: Image;
}

/** The API server, wherever it is: its Service listens on 443, and itself mostly on 6443. */
const apiServer = () => new Endpoint({ kind: 'external', name: 'kubernetes.default.svc', ports: [443, 6443] });

/**
 * A Secret with random passwords, made inside the cluster on the first start and never again: the Job may create
 * a Secret and nothing else, so it can neither read nor change the one that is there.
 */
export function addPasswordJob(scope: Construct & { namespace: string | undefined }, { secret, keys, image }: PasswordJobOptions): void {
  const name = `${secret}-password`;
  const labels = selectorLabels(name, scope.namespace);
  const metadata = { name, labels };
  const endpoint = new Endpoint({ kind: 'worker', name, namespace: scope.namespace, pods: labels });
  endpoint.call(apiServer());
  const spec = jobSpec(name, labels, secret, keys, image);
  // The spec of a Job cannot be changed: a changed one is another Job.
  const version = createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 8);

  addObject<V1ServiceAccount>(scope, 'password-service-account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata,
    automountServiceAccountToken: false,
  });
  addObject<Policy>(scope, 'password-network-policy', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: policyOf(endpoint),
  });
  addObject<V1Role>(scope, 'password-role', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata,
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['create'] }],
  });
  addObject<V1RoleBinding>(scope, 'password-role-binding', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, ...(scope.namespace && { namespace: scope.namespace }) }],
  });
  addObject<V1Job>(scope, 'password-job', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    spec,
    metadata: { name: `${name}-${version}`, labels, annotations: { 'callsign.dev/makes-secret': JSON.stringify({ [secret]: keys }) } },
  });
}

function jobSpec(name: string, labels: Record<string, string>, secret: string, keys: readonly string[], image: Image): V1JobSpec {
  return {
    backoffLimit: 20,
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: name,
        ...podDefaults(1000),
        automountServiceAccountToken: true,
        restartPolicy: 'OnFailure',
        containers: [
          {
            name: 'password',
            image: image.reference,
            imagePullPolicy: 'IfNotPresent',
            command: ['node', '-e', SCRIPT],
            env: [
              { name: 'SECRET', value: secret },
              { name: 'KEYS', value: keys.join(',') },
              { name: 'NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
              { name: 'NODE_EXTRA_CA_CERTS', value: '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt' },
            ],
            resources: { requests: { cpu: '25m', memory: '64Mi' }, limits: { memory: '128Mi' } },
            securityContext: CONTAINER_SECURITY,
          },
        ],
      },
    },
  };
}

/** Created is as good as there already: 409 says that an earlier start made it. */
const SCRIPT = `
const { SECRET, KEYS, NAMESPACE } = process.env;
const token = require('fs').readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/token', 'utf8');
const random = () => require('crypto').randomBytes(32).toString('base64url');
const secret = {
  apiVersion: 'v1', kind: 'Secret', metadata: { name: SECRET },
  stringData: Object.fromEntries(KEYS.split(',').map((key) => [key, random()])),
};
fetch(\`https://kubernetes.default.svc/api/v1/namespaces/\${NAMESPACE}/secrets\`, {
  method: 'POST', body: JSON.stringify(secret),
  headers: { authorization: \`Bearer \${token}\`, 'content-type': 'application/json' },
}).then(({ status, statusText }) => {
  if (status !== 201 && status !== 409) throw new Error(\`\${status} \${statusText}\`);
  console.log(\`Secret \${SECRET}: \${status === 201 ? 'created' : 'there already'}\`);
}).catch((error) => {
  console.error(\`Secret \${SECRET}: \${error.message} \${error.cause ?? ''}\`);
  process.exitCode = 1;
});
`.trim();
