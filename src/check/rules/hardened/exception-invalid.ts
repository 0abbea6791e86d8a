import { show } from '../../../basics/text';
import {
  hasUserOfImage,
  isContainerException,
  mayBeRoot,
  writtenExceptions,
  type ContainerException,
} from '../../../k8s/exceptions';
import { ANNOTATIONS } from '../../../k8s/keys';
import { containersOf, listOf, type ContainerAt, type Pods } from '../../world/world';
import { containerTitle, podRule, type PodRule, type PodViolation } from '../hardened-rule';

const FIELD = ['metadata', 'annotations', ANNOTATIONS.exceptions];

export const exceptionInvalid: PodRule = podRule(
  'exception-invalid',
  'Without a container that needs it and a reason, later readers cannot decide whether the exception is still needed.',
  'Write what the container needs, and why. Remove exceptions that no container uses.',
  (pods) => {
    const written = writtenExceptions(pods.manifest.object);
    if (written === undefined) return [wrong('The annotation is not a list.', show(text(pods)))];
    return written.flatMap((item) => {
      if (!isContainerException(item)) return [wrong('This is not an exception with a reason.', show(item))];
      const { container, reason: _, ...exception } = item;
      const at = containersOf(pods).find((one) => one.container.name === container);
      if (!at) return [wrong(`The pod has no container ${show(container)}.`, show(item))];
      return isUsed(item, at, pods)
        ? []
        : [wrong(`${containerTitle(at)} does not use its exception ${show(exception)}.`, show(item))];
    });
  },
);

function wrong(message: string, got: string): PodViolation {
  return {
    field: FIELD,
    message,
    expected: 'a list such as [{"container":"web","rootFilesystem":"writable","reason":"It unpacks its plugins."}]',
    got,
    fix: 'Correct the exception, or remove it.',
  };
}

function text({ manifest }: Pods): unknown {
  return manifest.object.metadata.annotations?.[ANNOTATIONS.exceptions];
}

/** Whether the settings of the container need the exception. */
function isUsed(exception: ContainerException, { container }: ContainerAt, { spec }: Pods): boolean {
  const own = container.securityContext;
  const user = own?.runAsUser ?? spec.securityContext?.runAsUser;
  const canBeRoot = !(own?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot);
  const { runAs, capability } = exception;
  if (hasUserOfImage(exception)) return user === undefined && (canBeRoot || !mayBeRoot(exception));
  if (runAs !== undefined) return user === 0 || canBeRoot;
  if (capability !== undefined) return listOf(own?.capabilities?.add).includes(capability);
  return own?.readOnlyRootFilesystem !== true;
}
