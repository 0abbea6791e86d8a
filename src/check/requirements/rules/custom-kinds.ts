import type { KubeObject } from '../../../k8s/objects';
import { own } from '../../../basics/own';
import type { RequirementRule } from '../requirement-rule';

/** The groups with a dot that are part of Kubernetes. Other groups of the project, such as the Gateway API, are not. */
const BUILT_IN = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'internal.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
]);

/** The software that defines the kinds of a group. */
const KNOWN: Readonly<Record<string, string>> = {
  'argoproj.io': 'Argo',
  'cert-manager.io': 'cert-manager',
  'external-secrets.io': 'the External Secrets operator',
  'gateway.networking.k8s.io': 'the definitions of the Gateway API, and a controller for it',
  'keda.sh': 'KEDA',
  'metallb.io': 'MetalLB',
  'monitoring.coreos.com': 'the Prometheus operator',
  'postgresql.cnpg.io': 'the operator CloudNativePG',
  'traefik.io': 'Traefik, with its definitions',
};

/** Custom kinds, which the cluster knows only after their definitions are installed. */
export const customKinds: RequirementRule = {
  kind: 'custom-kinds',
  *find(world) {
    const defined = new Set(world.ofKind('CustomResourceDefinition').map(({ object }) => object.spec?.group));
    for (const manifest of world.manifests) {
      const group = groupOf(manifest.object);
      if (!group.includes('.') || BUILT_IN.has(group) || defined.has(group)) continue;
      yield {
        manifest,
        what: own(KNOWN, group) ?? `the definitions of the kinds of ${group}`,
        lookUp: { group },
      };
    }
  },
};

function groupOf({ apiVersion }: KubeObject): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
}
