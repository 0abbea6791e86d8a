import { nearest } from '../../../basics/nearest';
import type { Selector } from '../../../k8s/selector';
import { isText, type World } from '../world';
import { selectsGatewayPods } from './gateway-pods';
import { mayLabel } from './operator-names';
import { createsPods } from './workload-creators';

/** Whether a selector may match pods in the cluster although it matches no pods of the manifests. */
export function maySelect(world: World, namespace: string, selector: Selector): boolean {
  return (
    mayLabel(world, namespace, Object.values(selector.matchLabels ?? {})) ||
    selectsGatewayPods(world, namespace, selector) ||
    (namespace !== 'default' &&
      world.select('default', selector).some(({ manifest }) => manifest.object.metadata.namespace === undefined)) ||
    ((createsPods(world, namespace) || hasForeignLabel(world, namespace, selector)) &&
      !isMisspelt(world, namespace, selector)) ||
    world.outside.hasPods(selector)
  );
}

/** Whether only a program can have set the label: no pod of the manifests has a label of its domain. */
function hasForeignLabel(world: World, namespace: string, { matchLabels, matchExpressions }: Selector): boolean {
  const keys = [
    ...Object.keys(matchLabels ?? {}),
    ...(Array.isArray(matchExpressions) ? matchExpressions : []).map((expression) => String(expression?.key)),
  ];
  const known = new Set([...world.labelKeys(namespace)].map(domainOf));
  return keys.some((key) => {
    const domain = domainOf(key);
    return domain !== undefined && !/(^|\.)(kubernetes\.io|k8s\.io|helm\.sh)$/.test(domain) && !known.has(domain);
  });
}

/** `cnpg.io` of `cnpg.io/cluster` */
function domainOf(key: string): string | undefined {
  return key.includes('/') ? key.slice(0, key.indexOf('/')) : undefined;
}

/** Whether a pod of the manifests has a similar label. */
function isMisspelt(world: World, namespace: string, { matchLabels }: Selector): boolean {
  return Object.entries(matchLabels ?? {}).some(([key, value]) => {
    const values = new Set(world.labelValues(namespace, key));
    if (!isText(value) || values.has(value)) return false;
    if (values.size > 0) return nearest(value, values) !== undefined;
    const meant = nearest(key, world.labelKeys(namespace));
    return meant !== undefined && [...world.labelValues(namespace, meant)].includes(value);
  });
}
