import type { IConstruct } from 'constructs';
import type { ContainerException } from '../k8s/exceptions';
import { type Caller, callerOf, type CallerKind, Endpoint } from './endpoint';

/** Something that calls or is called. */
export interface GraphNode {
  /** Unique and stable: `blog/comments`, or a host outside the cluster. */
  readonly id: string;
  readonly name: string;
  readonly namespace?: string;
  readonly kind: CallerKind;
  /** What its containers may do although the hardened defaults forbid it. */
  readonly exceptions?: readonly ContainerException[];
}

/** `from` calls `to`. Both are ids of nodes. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** The path of a route, for an edge of a gateway. */
  readonly label?: string;
  /** Whether `from` starts after `to`, and does not call it: `to` is a task that succeeded, or a part before a task. */
  readonly isOrder?: true;
  /**
   * What policies do with the call: they block it, or allow it although no manifest contains it. In a comparison:
   * whether the change opens or closes it. Undefined for a call that is declared and allowed.
   */
  readonly state?: EdgeState;
}

/** What is special about an edge. */
export type EdgeState = 'blocked' | 'allowed' | 'opened' | 'closed';

/** All callers and endpoints, and the calls between them. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Collects the calls of all constructs below `root`. */
export function graphOf(root: IConstruct): Graph {
  const callers = new Set<Caller>();
  for (const construct of root.node.findAll()) {
    const caller = callerOf(construct);
    if (!caller || (caller instanceof Endpoint && caller.options.isAbsent)) continue;
    callers.add(caller);
    for (const { to } of caller.calls) callers.add(to);
    for (const other of caller.startsAfter) callers.add(other);
  }
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  for (const caller of callers) {
    const { kind, name, namespace, exceptions = [] } = caller.options;
    nodes.set(idOf(caller), {
      id: idOf(caller),
      name,
      namespace,
      kind,
      ...(exceptions.length > 0 && { exceptions }),
    });
    for (const { to, as } of caller.calls) {
      const edge = { from: idOf(caller), to: idOf(to), ...(kind === 'gateway' && { label: as }) };
      edges.set(`${edge.from} ${edge.to} ${edge.label ?? ''}`, edge);
    }
    for (const other of caller.startsAfter) {
      const edge = { from: idOf(caller), to: idOf(other), isOrder: true } as const;
      edges.set(`${edge.from} after ${edge.to}`, edge);
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

function idOf({ options }: Caller): string {
  // A gateway can have the name of a microservice: the Ingress `blog` and the Service `blog`.
  return [options.kind === 'gateway' && 'gateway', options.namespace, options.name].filter(Boolean).join('/');
}
