import { GATEWAY_NAME_LABEL } from '../../../k8s/gateway-implementations';
import type { Selector } from '../../../k8s/selector';
import { ROUTE_KINDS } from '../kinds';
import { isText, listOf, namespaceOf, type World } from '../world';

/** Whether a selector selects the pods that an implementation of the Gateway API creates for a Gateway of the namespace. */
export function selectsGatewayPods(world: World, namespace: string, { matchLabels }: Selector): boolean {
  const name = matchLabels?.[GATEWAY_NAME_LABEL];
  return (
    isText(name) &&
    (world.find('Gateway', namespace, name) !== undefined ||
      ROUTE_KINDS.flatMap((kind) => world.ofKind(kind)).some(({ object }) =>
        listOf(object.spec?.parentRefs).some(
          (parent) => parent.name === name && (parent.namespace ?? namespaceOf(object)) === namespace,
        ),
      ))
  );
}
