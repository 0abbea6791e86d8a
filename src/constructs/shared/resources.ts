import type { V1ResourceRequirements } from '@kubernetes/client-node';
import { byteQuantity, cpuQuantity, type ByteAmount, type CpuAmount } from './plus';
import type { ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { parseQuantity } from '../../k8s/quantity';

/** What a pod asks of its node. There is no cpu limit: it would slow a pod down beside an idle processor. */
export interface Resources {
  /**
   * The processor share that is kept for it, and that autoscaling measures against.
   * @default '50m'
   */
  readonly cpu?: CpuAmount;
  /**
   * The memory that is kept for it.
   * @default '64Mi'
   */
  readonly memory?: ByteAmount;
  /**
   * The memory at which it is ended.
   * @default '256Mi'
   */
  readonly memoryLimit?: ByteAmount;
}

/** The resources of a microservice. */
export const RESOURCES = { cpu: '50m', memory: '64Mi', memoryLimit: '256Mi' } as const;

/** The resources as a container declares them. */
export function resourceRequirements({ cpu, memory, memoryLimit }: Required<Resources>): V1ResourceRequirements {
  return {
    requests: { cpu: cpuQuantity(cpu), memory: byteQuantity(memory) },
    limits: { memory: byteQuantity(memoryLimit) },
  };
}

/** What is wrong with the amounts. */
export function* resourceProblems(resources: Required<Resources>): Generator<ProblemRow> {
  const { requests, limits } = resourceRequirements(resources);
  const amounts = { cpu: requests!.cpu, memory: requests!.memory, memoryLimit: limits!.memory };
  for (const [option, amount] of Object.entries(amounts)) {
    yield* quantityProblems(`resources.${option}`, amount, option === 'cpu' ? '100m' : '128Mi');
  }
  const [memory, limit] = [parseQuantity(amounts.memory), parseQuantity(amounts.memoryLimit)];
  if (memory && limit && memory > limit) {
    yield [
      'limit-below-request',
      {
        message: 'It asks for more memory than it may use.',
        field: 'resources.memoryLimit',
        expected: `at least ${amounts.memory}`,
        got: amounts.memoryLimit,
        fix: 'Raise memoryLimit, or ask for less memory.',
      },
    ];
  }
}

/** What is wrong with one amount. */
export function* quantityProblems(field: string, amount: unknown, example: string): Generator<ProblemRow> {
  if ((parseQuantity(amount) ?? 0) > 0) return;
  yield [
    'quantity-invalid',
    {
      message: 'It is not an amount that Kubernetes can read.',
      field,
      expected: `a number above zero with a unit, such as ${example}`,
      got: show(amount),
      fix: `Write it like ${example}.`,
    },
  ];
}
