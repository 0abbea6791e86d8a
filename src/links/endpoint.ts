import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';
import type { ContainerException } from '../k8s/exceptions';
import { variableName } from '../k8s/names';
import type { ProblemRow } from '../problems/problem';
import type { Address } from './address';

/** What an endpoint is. A `server` speaks a protocol other than HTTP; a `worker` has no ports. */
type EndpointKind = 'microservice' | 'server' | 'worker' | 'database' | 'service' | 'external';
/** What a caller is: an endpoint can also call, a gateway and a task can only call. */
export type CallerKind = EndpointKind | 'gateway' | 'task';

/** A Service and the percentage of the requests that a gateway sends to it. */
export interface Backend {
  readonly service: string;
  readonly weight: number;
}

/** The most pods of a caller that run at the same time. */
export interface PodCount {
  /** The replicas that serve requests, of all releases. */
  readonly replicas: number;
  /** The replicas of the previous rollout that are still shutting down. They keep their connections until they end. */
  readonly leaving: number;
}

/** The properties of a caller. */
export interface CallerOptions<Kind extends CallerKind = CallerKind> {
  readonly kind: Kind;
  /** The name of its Service or gateway, or the host outside the cluster. */
  readonly name: string;
  /** Its namespace; none outside the cluster, or if the chart names none. */
  readonly namespace?: string;
  /** The root of the tree that declares it. Both ends of a call have the same root. */
  readonly root?: unknown;
  /** The labels of its pods; none outside the cluster. */
  readonly pods?: Readonly<Record<string, string>>;
  /** How many pods it has at most; none if it has no connection pools. */
  readonly podCount?: PodCount;
  /** The size of each of its connection pools, if it is not computed. */
  readonly pool?: number;
  /** What its containers may do although the hardened defaults forbid it. */
  readonly exceptions?: readonly ContainerException[];
  /** Whether it logs in to a database as the owner of all data, such as a backup. */
  readonly asOwner?: boolean;
  /** The addresses of nameservers outside the cluster that its pods ask. */
  readonly nameservers?: readonly string[];
  /** The peers that policies allow instead of `pods`: address ranges outside, or an ingress controller. */
  readonly peers?: readonly V1NetworkPolicyPeer[];
}

/** How a caller reaches an endpoint. */
export interface Entrance {
  /** The address; none if it has no Service. */
  readonly address?: Address;
  /** The Service that callers use, if it does not have the name of the endpoint. */
  readonly service?: string;
  /** The name of the port, if it is not the port of most callers. It is part of the names of the variables. */
  readonly port?: string;
  /** A further port of the Service that leads to the same port of the pods. */
  readonly ownPort?: number;
  /** The TCP ports of its pods that policies open: numbers, or names if the pods are not in the app. */
  readonly ports?: readonly (number | string)[];
  /** The UDP ports of its pods that policies open. */
  readonly udpPorts?: readonly number[];
  /** Whether policies open every TCP port. There are no `ports` then. */
  readonly isEveryPort?: boolean;
}

/** The properties of an endpoint. It is also the entrance of callers that have no entrance of their own. */
export interface EndpointOptions extends CallerOptions<EndpointKind>, Entrance {
  /** The addresses outside the cluster that may connect, and the ports that are open to them. */
  readonly exposed?: Pick<Entrance, 'ports' | 'udpPorts'> & { readonly to: readonly V1NetworkPolicyPeer[] };
  /** The entrance of event buses. */
  readonly events?: Entrance;
  /** The entrance of gateways. */
  readonly routes?: Entrance;
  /** The entrances of callers that name a port. */
  readonly byPort?: Readonly<Record<string, Entrance>>;
  /** The Services that a gateway splits requests between; none if all requests go to one Service. */
  readonly backends?: readonly Backend[];
  /** Runs when a caller declares a call. */
  readonly onCall?: (from: Caller) => void;
  /** Problems of an endpoint that is not a construct. Each caller reports them when the whole app is declared. */
  readonly problems?: readonly ProblemRow[];
  /** This environment does not have it: calls to it change nothing. */
  readonly isAbsent?: boolean;
}

/** One edge of the graph: `from` calls `to`. */
export interface Call {
  readonly from: Caller;
  readonly to: Endpoint;
  /** The prefix of the variables of the call; for a gateway, the path of the route. */
  readonly as: string;
  readonly through: Entrance;
}

/** The key that a task adds to a ConfigMap when it succeeds. */
export interface TaskMark {
  readonly task: Caller;
  readonly configMap: string;
  /** The key. It is final when the whole app is declared, because it differs for each version of the task. */
  readonly key: () => string;
}

/** Something that calls. Variables, policies and the graph come from its calls. */
export class Caller<Options extends CallerOptions = CallerOptions> {
  readonly calls: Call[] = [];
  /** Whether its pods send requests to the API server. */
  usesApiServer = false;
  /** The tasks that must succeed before its pods start. */
  readonly waitsFor: TaskMark[] = [];
  /** What it starts after: tasks that succeeded, and for a task also parts whose rollout is complete. */
  readonly startsAfter: Caller[] = [];
  readonly #prefixes = new Map<Entrance, Set<string>>();

  constructor(readonly options: Options) {}

  get name(): string {
    return this.options.name;
  }

  get namespace(): string | undefined {
    return this.options.namespace;
  }

  /** Declares a call. A repeated declaration has no effect. */
  call(to: Endpoint, prefix?: string, through: Entrance = to.options): void {
    if (to.options.isAbsent) return;
    const as = prefix ?? variableName(through.port === undefined ? to.name : `${to.name}-${through.port}`);
    const prefixes = this.#prefixes.get(through) ?? new Set();
    if (prefixes.has(as)) return;
    this.#prefixes.set(through, prefixes.add(as));
    const call = { from: this, to, as, through };
    this.calls.push(call);
    to.calledBy.push(call);
    to.options.onCall?.(this);
  }
}

/** Something that has a name to be called by. It can also call. */
export class Endpoint extends Caller<EndpointOptions> {
  calledBy: Call[] = [];

  /** Removes the calls of a caller that left the charts. */
  forget(caller: string): void {
    this.calledBy = this.calledBy.filter(({ from }) => from.name !== caller);
  }

  /** The host for callers in a namespace: `comments` in its own namespace, `comments.blog` in others. */
  hostFor(namespace: string | undefined, { service = this.name }: Entrance = this.options): string {
    return this.namespace === undefined || this.namespace === namespace ? service : `${service}.${this.namespace}`;
  }
}

/** Something that `calls` accepts: a microservice, a database, an existing Service or a host outside the cluster. */
export interface Callable {
  readonly endpoint: Endpoint;
  /**
   * How callers reach it.
   * @default - by the address of the endpoint
   */
  readonly entrance?: Entrance;
}

/** Something that calls others and that nothing calls by name: a gateway or a task. `calls` does not accept it. */
export interface Calling {
  readonly caller: Caller;
}

/** The endpoint of something callable, the caller of something calling, or nothing. */
export function callerOf(value: unknown): Caller | undefined {
  const { endpoint, caller } = (value ?? {}) as Partial<Callable & Calling>;
  return [endpoint, caller].find((one) => one instanceof Caller);
}
