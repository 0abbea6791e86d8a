import type { V1PodSecurityContext, V1PodSpec, V1SecurityContext } from '@kubernetes/client-node';
import {
  capabilitiesOf,
  hasUserOfImage,
  mayBeRoot,
  validExceptions,
  type SecurityException,
} from '../../k8s/exceptions';

/** Pod Security *restricted* for a pod that runs as the numeric user. */
export function podSecurity(user: number): V1PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** Pod Security *restricted* for a container, and a read-only root file system. */
export const CONTAINER_SECURITY: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** The hardened settings of a container with its exceptions. `user` is set if it differs from the user of the pod. */
export function containerSecurity(given: readonly SecurityException[], user?: number): V1SecurityContext {
  const exceptions = validExceptions(given);
  const add = exceptions.flatMap(capabilitiesOf);
  return {
    ...CONTAINER_SECURITY,
    ...(exceptions.some(({ rootFilesystem }) => rootFilesystem) && { readOnlyRootFilesystem: false }),
    ...(add.length > 0 && { capabilities: { ...CONTAINER_SECURITY.capabilities, add } }),
    ...userOf(exceptions, user),
  };
}

function userOf(exceptions: readonly SecurityException[], user: number | undefined): V1SecurityContext {
  const runAs = exceptions.find((one) => one.runAs);
  if (!runAs) return user === undefined ? {} : { runAsUser: user, runAsGroup: user };
  return {
    ...(mayBeRoot(runAs) && { runAsNonRoot: false }),
    ...(!hasUserOfImage(runAs) && { runAsUser: 0, runAsGroup: 0 }),
  };
}

/** The fields that all our pods have in common. */
export function podDefaults(
  user: number,
): Pick<V1PodSpec, 'automountServiceAccountToken' | 'enableServiceLinks' | 'securityContext'> {
  return {
    automountServiceAccountToken: false,
    // Pods find Services by DNS. Addresses in environment variables would become outdated.
    enableServiceLinks: false,
    securityContext: podSecurity(user),
  };
}
