import type { V1PodSecurityContext, V1PodSpec, V1SecurityContext } from '@kubernetes/client-node';

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
