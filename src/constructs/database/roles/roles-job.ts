import type { V1EnvVar, V1Job, V1JobSpec } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { ANNOTATIONS } from '../../../k8s/keys';
import { Caller, type Endpoint } from '../../../links/endpoint';
import { DATABASE_PREFIX, partVariable } from '../../../links/variables';
import { addAccount } from '../../shared/account';
import { objectFields, selectorLabels } from '../../shared/object';
import { VersionedJob } from '../../shared/versioned-job';
import { clientPod } from '../client-pod';
import type { RolePlan } from './role-plan';
import { NEEDS_A_PERSON, passwordVariable, rolesJobName, type RoleScript } from './role-script';

interface RolesJobOptions {
  readonly endpoint: Endpoint;
  /** The image with the command-line client of the server. */
  readonly image: string;
  /** The user of the image. */
  readonly user: number;
  /** The Secret with the password of the superuser, and its key. */
  readonly superuser: { readonly name: string; readonly key: string };
  readonly script: RoleScript;
  /** Called when all callers are declared. */
  readonly plan: () => RolePlan;
  /** The keys of the Secrets with the passwords of the roles. */
  readonly secrets: () => Readonly<Record<string, readonly string[]>>;
}

/**
 * Adds a Job that creates the roles of the callers. It can connect only to the database. If the callers or their grants
 * change, a new Job runs. The pods of a new caller are not ready until it succeeded.
 */
export function addRolesJob(scope: Construct & { namespace: string | undefined }, options: RolesJobOptions): void {
  const { namespace } = scope;
  const name = rolesJobName(options.endpoint.name);
  const labels = selectorLabels(name, namespace);
  const caller = new Caller({ kind: 'worker', name, namespace, pods: labels, asOwner: true });
  caller.call(options.endpoint, DATABASE_PREFIX);
  addAccount(scope, caller, { name, labels }, { prefix: 'roles-' });
  const metadata = {
    name,
    labels,
    annotations: {
      [ANNOTATIONS.enablesSecrets]: () => JSON.stringify(options.secrets()),
    },
  };
  new VersionedJob(
    scope,
    'roles-job',
    objectFields<V1Job>(scope, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: () => jobSpec(name, labels, options, namespace),
    }),
  );
}

function jobSpec(
  name: string,
  labels: Record<string, string>,
  { endpoint, image, user, superuser, script, plan }: RolesJobOptions,
  namespace: string | undefined,
): V1JobSpec {
  const { owner, roles, ...more } = plan();
  const password = (secret: string, key: string): Pick<V1EnvVar, 'valueFrom'> => ({
    valueFrom: { secretKeyRef: { name: secret, key } },
  });
  const { port } = endpoint.options.address!;
  const env: V1EnvVar[] = [
    { name: partVariable(DATABASE_PREFIX, 'HOST'), value: endpoint.hostFor(namespace) },
    { name: partVariable(DATABASE_PREFIX, 'PORT'), value: String(port) },
    { name: partVariable(DATABASE_PREFIX, 'NAME'), value: owner },
    { name: 'ROOT_PASSWORD', ...password(superuser.name, superuser.key) },
    ...roles.map((role) => ({ name: passwordVariable(role), ...password(role.secret, 'password') })),
  ];
  return {
    backoffLimit: 20,
    // The script says what a person must do. Another attempt would not help.
    podFailurePolicy: {
      rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [NEEDS_A_PERSON] } }],
    },
    template: clientPod({
      name,
      labels,
      image,
      user,
      script: script({ owner, roles, ...more }),
      env,
      resources: { requests: { cpu: '25m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '16Mi' } }],
    }),
  };
}
