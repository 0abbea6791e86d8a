import type {
  V1ConfigMap,
  V1Deployment,
  V1NetworkPolicy,
  V1PodDisruptionBudget,
  V1Service,
  V1ServiceAccount,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { ChartObject } from '../shared/chart-object';
import { ObjectsOf } from '../shared/objects-of';

/** The objects of a microservice. Some exist only with certain options. */
export class MicroserviceObjects extends ObjectsOf {
  get deployment(): ChartObject<V1Deployment> {
    return this.at('deployment');
  }

  /** Not of a worker. */
  get service(): ChartObject<V1Service> {
    return this.at('service');
  }

  get serviceAccount(): ChartObject<V1ServiceAccount> {
    return this.at('service-account');
  }

  get networkPolicy(): ChartObject<V1NetworkPolicy> {
    return this.at('network-policy');
  }

  /** With `files` that contain text. */
  get configMap(): ChartObject<V1ConfigMap> {
    return this.at('config-map');
  }

  /** From two replicas on. */
  get podDisruptionBudget(): ChartObject<V1PodDisruptionBudget> {
    return this.at('pod-disruption-budget');
  }

  /** With `autoscale`. */
  get autoscaler(): ChartObject<V2HorizontalPodAutoscaler> {
    return this.at('autoscaler');
  }

  /** With `eventsPort`. */
  get eventsService(): ChartObject<V1Service> {
    return this.at('events-service');
  }
}
