import type {
  V1Deployment,
  V1PodDisruptionBudget,
  V1Service,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { ChartObject } from '../shared/chart-object';
import type { UntypedObject } from '../shared/objects-of';
import { PodObjects } from '../shared/pod-objects';

/** The objects of a microservice. Some exist only with certain options. */
export class MicroserviceObjects extends PodObjects {
  get deployment(): ChartObject<V1Deployment> {
    return this.at('deployment');
  }

  /** Not of a worker. */
  get service(): ChartObject<V1Service> {
    return this.at('service');
  }

  /** From two replicas on. */
  get podDisruptionBudget(): ChartObject<V1PodDisruptionBudget> {
    return this.at('pod-disruption-budget');
  }

  /** With `autoscale`, if KEDA does not scale. */
  get autoscaler(): ChartObject<V2HorizontalPodAutoscaler> {
    return this.at('autoscaler');
  }

  /** With `autoscale` by a metric, if KEDA scales. */
  get scaledObject(): ChartObject<UntypedObject> {
    return this.at('scaled-object');
  }

  /** With `metrics`, if Prometheus finds pods by PodMonitors. */
  get podMonitor(): ChartObject<UntypedObject> {
    return this.at('pod-monitor');
  }

  /** With `eventsPort`. */
  get eventsService(): ChartObject<V1Service> {
    return this.at('events-service');
  }
}
