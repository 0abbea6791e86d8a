import type { V1HTTPIngressPath, V1Ingress } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { isHost } from '../k8s/names';
import { show } from '../k8s/problem';
import { Endpoint, type Callable } from '../links/endpoint';
import type { Microservice } from './microservice';
import { Declaration } from './private/declaration';
import { isPlainPath } from './private/value-problems';
import { addObject } from './private/object';
import { configured, type Known } from './private/settings';

/** What makes up a gateway. */
export interface GatewayOptions {
  /** Which path leads where; the longest path that fits is taken. */
  readonly routes: Readonly<Record<`/${string}`, Microservice>>;
  /**
   * The host name it answers to.
   * @default - every host name
   */
  readonly host?: string;
  /**
   * The class of the ingress controller that serves it.
   * @default - the cluster's default class
   */
  readonly className?: string;
  /**
   * The namespace the ingress controller runs in: only its pods may reach the microservices.
   * @default - any namespace but this one
   */
  readonly controllerNamespace?: string;
  /**
   * The Secret that holds the certificate for the host.
   * @default - plain HTTP
   */
  readonly tlsSecret?: string;
}

/** What a variable of the shell can set. */
const KNOWN: Known = { numbers: [], texts: ['host', 'className', 'controllerNamespace', 'tlsSecret'], defaults: {} };

/** The one door from outside: an Ingress whose paths lead to microservices. */
export class Gateway extends Declaration implements Callable {
  readonly endpoint: Endpoint;

  constructor(scope: Construct, id: string, options: GatewayOptions) {
    super(scope, id);
    const { routes, host, className, controllerNamespace, tlsSecret } = configured(this, id, options, KNOWN);
    const key = 'kubernetes.io/metadata.name';
    this.endpoint = new Endpoint({
      kind: 'gateway',
      name: this.name,
      namespace: this.namespace,
      path: this.node.path,
      root: this.node.root,
      peers: [
        {
          namespaceSelector: controllerNamespace
            ? { matchLabels: { [key]: controllerNamespace } }
            : { matchExpressions: [{ key, operator: 'NotIn', values: [this.namespace ?? 'default'] }] },
        },
      ],
    });
    if (host !== undefined && !isHost(host)) {
      this.problem('host-invalid', {
        message: 'The gateway cannot answer to this host.',
        field: 'host',
        expected: 'a name such as blog.example.com',
        got: show(host),
        mend: 'Write the name only.',
      });
    }
    const entries = Object.entries(routes ?? {});
    if (entries.length === 0) {
      this.problem('route-none', {
        message: 'It leads nowhere.',
        field: 'routes',
        expected: 'at least one path',
        got: show(routes),
        mend: "Write, for instance, routes: { '/': web }.",
      });
    }
    const paths = entries
      .filter(([path, target]) => this.#accepts(path, target))
      .map(([path, target]): V1HTTPIngressPath => {
        this.endpoint.call(target.endpoint, path);
        return { path, pathType: 'Prefix', backend: { service: { name: target.name, port: { name: 'http' } } } };
      });
    addObject<V1Ingress>(this, 'ingress', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: this.name },
      spec: {
        ...(className && { ingressClassName: className }),
        ...(tlsSecret && { tls: [{ ...(host && { hosts: [host] }), secretName: tlsSecret }] }),
        rules: [{ ...(host && { host }), http: { paths } }],
      },
    });
  }

  #accepts(path: string, target: Microservice | undefined): boolean {
    const field = `routes['${path}']`;
    const suggestion = path.replace(/\/?\*.*$/, '') || '/';
    if (!isPlainPath(path)) {
      this.problem('path-invalid', {
        message: 'A route begins with a plain path and takes everything below it.',
        field,
        expected: '/ or a path such as /api/posts',
        got: show(path),
        mend: `Write ${suggestion}, which means that path and all below it.`,
      });
      return false;
    }
    const { endpoint } = (target ?? {}) as Partial<Callable>;
    if (endpoint?.options.kind !== 'microservice') {
      this.problem('route-not-http', {
        message: `${path} leads to something that serves no HTTP.`,
        field,
        expected: 'a Microservice that serves HTTP',
        got: endpoint ? `the ${endpoint.options.kind} ${show(endpoint.name)}` : show(target),
        mend: 'Lead the route to a microservice.',
      });
      return false;
    }
    if (endpoint.options.root !== this.node.root) {
      this.problem('call-unknown', {
        message: `${path} leads to ${show(endpoint.name)}, which belongs to another app.`,
        field,
        mend: 'Declare both in one app.',
      });
      return false;
    }
    if (endpoint.namespace !== this.namespace) {
      this.problem('call-cross-namespace', {
        message: `${path} leads to ${show(endpoint.name)} in another namespace, and an Ingress reaches only its own.`,
        field,
        expected: this.namespace,
        got: endpoint.namespace,
        mend: 'Put a gateway for the same host into that namespace.',
      });
      return false;
    }
    if (endpoint.options.backends) {
      this.problem('weight-not-carried', {
        message: `${path} leads to ${show(endpoint.name)}, whose canary wants a share by weight, and an Ingress knows none.`,
        field,
        expected: "a canary by: 'copies'",
        got: "by: 'gateway'",
        mend: `Leave out by in the canary of ${show(endpoint.name)}: copies share the requests behind any gateway.`,
      });
    }
    return true;
  }
}
