import type { RequirementRule } from '../requirement-rule';

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
      };
    }
  },
};
