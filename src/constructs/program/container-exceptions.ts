import { validExceptions, type ContainerException } from '../../k8s/exceptions';
import type { ResolvedProgram } from './resolve';

/** The valid exceptions of the program and of all other containers. */
export function containerExceptions(
  program: string,
  { exceptions, sidecars, initContainers }: ResolvedProgram,
): ContainerException[] {
  const further = Object.entries({ ...sidecars, ...initContainers });
  return [[program, { exceptions }] as const, ...further].flatMap(([container, options]) =>
    validExceptions(options.exceptions).map((exception) => ({ container, ...exception })),
  );
}
