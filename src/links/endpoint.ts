import type { V1EnvVar, V1NetworkPolicyPeer } from '@kubernetes/client-node';
import { variableName } from '../k8s/names';
import type { ProblemRow } from '../problems/problem';

/** What an endpoint is: decides how it is drawn, and whether HTTP reaches it (a `server` speaks another protocol). */
export type EndpointKind = 'microservice' | 'server' | 'worker' | 'database' | 'gateway' | 'service' | 'external';

/** A Service, and the share of the requests in percent that a gateway leads to it. */
export interface Backend {
  readonly service: string;
  readonly weight: number;
}

/** What makes up an endpoint. */
export interface EndpointOptions {
  readonly kind: EndpointKind;
  /** The name it is reached by: of its Service, or the host outside. */
  readonly name: string;
  /** The namespace it lives in; none for what is outside, or where the chart names none. */
  readonly namespace?: string;
  /** The path of the construct that declares it; none for what no chart holds. */
  readonly path?: string;
  /** The root of the tree that declares it: both ends of a call hang on the same one. */
  readonly root?: unknown;
  /** The labels of its pods; none for what is outside the cluster. */
  readonly pods?: Readonly<Record<string, string>>;
  /** The ports its pods listen on. */
  readonly ports?: readonly number[];
  /** What a gateway shares its requests between by weight; none where they all go to the Service of its name. */
  readonly backends?: readonly Backend[];
  /** The variables that tell a caller where it is. */
  readonly variables?: (prefix: string, host: string) => V1EnvVar[];
  /** Whom a policy lets through in place of `pods`: address ranges outside, an ingress controller. */
  readonly peers?: readonly V1NetworkPolicyPeer[];
  /** What is wrong with it, where no construct of its own can tell: whoever calls it does. */
  readonly problems?: readonly ProblemRow[];
}

/** One edge: `from` calls `to`, and finds it under variables that begin with `as`. */
export interface Call {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly as: string;
}

/** Something that calls, or is called, by name. The variables, the policies and the picture all come from its calls. */
export class Endpoint {
  readonly calls: Call[] = [];
  readonly calledBy: Call[] = [];
  readonly #names = new Map<Endpoint, Set<string>>();

  constructor(readonly options: EndpointOptions) {}

  get name(): string {
    return this.options.name;
  }

  get namespace(): string | undefined {
    return this.options.namespace;
  }

  /** Declares the edge, once: the same call said twice is one call. */
  call(to: Endpoint, as = variableName(to.name)): void {
    const names = this.#names.get(to) ?? new Set();
    if (names.has(as)) return;
    this.#names.set(to, names.add(as));
    const call = { from: this, to, as };
    this.calls.push(call);
    to.calledBy.push(call);
  }

  /** The name under which another namespace's pods find it: `comments` at home, `comments.blog` elsewhere. */
  hostFor(namespace: string | undefined): string {
    return this.namespace === undefined || this.namespace === namespace ? this.name : `${this.name}.${this.namespace}`;
  }
}

/** Whatever can stand after `calls`: a microservice, a database, the outside. */
export interface Callable {
  readonly endpoint: Endpoint;
}
