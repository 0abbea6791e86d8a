import type { Construct } from 'constructs';
import { show } from '../../basics/text';
import { Caller, type Calling } from '../../links/endpoint';
import { addCiliumPolicy } from './cilium-policy';
import { TEXTS_OF_THE_WAY_IN, withWayIn } from './gateway-settings';
import { GATEWAY_OPTIONS, type GatewayOptions } from './options';
import { Declaration } from '../shared/declaration';
import { addHttpRoutes } from './http-route';
import { hostsOf, withOwnRoutes } from './hosts';
import { resolveGateway, type ResolvedGateway } from './resolve';
import { addIngress } from './ingress';
import { GatewayObjects } from './objects';
import { addOwnGateway } from './own-gateway';
import { gatewayPeers } from './peers';
import { gatewayProblems } from './problems';
import { routeProblems } from './route-problems';
import { configured, unknownInPart, type Known } from '../shared/overrides';

/** The options, and those that an environment variable can set. */
const KNOWN: Known = {
  names: GATEWAY_OPTIONS,
  numbers: [],
  texts: ['host', 'maxBody', 'tlsSecret', ...TEXTS_OF_THE_WAY_IN],
  defaults: {},
};

/** The entry point from outside the cluster: an Ingress, or a Gateway and HTTPRoutes. It routes paths to microservices. */
export class Gateway extends Declaration implements Calling {
  readonly caller: Caller;
  /** The options, all defaults included. @internal */
  readonly resolved: ResolvedGateway;
  /** The hosts and paths of the gateway, per controller. Two gateways must not have the same. */
  readonly #taken: readonly string[];

  constructor(scope: Construct, id: string, given: GatewayOptions) {
    super(scope, id);
    const written = withWayIn(this, withOwnRoutes(configured(this, id, given, KNOWN), given));
    const options = resolveGateway(this, written);
    this.resolved = options;
    const { form } = options;
    this.caller = new Caller({
      kind: 'gateway',
      name: this.name,
      namespace: this.namespace,
      root: this.node.root,
      peers: gatewayPeers(this.namespace, options),
    });
    for (const finding of unknownInPart(this, id, given, KNOWN)) this.problem(...finding);
    for (const finding of gatewayProblems(options)) this.problem(...finding);
    this.#checkOverride(given, options);
    this.#checkNamespace(options);
    if (written.listen && written.httpRoute)
      this.problem('gateway-unsupported', {
        message: 'The options listen and httpRoute exclude each other.',
        field: 'httpRoute',
        expected: 'a Gateway that exists, or one of its own',
        fix: 'Remove httpRoute to write a Gateway, or listen to use the one that exists.',
      });

    const hostGroups = options.hostGroups.map((group) => ({
      ...group,
      routes: group.routes.filter(([path, target]) => this.#accepts(path, target, group.field, options)),
    }));
    for (const { hosts, routes, field } of hostGroups) {
      for (const [path, target] of routes)
        this.caller.call(
          target.endpoint,
          field === 'routes' ? path : `${hosts.join()}${path}`,
          target.endpoint.options.routes,
        );
    }
    const by = JSON.stringify(form.kind === 'HTTPRoute' ? form.parent : (options.className ?? null));
    this.#taken = hostGroups.flatMap(({ hosts, routes }) =>
      (hosts.length > 0 ? hosts : ['']).flatMap((host) => routes.map(([path]) => `${by} ${host}${path}`)),
    );
    this.checkLater(() => this.#checkOthers());
    if (form.kind === 'Ingress') addIngress(this, options, hostGroups);
    else {
      if (form.listen) addOwnGateway(this, options, form.listen);
      addHttpRoutes(this, options, form, hostGroups);
      if (form.proxies === 'on-the-nodes' && !options.controllerNamespace && !options.controllerCidrs)
        addCiliumPolicy(this, this.caller.calls);
    }
  }

  /** Its objects, for patches of fields that no option sets. */
  get objects(): GatewayObjects {
    return new GatewayObjects(this);
  }

  #accepts(path: string, target: unknown, field: string, options: ResolvedGateway): boolean {
    const problems = [...routeProblems(this.caller, path, target, field, options)];
    for (const problem of problems) this.problem(...problem);
    return problems.length === 0;
  }

  /** An environment cannot set routes, so it must not remove a host that has its own routes. */
  #checkOverride(given: GatewayOptions, options: ResolvedGateway): void {
    const left = new Set(hostsOf(options).map(([name]) => name));
    for (const [name, { routes }] of hostsOf(given)) {
      if (!routes || left.has(name)) continue;
      this.problem('override-invalid', {
        message: `The environment removes the host ${show(name)}, which has its own routes.`,
        field: 'hosts',
        expected: `hosts that include ${name}`,
        got: show([...left]),
        fix: 'If the name of the host differs between environments, give it its own gateway, and override its host option.',
      });
    }
  }

  #checkNamespace(options: ResolvedGateway): void {
    const field = (['cors', 'basicAuth', 'maxBody', 'headers'] as const).find((name) => options[name] !== undefined);
    const byNamespace = options.controller === 'traefik' && options.form.kind === 'Ingress' && field !== undefined;
    if (!byNamespace || this.namespace !== undefined) return;
    this.problem('namespace-missing', {
      message: `Traefik refers to the Middleware for ${field} by namespace, and the chart has no namespace.`,
      field,
      fix: 'Give the chart a namespace: super(scope, id, { namespace: … }).',
    });
  }

  #checkOthers(): void {
    for (const other of this.node.root.node.findAll()) {
      if (other === this) return;
      if (!(other instanceof Gateway)) continue;
      const both = this.#taken.filter((path) => other.#taken.includes(path));
      for (const taken of both) {
        this.problem('route-taken', {
          message: `The gateway ${show(other.node.path)} already has the route ${taken.slice(taken.indexOf(' ') + 1)}.`,
          field: 'routes',
          expected: 'each path of a host in only one gateway',
          fix: 'Remove the route from one of the gateways, or give one of them another host.',
        });
      }
    }
  }
}
