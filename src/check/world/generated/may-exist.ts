import { nearest } from '../../../basics/nearest';
import { isSystem, type World } from '../world';
import { isOperatorName } from './operator-conventions';
import { mayMake } from './operator-names';

/** The ConfigMaps that Kubernetes, OpenShift and Istio create in every namespace. */
const EVERYWHERE = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt', 'istio-ca-root-cert']);

/** Whether an object may exist in the cluster although no manifest of its namespace contains it. */
export function mayExist(world: World, kind: string, namespace: string, name: string): boolean {
  return (
    (kind === 'ConfigMap' && EVERYWHERE.has(name)) ||
    mayMake(world, namespace, name) ||
    isOperatorName(world, kind, namespace, name) ||
    (namespace !== 'default' && world.isWithoutNamespace(kind, name)) ||
    // The cluster has objects in its system namespaces.
    (isSystem(namespace) && nearest(name, world.namesOf(kind, namespace)) === undefined) ||
    world.outside.has(kind, name)
  );
}
