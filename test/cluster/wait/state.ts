import { parseAllDocuments } from 'yaml';
import type { ClusterState } from '../../../src/cluster/wait/cluster-state';
import { identityOf } from '../../../src/k8s/objects';
import type { LiveObject } from '../../../src/cluster/connection/api-server';

/** The state of a cluster from YAML: every document is an object. Pods, events and so on go into their lists. */
export function stateOf(yaml: string): ClusterState & { readonly all: readonly LiveObject[] } {
  const all = parseAllDocuments(yaml).map((document) => document.toJS() as LiveObject);
  const list = <T>(kind: string) => all.filter((object) => object.kind === kind) as unknown as T[];
  return {
    all,
    objects: new Map(all.map((object) => [identityOf(object), object])),
    pods: list('Pod'),
    replicaSets: list('ReplicaSet'),
    endpointSlices: list('EndpointSlice'),
    claims: list('PersistentVolumeClaim'),
    events: list('Event'),
  };
}
