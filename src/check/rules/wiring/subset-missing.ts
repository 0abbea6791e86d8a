import type { Manifest } from '../../../k8s/objects';
import { selectorText, type Labels } from '../../../k8s/selector';
import { declared } from '../../world/declared';
import { mayLabel } from '../../world/generated/operator-names';
import { fullHost, meshDestinations } from '../../world/network/mesh';
import { meant, type Rule, type Violation } from '../rule';
import { isText, listOf, namespaceOf, podsTitle, type World } from '../../world/world';

export const subsetMissing: Rule = {
  code: 'subset-missing',
  why: 'Requests that Istio routes to a subset without a definition or without pods fail with status 503.',
  fix: 'Define the subset in a DestinationRule of the host, with labels that its pods have.',
  *find(world) {
    const subsets = subsetsByHost(world);
    for (const { manifest, field, host, subset } of meshDestinations(world)) {
      const defined = subset && subsets.get(fullHost(host, namespaceOf(manifest.object)));
      // The DestinationRule may be in other manifests.
      if (!defined || defined.has(subset)) continue;
      yield {
        manifest,
        field: [...field.slice(0, -1), 'subset'],
        message: `No DestinationRule of the host ${host} has the subset ${JSON.stringify(subset)}.`,
        got: subset,
        ...meant(subset, [...defined], 'add the subset to the DestinationRule.'),
      };
    }
    for (const manifest of declared(world, 'DestinationRule.networking.istio.io')) yield* withoutPods(world, manifest);
  },
};

interface DestinationRule {
  readonly host?: unknown;
  readonly subsets?: readonly { readonly name?: unknown; readonly labels?: Labels | null }[] | null;
}

function specOf({ object }: Manifest): DestinationRule {
  return object.spec ?? {};
}

/** The subsets of each host. Several DestinationRules can define them. */
function subsetsByHost(world: World): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  for (const manifest of declared(world, 'DestinationRule.networking.istio.io')) {
    const { host, subsets } = specOf(manifest);
    if (!isText(host)) continue;
    const full = fullHost(host, namespaceOf(manifest.object));
    const names = known.get(full) ?? new Set();
    known.set(full, names);
    for (const { name } of listOf(subsets)) if (isText(name)) names.add(name);
  }
  return known;
}

/** Reports the subsets that match no pod of the Service. Istio and the nodes add labels of their own. */
function* withoutPods(world: World, manifest: Manifest): Generator<Violation> {
  const { host, subsets } = specOf(manifest);
  if (!isText(host)) return;
  const [name = '', namespace = '', ...rest] = fullHost(host, namespaceOf(manifest.object)).split('.');
  const selector = rest.length === 0 ? world.find('Service', namespace, name)?.object.spec?.selector : undefined;
  const pods = selector ? world.select(namespace, { matchLabels: selector }) : [];
  if (pods.length === 0) return;
  for (const [i, { labels }] of listOf(subsets).entries()) {
    const own = labels ?? {};
    if (Object.keys(own).some((key) => /istio\.io\/|^topology\./.test(key))) continue;
    if (
      world.select(namespace, { matchLabels: { ...selector, ...own } }).length > 0 ||
      mayLabel(world, namespace, Object.values(own))
    )
      continue;
    yield {
      manifest,
      field: ['spec', 'subsets', i, 'labels'],
      message: `No pod of the Service ${name} has the labels ${selectorText({ matchLabels: own })}.`,
      expected: `the labels of a pod, such as ${pods
        .slice(0, 5)
        .map((one) => `${podsTitle(one)} (${selectorText({ matchLabels: one.labels })})`)
        .join('; ')}`,
      got: selectorText({ matchLabels: own }),
      fix: 'Make the labels of the subset match the labels of the pod template.',
    };
  }
}
