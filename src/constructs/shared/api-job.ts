import type { V1Container, V1EnvVar, V1Job, V1JobSpec, V1PolicyRule } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { Image } from '../../images/image';
import { Caller } from '../../links/endpoint';
import { addAccount } from './account';
import { USER } from './defaults';
import { deployed } from './image-settings';
import { objectFields, selectorLabels } from './object';
import { CONTAINER_SECURITY, podDefaults } from './pod';
import { addRole } from './role';
import { VersionedJob } from './versioned-job';

type Scope = Construct & { namespace: string | undefined };

/** A short program that sends requests to the API server, in a Job or a CronJob. */
export interface ApiProgram {
  /** The name of its ServiceAccount, Role and NetworkPolicy. */
  readonly name: string;
  /** An image with Node.js. */
  readonly image: Image;
  /**
   * JavaScript. `api(method, path, body, type)` returns the response, and throws if there is none.
   */
  readonly script: string;
  /** Called when the whole app is declared. */
  readonly env: () => readonly V1EnvVar[];
}

/** Adds a ServiceAccount with exactly these permissions. Its pods can connect only to the API server. */
export function addApiAccount(scope: Scope, id: string, name: string, rules: V1PolicyRule[]): void {
  const labels = selectorLabels(name, scope.namespace);
  const caller = new Caller({ kind: 'worker', name, namespace: scope.namespace, pods: labels });
  caller.usesApiServer = true;
  addAccount(scope, caller, { name, labels }, { prefix: `${id}-` });
  addRole(scope, { id, name, labels, account: name, rules: () => rules });
}

/** Adds a Job that runs the program once. */
export function addApiJob(
  scope: Scope,
  id: string,
  program: ApiProgram,
  annotations?: Record<string, () => string>,
): void {
  const { name } = program;
  new VersionedJob(
    scope,
    id,
    objectFields<V1Job>(scope, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, labels: selectorLabels(name, scope.namespace), annotations },
      spec: () => apiJobSpec(scope, program),
    }),
  );
}

/** The spec of a Job, or of the Jobs that a CronJob creates. */
export function apiJobSpec(scope: Scope, program: ApiProgram): V1JobSpec {
  return {
    backoffLimit: 20,
    template: {
      metadata: { labels: selectorLabels(program.name, scope.namespace) },
      spec: {
        serviceAccountName: program.name,
        ...podDefaults(USER),
        automountServiceAccountToken: true,
        restartPolicy: 'OnFailure',
        containers: [apiContainer(scope, { ...program, name: 'program' })],
      },
    },
  };
}

/** The container of such a program. Its name is that of the program. */
export function apiContainer(scope: Scope, { name, image, script, env }: ApiProgram): V1Container {
  return {
    name,
    image: deployed(scope, image).reference,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '-e', `${CLIENT}\n${script.trim()}`],
    env: [
      ...env(),
      { name: 'NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      { name: 'NODE_EXTRA_CA_CERTS', value: `${TOKEN_FOLDER}/ca.crt` },
    ],
    resources: { requests: { cpu: '25m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    securityContext: CONTAINER_SECURITY,
  };
}

/** Where programs find the token of their pod and the certificate of the API server. */
export const TOKEN_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The API client of these programs. An error exits with the code 1, and Kubernetes runs the container again. */
const CLIENT = `
const api = async (method, path, body, type = 'application/json') => {
  const token = require('fs').readFileSync('${TOKEN_FOLDER}/token', 'utf8');
  const headers = { authorization: 'Bearer ' + token, 'content-type': type };
  return fetch('https://kubernetes.default.svc' + path, { method, headers, body: JSON.stringify(body) });
};
process.on('unhandledRejection', (error) => {
  console.error(error.message, error.cause ?? '');
  process.exit(1);
});
`.trim();
