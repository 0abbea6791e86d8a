import type { ManifestOf } from '../../world/kinds';
import type { FieldPath, Manifest } from '../../../k8s/objects';
import { titleOf } from '../../../k8s/objects';
import type { Rule } from '../rule';
import { listOf } from '../../world/world';

export const routeTaken: Rule = {
  code: 'route-taken',
  why: 'Each ingress controller resolves the conflict in its own way, so the target is unpredictable.',
  fix: 'Route each host and path to one Service.',
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
                ? `${text} appears twice in this Ingress.`
                : `${text} also appears in ${titleOf(other.object)}.`,
            expected: 'each host and path once',
            got: text,
            fix: `Remove ${text} from one of the Ingresses, or change its path.`,
          };
        } else taken.set(key, manifest);
      }
    }
  },
};

function* routesOf(manifest: ManifestOf<'Ingress'>): Generator<{ key: string; text: string; field: FieldPath }> {
  const { spec, metadata } = manifest.object;
  const annotations = metadata?.annotations ?? {};
  // A canary has the same route as the stable release.
  if (Object.entries(annotations).some(([name, value]) => name.endsWith('/canary') && value === 'true')) return;
  const controller = spec?.ingressClassName ?? annotations['kubernetes.io/ingress.class'] ?? '';
  for (const [r, rule] of listOf(spec?.rules).entries()) {
    for (const [p, { path, pathType }] of listOf(rule.http?.paths).entries()) {
      // A path of another type may be a pattern.
      const kind = pathType === 'Exact' ? 'Exact' : pathType;
      yield {
        key: JSON.stringify([controller, rule.host ?? '*', path ?? '/', kind]),
        text: `${rule.host ?? 'every host'}${path ?? '/'}`,
        field: ['spec', 'rules', r, 'http', 'paths', p, 'path'],
      };
    }
  }
}
