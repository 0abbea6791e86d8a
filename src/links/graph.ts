import type { IConstruct } from 'constructs';
import { type Callable, Endpoint, type EndpointKind } from './endpoint';

/** A thing that calls or is called. */
export interface GraphNode {
  /** Unique, and stable: `blog/comments`, or the host of what is outside. */
  readonly id: string;
  readonly name: string;
  readonly namespace?: string;
  readonly kind: EndpointKind;
}

/** `from` calls `to`; both are ids of nodes. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** What the edge carries, where there is something to say: the paths of a gateway. */
  readonly label?: string;
}

/** Who calls whom. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Collects who calls whom in everything below `root`. */
export function graphOf(root: IConstruct): Graph {
  const endpoints = new Set<Endpoint>();
  for (const construct of root.node.findAll()) {
    const { endpoint } = construct as Partial<Callable>;
    if (!(endpoint instanceof Endpoint)) continue;
    endpoints.add(endpoint);
    for (const call of endpoint.calls) endpoints.add(call.to);
  }
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  for (const endpoint of endpoints) {
    const { kind, name, namespace } = endpoint.options;
    nodes.set(idOf(endpoint), { id: idOf(endpoint), name, namespace, kind });
    for (const call of endpoint.calls) {
      const edge = { from: idOf(endpoint), to: idOf(call.to), ...(kind === 'gateway' && { label: call.as }) };
      edges.set(`${edge.from} ${edge.to} ${edge.label ?? ''}`, edge);
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

function idOf({ options }: Endpoint): string {
  // A gateway may have the name of a microservice: the Ingress `blog` beside the Service `blog`.
  return [options.kind === 'gateway' && 'gateway', options.namespace, options.name].filter(Boolean).join('/');
}
