import type { V1ResourceRequirements } from '@kubernetes/client-node';
import { byteQuantity, cpuQuantity, type ByteAmount, type CpuAmount } from './plus';
import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { parseQuantity } from '../../k8s/quantity';
import type { OptionNames } from '../../problems/unknown-options';

/** The resources of a container. There is no CPU limit: it would throttle the container while the node has idle CPU. */
export interface Resources {
  /**
   * The CPU request. Autoscaling measures the load in percent of it.
   * @default '50m'
   */
  readonly cpu?: CpuAmount;
  /**
   * The memory request.
   * @default '64Mi'
   */
  readonly memory?: ByteAmount;
  /**
   * The memory limit. A container that uses more is killed.
   * @default '256Mi'
   */
  readonly memoryLimit?: ByteAmount;
}

/** The names of the options. */
export const RESOURCE_OPTIONS: OptionNames<Resources> = { cpu: 'opaque', memory: 'opaque', memoryLimit: 'opaque' };

/** The resources of a microservice. */
export const RESOURCES = { cpu: '50m', memory: '64Mi', memoryLimit: '256Mi' } as const;

/** The resources in the form of a container. */
export function resourceRequirements({ cpu, memory, memoryLimit }: Required<Resources>): V1ResourceRequirements {
  return {
    requests: { cpu: cpuQuantity(cpu), memory: byteQuantity(memory) },
    limits: { memory: byteQuantity(memoryLimit) },
  };
}

/** The problems of the resources of a container. */
export function* resourceProblems({ cpu, memory: request, memoryLimit }: Resources): Generator<ProblemRow> {
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
