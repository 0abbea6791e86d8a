import type { V1NetworkPolicy, V1PodDisruptionBudget, V1Service, V1StatefulSet } from '@kubernetes/client-node';
import type { ChartObject } from '../shared/chart-object';
import { PodObjects } from '../shared/pod-objects';

/** The objects of an event log. Some exist only with several servers. */
export class EventLogObjects extends PodObjects {
  get statefulSet(): ChartObject<V1StatefulSet> {
    return this.at('stateful-set');
  }

  get service(): ChartObject<V1Service> {
    return this.at('service');
  }

  /** With several servers: it lets them reach each other. */
  get clusterPolicy(): ChartObject<V1NetworkPolicy> {
    return this.at('cluster-policy');
  }

  /** With several servers. */
  get podDisruptionBudget(): ChartObject<V1PodDisruptionBudget> {
    return this.at('pod-disruption-budget');
  }
}
