import type { OptionNames } from '../../../problems/unknown-options';

/**
 * The number of replicas follows the load. If it follows several measures, the one that needs the most replicas counts.
 */
export interface Autoscale {
  /**
   * The minimum number of replicas.
   * @default 2
   */
  readonly min?: number;
  /** The maximum number of replicas. */
  readonly max: number;
  /**
   * The CPU utilization to keep, in percent of the CPU request. The autoscaler adds and removes replicas to reach it.
   * With `backlog` or `metric`, there is no default, and the number does not follow the CPU.
   * @default 70
   */
  readonly cpu?: number;
  /**
   * How much work may wait for each replica, such as 1000 events. The metric in the option `backlog` says how much waits,
   * and each replica reports all of it. Prometheus must scrape it: see the option `metrics`.
   * @default - the number does not follow the backlog
   */
  readonly backlog?: number;
  /**
   * A metric of another program, such as the length of a queue.
   * @default - the number follows no other metric
   */
  readonly metric?: ScalingMetric;
  /**
   * How many seconds the load must be low before the autoscaler removes replicas.
   * @default - 300, the default of Kubernetes
   */
  readonly calm?: number;
}

/** A metric that says how many replicas are needed. An adapter of the cluster serves it, or KEDA reads it. */
export interface ScalingMetric {
  /** The name in the API `external.metrics.k8s.io`, or of the series in Prometheus if KEDA reads it. */
  readonly name: string;
  /** The value that one replica can handle, above 0. The sum of the series divided by it is the number of replicas. */
  readonly target: number;
  /**
   * The labels of the series that count, such as `{ queue: 'mail' }`.
   * @default - all series of the namespace
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * The query that KEDA sends to Prometheus. It has one result. An adapter has its own queries.
   * @default - the sum of the series of this name, with these labels, in the namespace
   */
  readonly query?: string;
}

/** The names of the options. @internal */
export const AUTOSCALE_OPTIONS: OptionNames<Autoscale> = {
  min: true,
  max: true,
  cpu: true,
  backlog: true,
  metric: { name: true, target: true, labels: true, query: true },
  calm: true,
};
