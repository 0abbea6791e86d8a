import type { Load, ResolvedCanary, ResolvedScaling } from '../resolve';

/** The maximum weight of a canary by replicas. At 50 % there are already twice as many replicas as configured. */
export const MOST_BY_REPLICAS = 50;

/** The share of the requests, in percent, that the canary replicas get. */
export function shareOf(canary: number, others: number): number {
  return canary === 0 ? 0 : (100 * canary) / (canary + others);
}

/**
 * The number of canary replicas that is closest to a share of the requests. If two are equally close, the larger one.
 */
export function canaryReplicas(others: number, weight: number): number {
  const exact = (others * weight) / (100 - weight);
  const [fewer, more] = [Math.floor(exact), Math.ceil(exact)];
  const error = (replicas: number) => Math.abs(shareOf(replicas, others) - weight);
  return error(more) <= error(fewer) ? more : fewer;
}

/** The numbers of replicas that the scaling sets. Of a range these are the two ends. */
export function numbersOf(scaling: ResolvedScaling): number[] {
  if (scaling.kind === 'fixed') return [scaling.replicas];
  if (scaling.kind === 'load') return [scaling.min, scaling.max];
  return [...scaling.steps.map((step) => step.replicas), ...(scaling.load ? [scaling.load.max] : [])];
}

/**
 * The number of replicas of a canary. A gateway sends requests to it even if it has no pod. It therefore keeps one
 * replica at weight 0, which is ready before the weight is raised.
 */
export function replicasBeside(others: number, { weight, by }: ResolvedCanary): number {
  if (by !== 'gateway') return canaryReplicas(others, weight);
  return others === 0 ? 0 : Math.max(1, Math.ceil((others * weight) / 100));
}

/** The scaling of a canary, in proportion to the scaling of the other replicas. */
export function scalingOfCanary(scaling: ResolvedScaling, canary: ResolvedCanary): ResolvedScaling {
  const some = (others: number) => replicasBeside(others, canary);
  const [first, ...rest] = new Set(numbersOf(scaling).map(some));
  if (rest.length === 0) return { kind: 'fixed', replicas: first! };
  if (scaling.kind === 'load') return { ...scaling, ...loadOfCanary(scaling, some), min: some(scaling.min) };
  if (scaling.kind === 'fixed') return { ...scaling, replicas: some(scaling.replicas) };
  const { steps, load } = scaling;
  return {
    ...scaling,
    steps: steps.map((step) => ({ ...step, replicas: some(step.replicas) })),
    load: load && loadOfCanary(load, some),
  };
}

/** Each metric counts the work of both releases, so it needs fewer replicas of the canary. */
function loadOfCanary(load: Load, some: (others: number) => number): Load {
  const max = some(load.max);
  const targetOf = (target: number) => Math.round(((target * load.max) / max) * 1_000) / 1_000;
  return { ...load, max, metrics: load.metrics.map((metric) => ({ ...metric, target: targetOf(metric.target) })) };
}
