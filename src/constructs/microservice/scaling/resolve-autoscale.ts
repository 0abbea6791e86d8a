import type { Autoscale, ScalingMetric } from './autoscale';

/** The number of replicas follows the load, all defaults included. */
export interface ResolvedAutoscale {
  readonly min: number;
  readonly max: number;
  /** Undefined if the number does not follow the CPU. */
  readonly cpu: number | undefined;
  readonly metrics: readonly FollowedMetric[];
  readonly calm: number | undefined;
}

/** A metric that the autoscaler follows. */
export interface FollowedMetric extends ScalingMetric {
  readonly labels: Readonly<Record<string, string>>;
  /** Whether every replica reports the whole, so that the values of replicas must not be added. */
  readonly isWhole: boolean;
}

const DEFAULTS = { min: 2, cpu: 70 };

/** The complete options. `backlog` is the metric of waiting work; without it, nothing can follow the backlog. */
export function resolveAutoscale(given: Autoscale, backlog?: string): ResolvedAutoscale {
  const { min = DEFAULTS.min, max, calm } = given;
  const metrics = [
    ...(given.backlog !== undefined && backlog !== undefined
      ? [{ name: backlog, target: given.backlog, labels: {}, isWhole: true }]
      : []),
    ...(given.metric ? [{ ...given.metric, labels: given.metric.labels ?? {}, isWhole: false }] : []),
  ];
  const followsOthers = given.backlog !== undefined || given.metric !== undefined;
  return { min, max, cpu: given.cpu ?? (followsOthers ? undefined : DEFAULTS.cpu), metrics, calm };
}
