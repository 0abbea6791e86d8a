import type { LookUp } from '../look-up';
import type { RequirementRule } from '../requirement-rule';
import { isText } from '../../world/world';

/** An Ingress requires a controller of its class. */
export const ingress: RequirementRule = {
  kind: 'ingress-controller',
  *find(world) {
    for (const manifest of world.ofKind('Ingress')) {
      const { metadata, spec } = manifest.object;
      const name = spec?.ingressClassName ?? metadata?.annotations?.['kubernetes.io/ingress.class'];
      yield {
        manifest,
        what: name ? `an ingress controller for the class ${name}` : 'an ingress controller with the default class',
        ...lookUpOf(spec?.ingressClassName, name),
      };
    }
  },
};

/** A controller can read the annotation of its class without an IngressClass. */
function lookUpOf(className: unknown, name: unknown): { lookUp?: LookUp } {
  if (isText(className))
    return {
      lookUp: {
        object: { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: className } },
      },
    };
  return name ? {} : { lookUp: { defaultOf: 'IngressClass' } };
}
