import type { V1Deployment, V1DeploymentStrategy, V1EnvVar } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { Caller } from '../../links/endpoint';
import type { ResolvedMicroservice } from './resolve';
import { backlogAnnotation } from './pod/backlog';
import { LIVE_WAIVER } from './pod/live';
import { exceptionsAnnotation } from '../../k8s/exceptions';
import { containerExceptions } from '../program/container-exceptions';
import { existingSecrets } from '../program/existing-secrets';
import { addObject } from '../shared/object';
import { podTemplate } from './pod/template';

type Scope = Construct & { name: string; namespace: string | undefined };

interface DeploymentOptions {
  /** The name of the microservice, of its ServiceAccount and of the container. */
  readonly microservice: string;
  readonly caller: Caller;
  readonly pods: Record<string, string>;
  readonly options: ResolvedMicroservice;
  readonly configMap: string | undefined;
  /** Called when the whole app is declared, because calls add variables. */
  readonly env: () => V1EnvVar[];
  /** Whether the pods get a token for the API server. Called when the whole app is declared. */
  readonly hasToken: () => boolean;
  readonly annotations?: Record<string, string>;
}

/** Adds the Deployment of one release. */
export function addDeployment(
  scope: Scope,
  { microservice, caller, pods, options, configMap, env, hasToken, ...given }: DeploymentOptions,
): void {
  const annotations = {
    ...existingSecrets(options, caller),
    ...exceptionsAnnotation(containerExceptions(microservice, options)),
    ...backlogAnnotation(options),
    ...given.annotations,
    ...(options.live && LIVE_WAIVER),
  };
  addObject<V1Deployment>(scope, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: scope.name, labels: pods, annotations },
    spec: () => ({
      // Omitted with autoscaling or a schedule, because each apply would reset the number.
      ...(options.scaling.kind === 'fixed' && { replicas: options.scaling.replicas }),
      selector: { matchLabels: pods },
      revisionHistoryLimit: 3,
      strategy: rollout(options.strategy),
      template: podTemplate(scope, { name: microservice, pods, options, configMap, env: env(), hasToken: hasToken() }),
    }),
  });
}

/** A new pod is ready before an old one is removed, unless the two must not run at the same time. */
function rollout(strategy: ResolvedMicroservice['strategy']): V1DeploymentStrategy {
  if (strategy === 'recreate') return { type: 'Recreate' };
  return { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
}
