import type {
  V1Container,
  V1EnvVar,
  V1JobSpec,
  V1PodSecurityContext,
  V1PodTemplateSpec,
  V1Volume,
} from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { ANNOTATIONS, JOB_NAME_LABEL } from '../../k8s/keys';
import type { Caller } from '../../links/endpoint';
import { configHash } from '../shared/config-hash';
import { programContainers } from '../program/containers';
import { apiContainer, TOKEN_FOLDER } from '../shared/api-job';
import { imageSettings } from '../shared/image-settings';
import { containerSecurity, podDefaults } from '../shared/pod';
import { withPodOptions } from '../shared/pod-options';
import type { ResolvedTask, ResolvedTaskBase } from './resolve';
import { RECORD, RECORD_SCRIPT, WAIT, WAIT_SCRIPT } from './steps';
import { marksOf } from './task-job';

type Scope = Construct & { readonly name: string; readonly namespace: string | undefined };

/** What the pods of a task run. It is known when the whole app is declared. */
export interface TaskPod<Options extends ResolvedTaskBase> {
  readonly options: Options;
  readonly labels: Record<string, string>;
  readonly env: V1EnvVar[];
  readonly configMap: string | undefined;
  readonly hasToken: boolean;
}

/** The spec of a Job that runs the program of a task. */
export function runSpec(scope: Scope, pod: TaskPod<ResolvedTaskBase>): V1JobSpec {
  const { program, initContainers, volumes, securityContext } = programContainers(scope, { name: scope.name, ...pod });
  return jobSpec(
    pod.options,
    template(scope, pod, { initContainers, containers: [program], volumes, securityContext }),
  );
}

/**
 * The spec of a Job that runs the program of a task once. The program is an init container, so that the step that records
 * its success runs only then. Only the steps before and after it have a token for that.
 */
export function runOnceSpec(scope: Scope, caller: Caller, pod: TaskPod<ResolvedTask>): V1JobSpec {
  const { program, initContainers, volumes, securityContext } = programContainers(scope, { name: scope.name, ...pod });
  // The pod has no user if the program runs as that of its image.
  const user = securityContext.runAsUser === undefined ? pod.options.user : undefined;
  const step = (name: string, script: string, env: V1EnvVar[]): V1Container => ({
    ...apiContainer(scope, {
      name,
      image: pod.options.waitImage,
      script,
      env: () => [...stepVariables(scope.name), ...env],
    }),
    securityContext: containerSecurity([], user),
    volumeMounts: [{ name: TOKEN.name, mountPath: TOKEN_FOLDER, readOnly: true }],
  });
  const wait = step(WAIT, WAIT_SCRIPT, [
    {
      name: 'SELECTOR',
      value: Object.entries(pod.labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    },
    { name: 'DATABASES', value: databasesOf(caller).join(',') },
    ...rolesOf(caller),
  ]);
  const record = step(RECORD, RECORD_SCRIPT, [{ name: 'MARKS', value: marksOf(scope.name) }]);
  return jobSpec(
    pod.options,
    template(scope, pod, {
      initContainers: [wait, ...initContainers, program],
      containers: [record],
      volumes: [...volumes, TOKEN],
      securityContext,
    }),
  );
}

interface PodParts {
  readonly initContainers: V1Container[];
  readonly containers: V1Container[];
  readonly volumes: V1Volume[];
  readonly securityContext: V1PodSecurityContext;
}

/** Runs are counted only if the program failed: the end of a node or of its pod is no failure of the program. */
function jobSpec({ retries, deadline }: ResolvedTaskBase, pods: V1PodTemplateSpec): V1JobSpec {
  return {
    backoffLimit: retries,
    activeDeadlineSeconds: deadline,
    // Two pods never run at the same time, also not while the first one ends.
    podReplacementPolicy: 'Failed',
    podFailurePolicy: {
      rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
    },
    template: pods,
  };
}

function template(
  scope: Scope,
  { options, labels, hasToken }: TaskPod<ResolvedTaskBase>,
  { initContainers, containers, volumes, securityContext }: PodParts,
): V1PodTemplateSpec {
  const spec = withPodOptions(
    {
      serviceAccountName: scope.name,
      ...podDefaults(options.user),
      securityContext,
      ...(hasToken && { automountServiceAccountToken: true }),
      restartPolicy: 'Never',
      ...(initContainers.length > 0 && { initContainers }),
      containers,
      ...(volumes.length > 0 && { volumes }),
    },
    options.pod,
    imageSettings(scope).pullSecret,
  );
  const hash = configHash(scope, scope.namespace, spec);
  const annotations = {
    ...options.pod.annotations,
    ...(hash && { [ANNOTATIONS.configHash]: hash }),
    // kubectl logs shows the program, although it is not the first container.
    ...(containers[0]?.name !== scope.name && { 'kubectl.kubernetes.io/default-container': scope.name }),
  };
  return {
    metadata: {
      labels: { ...options.pod.labels, ...labels },
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec,
  };
}

function stepVariables(task: string): V1EnvVar[] {
  return [
    { name: 'TASK', value: task },
    { name: 'JOB', valueFrom: { fieldRef: { fieldPath: `metadata.labels['${JOB_NAME_LABEL}']` } } },
  ];
}

function databasesOf({ calls, namespace }: Caller): string[] {
  const addresses = calls.flatMap(({ to, through }) =>
    through.address?.protocol === 'database' || through.address?.protocol === 'event-log'
      ? [`${to.hostFor(namespace, through)}:${through.address.port}`]
      : [],
  );
  return [...new Set(addresses)];
}

/** The Jobs that create the roles with which the task logs in to its databases. */
function rolesOf({ calls, name }: Caller): V1EnvVar[] {
  const jobs = calls.flatMap(({ through: { address } }) =>
    address?.protocol === 'database' ? (address.loginOf(name).createdBy ?? []) : [],
  );
  return jobs.length > 0 ? [{ name: 'ROLES', value: [...new Set(jobs)].join(',') }] : [];
}

/** The token of the ServiceAccount, as Kubernetes itself mounts it, for the containers that mount the volume. */
const TOKEN: V1Volume = {
  name: 'token',
  projected: {
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    ],
  },
};
