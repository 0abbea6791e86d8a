import { ANNOTATIONS } from '../../../k8s/keys';
import type { V1Ingress } from '@kubernetes/client-node';
import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import type { World } from '../../world/world';

const MOVE = 'docs/move-to-gateway-api.md shows the way.';

export const ingressNginxRetired: Rule = {
  code: 'ingress-nginx-retired',
  profile: 'hint',
  why: 'The project ingress-nginx ended in March 2026. Nobody repairs its vulnerabilities any more, and it faces the internet.',
  fix: `Move to the Gateway API, or to another controller. ${MOVE}`,
  *find(world) {
    for (const manifest of world.ofKind('Ingress')) {
      const sign = signOf(world, manifest.object);
      if (!sign) continue;
      yield {
        manifest,
        field: sign.field,
        message: `The controller ingress-nginx serves this Ingress: ${sign.shown}. The project ended in March 2026.`,
        expected: 'a controller that is maintained',
        got: 'ingress-nginx',
        fix: `In a chart, replace controller: 'ingress-nginx' by listen or httpRoute, or by another controller. ${MOVE}`,
      };
    }
  },
};

/** What shows that ingress-nginx serves an Ingress. Other controllers also have a class with the name nginx. */
function signOf(world: World, { metadata, spec }: V1Ingress): { field: string[]; shown: string } | undefined {
  const annotations = metadata?.annotations ?? {};
  const own = Object.keys(annotations).find((key) => key.startsWith('nginx.ingress.kubernetes.io/'));
  if (own) return { field: ['metadata', 'annotations', own], shown: `it has the annotation ${own}` };
  if (annotations[ANNOTATIONS.controller] === 'ingress-nginx')
    return { field: ['metadata', 'annotations', ANNOTATIONS.controller], shown: 'its gateway names it' };
  const name = spec?.ingressClassName;
  const ofClass = world
    .ofKind('IngressClass')
    .some(({ object }) => object.metadata.name === name && object.spec?.controller === 'k8s.io/ingress-nginx');
  return ofClass
    ? { field: ['spec', 'ingressClassName'], shown: `it serves the IngressClass ${show(name)}` }
    : undefined;
}
