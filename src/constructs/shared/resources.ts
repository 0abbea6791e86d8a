import type { V1ResourceRequirements } from '@kubernetes/client-node';
import { byteQuantity, cpuQuantity, type ByteAmount, type CpuAmount } from './plus';
import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { parseQuantity } from '../../k8s/quantity';
import type { OptionNames } from '../../problems/unknown-options';
import type { Complete } from './defaults';
import { integer } from './value-problems';

/** The resources of a container. There is no CPU limit: it would throttle the container while the node has idle CPU. */
export interface Resources {
  /**
   * The CPU request. Autoscaling measures the load in percent of it. A replica of the blog uses 10 to 19m when idle, and
   * at most 42m at ten requests per second.
   * @default '50m'
   */
  readonly cpu?: CpuAmount;
  /**
   * The memory request. A replica of the blog uses 44 to 63Mi.
   * @default '64Mi'
   */
  readonly memory?: ByteAmount;
  /**
   * The memory limit. A container that uses more is killed. The default is four times what a replica of the blog uses.
   * @default '256Mi'
   */
  readonly memoryLimit?: ByteAmount;
  /**
   * The disk space of the node for logs and writable folders: the request and the limit. A pod that uses more is
   * evicted.
   * @default - no request and no limit
   */
  readonly ephemeralStorage?: ByteAmount;
  /**
   * Devices and other resources of nodes, such as `{ 'nvidia.com/gpu': 1 }`. The request and the limit are equal.
   * @default - none
   */
  readonly extended?: Readonly<Record<`${string}/${string}`, number>>;
  /**
   * Huge pages by the size of a page, such as `{ '2Mi': '128Mi' }`. The request and the limit are equal.
   * @default - none
   */
  readonly hugepages?: Readonly<Record<`${number}${'Ki' | 'Mi' | 'Gi'}`, ByteAmount>>;
}

/** The names of the options. */
export const RESOURCE_OPTIONS: OptionNames<Resources> = {
  cpu: 'opaque',
  memory: 'opaque',
  memoryLimit: 'opaque',
  ephemeralStorage: 'opaque',
  extended: true,
  hugepages: 'opaque',
};

/** The resources of a microservice. */
export const RESOURCES = { cpu: '50m', memory: '64Mi', memoryLimit: '256Mi' } as const;

/** The resources of a container, all defaults included. */
export type ResolvedResources = Complete<Resources, typeof RESOURCES>;

/** The resources in the form of a container. */
export function resourceRequirements(resources: ResolvedResources): V1ResourceRequirements {
  const { cpu, memory, memoryLimit, ephemeralStorage, extended = {}, hugepages = {} } = resources;
  // Kubernetes does not overcommit these resources, except the disk. A pod that exceeds its request is evicted first.
  const equal = {
    ...(ephemeralStorage !== undefined && { 'ephemeral-storage': byteQuantity(ephemeralStorage) }),
    ...Object.fromEntries(Object.entries(extended).map(([name, count]) => [name, String(count)])),
    ...Object.fromEntries(
      Object.entries(hugepages).map(([size, amount]) => [`hugepages-${size}`, byteQuantity(amount)]),
    ),
  };
  return {
    requests: { cpu: cpuQuantity(cpu), memory: byteQuantity(memory), ...equal },
    limits: { memory: byteQuantity(memoryLimit), ...equal },
  };
}

/** The problems of the resources of a container. */
export function* resourceProblems(resources: Resources): Generator<ProblemRow> {
  const { cpu, memory: request, memoryLimit, ephemeralStorage } = resources;
  yield* extendedProblems(resources.extended ?? {});
  yield* hugepagesProblems(resources.hugepages ?? {});
  if (ephemeralStorage !== undefined)
    yield* quantityProblems('resources.ephemeralStorage', byteQuantity(ephemeralStorage), '1Gi');
  const amounts = {
    cpu: cpu && cpuQuantity(cpu),
    memory: request && byteQuantity(request),
    memoryLimit: memoryLimit && byteQuantity(memoryLimit),
  };
  for (const [option, amount] of Object.entries(amounts)) {
    if (amount === undefined) continue;
    yield* quantityProblems(`resources.${option}`, amount, option === 'cpu' ? '100m' : '128Mi');
  }
  const [memory, limit] = [parseQuantity(amounts.memory), parseQuantity(amounts.memoryLimit)];
  if (memory && limit && memory > limit) {
    yield row('limit-below-request', {
      message: 'The memory request is larger than the limit.',
      field: 'resources.memoryLimit',
      expected: `at least ${amounts.memory}`,
      got: amounts.memoryLimit,
      fix: 'Raise memoryLimit, or lower memory.',
    });
  }
}

function* extendedProblems(extended: NonNullable<Resources['extended']>): Generator<ProblemRow> {
  for (const [name, count] of Object.entries(extended)) {
    const field = `resources.extended['${name}']`;
    if (!/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?\/[A-Za-z0-9]([-.\w]*[A-Za-z0-9])?$/.test(name))
      yield row('construct-invalid', {
        message: 'This is not a name of an extended resource.',
        field,
        expected: 'a domain, a slash and a name',
        got: show(name),
        fix: "Write the name that the nodes have in their capacity, such as 'nvidia.com/gpu'.",
      });
    else yield* integer(field, count, { code: 'quantity-invalid', min: 1 });
  }
}

function* hugepagesProblems(hugepages: NonNullable<Resources['hugepages']>): Generator<ProblemRow> {
  for (const [size, amount] of Object.entries(hugepages)) {
    const field = `resources.hugepages['${size}']`;
    const [page, all] = [parseQuantity(size), parseQuantity(byteQuantity(amount))];
    if (page && all && all % page === 0) continue;
    yield row('quantity-invalid', {
      message: page ? 'The amount is not a number of whole pages.' : 'This is not a size of a page.',
      field,
      expected: page ? `a multiple of ${size}` : 'a size such as 2Mi or 1Gi',
      got: page ? show(byteQuantity(amount)) : show(size),
      fix: "Write, for instance, hugepages: { '2Mi': '128Mi' }.",
    });
  }
}

/** The problem of one quantity. */
export function* quantityProblems(field: string, amount: unknown, example: string): Generator<ProblemRow> {
  if ((parseQuantity(amount) ?? 0) > 0) return;
  yield row('quantity-invalid', {
    message: 'This is not a Kubernetes quantity.',
    field,
    expected: `a number above zero with a unit, such as ${example}`,
    got: show(amount),
    fix: `Write, for instance, ${field.slice(field.lastIndexOf('.') + 1)}: '${example}'.`,
  });
}
