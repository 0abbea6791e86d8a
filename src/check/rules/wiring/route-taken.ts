import type { V1Ingress } from '@kubernetes/client-node';
import type { FieldPath, Manifest } from '../../../k8s/objects';
import { titleOf } from '../../../k8s/objects';
import type { Rule } from '../rule';
import { list } from '../../world/world';

export const routeTaken: Rule = {
  code: 'route-taken',
  why: 'Which of the two answers is for the ingress controller to choose, and each chooses differently.',
  fix: 'Give each host and path to one Service.',
  *find(world) {
    const taken = new Map<string, Manifest>();
    for (const manifest of world.ofKind('Ingress')) {
      for (const { key, text, field } of routesOf(manifest)) {
        const other = taken.get(key);
        if (other) {
          yield {
            manifest,
            field,
            message:
              other === manifest
                ? `${text} stands twice in this Ingress.`
                : `${text} is claimed by ${titleOf(other.object)} too.`,
            expected: 'each host and path once',
            got: text,
            fix: 'Take one of the two out.',
          };
        } else taken.set(key, manifest);
      }
    }
  },
};

function* routesOf(manifest: Manifest): Generator<{ key: string; text: string; field: FieldPath }> {
  const { spec, metadata } = manifest.object as V1Ingress;
  const annotations = metadata?.annotations ?? {};
  // A canary claims the route of what it is tried beside.
  if (Object.entries(annotations).some(([name, value]) => name.endsWith('/canary') && value === 'true')) return;
  const controller = spec?.ingressClassName ?? annotations['kubernetes.io/ingress.class'] ?? '';
  for (const [r, rule] of list(spec?.rules).entries()) {
    for (const [p, { path, pathType }] of list(rule.http?.paths).entries()) {
      // Without a type of its own the path may be a pattern.
      const kind = pathType === 'Exact' ? 'Exact' : pathType;
      yield {
        key: JSON.stringify([controller, rule.host ?? '*', path ?? '/', kind]),
        text: `${rule.host ?? 'every host'}${path ?? '/'}`,
        field: ['spec', 'rules', r, 'http', 'paths', p, 'path'],
      };
    }
  }
}
