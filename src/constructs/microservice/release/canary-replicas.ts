import type { Autoscale, Copies, MicroserviceOptions } from '../options';
import type { Canary } from './strategy';

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

/** Every number of copies that a microservice may have. */
export function numbersOf({ replicas = 2, autoscale, schedule }: MicroserviceOptions): number[] {
  const { min = 2, max }: Partial<Autoscale> = autoscale ?? {};
  const fewest = schedule?.map((step) => step.replicas) ?? [max === undefined ? replicas : min];
  return max === undefined ? fewest : [...fewest, max];
}

/**
 * How many copies a canary has beside so many others. A gateway leads its share to it whether there is a copy or not: one is there
 * also at weight 0, so that it is ready before its share begins, and after that has ended.
 */
export function copiesBeside(others: number, { weight, by }: Canary): number {
  if (by !== 'gateway') return canaryCopies(others, weight);
  return others === 0 ? 0 : Math.max(1, Math.ceil((others * weight) / 100));
}

/** What decides on the copies of a canary: what decides on the others, in proportion. */
export function copiesOfCanary(options: MicroserviceOptions, canary: Canary): Copies {
  const [first, ...rest] = new Set(numbersOf(options).map((others) => copiesBeside(others, canary)));
  if (rest.length === 0) return { replicas: first };
  const { autoscale, schedule, timeZone } = options as MicroserviceOptions & { timeZone?: string };
  const { min = 2, max = 0, ...measure }: Partial<Autoscale> = autoscale ?? {};
  const scaled = { ...measure, max: copiesBeside(max, canary) };
  if (!schedule) return { autoscale: { ...scaled, min: copiesBeside(min, canary) } };
  const steps = schedule.map((step) => ({ ...step, replicas: copiesBeside(step.replicas, canary) }));
  return { schedule: steps, timeZone, ...(autoscale && { autoscale: scaled }) };
}
