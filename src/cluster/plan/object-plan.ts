import type { FieldChange } from '../../changes/differences';
import type { KubeObject, Manifest } from '../../k8s/objects';
import type { LiveObject } from '../connection/api-server';

/** What apply does with one object. */
export interface ObjectPlan {
  readonly manifest: Manifest;
  /**
   * `create`: it does not exist. `change`: fields change. `own`: no value changes, but fields become ours. `none`:
   * nothing to do.
   */
  readonly action: 'create' | 'change' | 'own' | 'none';
  readonly changes: readonly FieldChange[];
  /** Its path in the API. Undefined if the API server does not serve its kind yet. */
  readonly path: string | undefined;
  /** What is sent. */
  readonly body: KubeObject;
  readonly live?: LiveObject;
  /** Why the API server could not check it. */
  readonly unchecked?: string;
  /** `kubectl apply` owns fields, which become ours. */
  readonly takesOver: boolean;
  /** Other managers own fields, and all of these may be taken. */
  readonly force: boolean;
  /** The number of replicas stays as it is, for an autoscaler or a schedule. */
  readonly handsOver?: HandOver;
}

/** A number that the charts no longer set. */
export interface HandOver {
  /** `replicas` or `minReplicas` of `spec`. */
  readonly field: string;
  readonly value: number;
}
