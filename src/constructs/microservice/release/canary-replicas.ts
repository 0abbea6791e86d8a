import type { ResolvedCanary, ResolvedScaling } from '../resolve';

/** The most that a canary takes by its copies: at half of the requests there are twice as many copies as asked for. */
export const MOST_BY_COPIES = 50;

/** The share of the requests, in percent, that copies beside others take. */
export function shareOf(canary: number, others: number): number {
  return canary === 0 ? 0 : (100 * canary) / (canary + others);
}

/** How many copies beside these come nearest to a share of the requests; of two that are as near the larger one. */
export function canaryCopies(others: number, weight: number): number {
  const exact = (others * weight) / (100 - weight);
  const [fewer, more] = [Math.floor(exact), Math.ceil(exact)];
  const error = (copies: number) => Math.abs(shareOf(copies, others) - weight);
  return error(more) <= error(fewer) ? more : fewer;
}

/** Every number of replicas that a microservice can have. */
export function numbersOf(scaling: ResolvedScaling): number[] {
  if (scaling.kind === 'fixed') return [scaling.replicas];
  if (scaling.kind === 'load') return [scaling.min, scaling.max];
  return [...scaling.steps.map((step) => step.replicas), ...(scaling.load ? [scaling.load.max] : [])];
}

/**
 * How many copies a canary has beside so many others. A gateway leads its share to it whether there is a copy or not: one is there
 * also at weight 0, so that it is ready before its share begins, and after that has ended.
 */
export function replicasBeside(others: number, { weight, by }: ResolvedCanary): number {
  if (by !== 'gateway') return canaryCopies(others, weight);
  return others === 0 ? 0 : Math.max(1, Math.ceil((others * weight) / 100));
}

/** The scaling of a canary: that of the other replicas, in proportion. */
export function scalingOfCanary(scaling: ResolvedScaling, canary: ResolvedCanary): ResolvedScaling {
  const some = (others: number) => replicasBeside(others, canary);
  const [first, ...rest] = new Set(numbersOf(scaling).map(some));
  if (rest.length === 0) return { kind: 'fixed', replicas: first! };
  if (scaling.kind === 'load') return { ...scaling, min: some(scaling.min), max: some(scaling.max) };
  if (scaling.kind === 'fixed') return { ...scaling, replicas: some(scaling.replicas) };
  const { steps, load } = scaling;
  return {
    ...scaling,
    steps: steps.map((step) => ({ ...step, replicas: some(step.replicas) })),
    load: load && { ...load, max: some(load.max) },
  };
}
