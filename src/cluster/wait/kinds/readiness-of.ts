import type { V1DaemonSet, V1Deployment, V1Service, V1StatefulSet } from '@kubernetes/client-node';
import type { LiveObject } from '../../connection/api-server';
import type { ClusterState } from '../cluster-state';
import { SILENT, type Readiness } from '../readiness';
import { customReadiness } from './custom';
import { jobReadiness } from './job';
import { servicesOf, workloadReadiness } from './workload';

/** The groups of Kubernetes itself. Their other kinds take effect with the write. */
const BUILT_IN =
  /^(v1|(apps|batch|autoscaling|policy)\/.*|(networking|rbac\.authorization|storage|scheduling|coordination|discovery|admissionregistration|node|certificates)\.k8s\.io\/.*|traefik\.(io|containo\.us)\/.*)$/;

/** The readiness of an object, by the rule of its kind. */
export function readinessOf(object: LiveObject, state: ClusterState, services: readonly V1Service[]): Readiness {
  switch (`${object.apiVersion.split('/')[0]}/${object.kind}`) {
    case 'apps/Deployment': {
      const { spec, status = {} } = object as unknown as V1Deployment;
      const { updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status;
      const numbers = {
        wanted: spec?.replicas ?? 1,
        updated: updatedReplicas,
        available: availableReplicas,
        all: replicas,
      };
      return workloadReadiness(object, numbers, state, servicesOf(object, services));
    }
    case 'apps/StatefulSet': {
      const { spec, status } = object as unknown as V1StatefulSet;
      const {
        currentRevision,
        updateRevision,
        updatedReplicas = 0,
        availableReplicas = 0,
        replicas = 0,
      } = status ?? {};
      // If the revision did not change, updatedReplicas can be missing.
      const updated = currentRevision === updateRevision ? replicas : updatedReplicas;
      const numbers = { wanted: spec?.replicas ?? 1, updated, available: availableReplicas, all: updated };
      return workloadReadiness(object, numbers, state, servicesOf(object, services));
    }
    case 'apps/DaemonSet': {
      const {
        desiredNumberScheduled: wanted = 0,
        updatedNumberScheduled = 0,
        numberAvailable = 0,
      } = (object as unknown as V1DaemonSet).status ?? {};
      const numbers = {
        wanted,
        updated: updatedNumberScheduled,
        available: numberAvailable,
        all: updatedNumberScheduled,
      };
      return workloadReadiness(object, numbers, state, servicesOf(object, services));
    }
    case 'batch/Job':
      return jobReadiness(object, state);
    default:
      return BUILT_IN.test(object.apiVersion) ? SILENT : customReadiness(object);
  }
}

/** Whether apply waits for objects of this kind. */
export function isWatched({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): boolean {
  return ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(kind) || !BUILT_IN.test(apiVersion);
}
