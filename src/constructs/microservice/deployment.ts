import type { V1Deployment, V1DeploymentStrategy, V1EnvVar } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { MicroserviceOptions } from './options';
import { LIVE_WAIVER } from './pod/live';
import { existingSecrets } from './pod/existing-secrets';
import { heldVolumes } from './pod/held-volumes';
import { addObject } from '../shared/object';
import { podTemplate } from './pod/template';

type Scope = Construct & { name: string; namespace: string | undefined };

interface DeploymentOptions {
  /** The microservice: the account that the pods run as, and the name of their container. */
  readonly microservice: string;
  readonly pods: Record<string, string>;
  readonly options: MicroserviceOptions;
  readonly configMap: string | undefined;
  /** Asked when everything is declared: calls give variables. */
  readonly env: () => V1EnvVar[];
  readonly annotations?: Record<string, string>;
}

/** The copies of one release. */
export function addDeployment(
  scope: Scope,
  { microservice, pods, options, configMap, env, ...given }: DeploymentOptions,
): void {
  const annotations = { ...existingSecrets(options), ...given.annotations, ...(options.live && LIVE_WAIVER) };
  addObject<V1Deployment>(scope, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: scope.name, labels: pods, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: () => ({
      // Left out where the load or the clock decides: each apply would set the number back.
      ...(!options.autoscale && !options.schedule && { replicas: options.replicas ?? 2 }),
      selector: { matchLabels: pods },
      revisionHistoryLimit: 3,
      strategy: rollout(options),
      template: podTemplate(scope, { name: microservice, pods, options, configMap, env: env() }),
    }),
  });
}

/**
 * A new copy is ready before an old one goes; two that must not meet are replaced at once. So are those that hold a volume: the new
 * copy would wait for the volume, and the old one for the new copy.
 */
function rollout(options: MicroserviceOptions): V1DeploymentStrategy {
  if (options.strategy === 'recreate' || heldVolumes(options).length > 0) return { type: 'Recreate' };
  return { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
}
