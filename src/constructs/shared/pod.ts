import type { V1PodSecurityContext, V1PodSpec, V1SecurityContext } from '@kubernetes/client-node';

/** Pod Security *restricted*, for a pod whose image runs as the numbered user. */
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

/** Pod Security *restricted*, for a container; the root file system is read-only on top of it. */
export const CONTAINER_SECURITY: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** What every pod of ours has in common. */
export function podDefaults(
  user: number,
): Pick<V1PodSpec, 'automountServiceAccountToken' | 'enableServiceLinks' | 'securityContext'> {
  return {
    automountServiceAccountToken: false,
    // Names are found by DNS: the addresses that Kubernetes would write into the environment go out of date.
    enableServiceLinks: false,
    securityContext: podSecurity(user),
  };
}
