import type { Construct } from 'constructs';
import { show } from '../../basics/text';
import { Caller, type Calling } from '../../links/endpoint';
import type { GatewayOptions } from './options';
import { Declaration } from '../shared/declaration';
import { addHttpRoutes } from './http-route';
import { doorsOf, hostsOf, withOwnRoutes } from './hosts';
import { addIngress } from './ingress';
import { gatewayProblems } from './problems';
import { routeProblems } from './route-problems';
import { configured, type Known } from '../shared/overrides';

/** What a variable of the shell can set. */
const KNOWN: Known = {
  numbers: [],
  texts: ['host', 'className', 'controller', 'controllerNamespace', 'maxBody', 'tlsSecret'],
  defaults: {},
};

/** The entry point from outside: an Ingress or an HTTPRoute that routes paths to microservices. */
export class Gateway extends Declaration implements Calling {
  readonly caller: Caller;
  /** Which hosts and paths it takes from which controller: no two gateways may take the same. */
  readonly #taken: readonly string[];

  constructor(scope: Construct, id: string, given: GatewayOptions) {
    super(scope, id);
    const options = withOwnRoutes(configured(this, id, given, KNOWN), given);
    const { controllerNamespace, httpRoute } = options;
    const key = 'kubernetes.io/metadata.name';
    this.caller = new Caller({
      kind: 'gateway',
      name: this.name,
      namespace: this.namespace,
      root: this.node.root,
      peers: [
        {
          namespaceSelector: controllerNamespace
            ? { matchLabels: { [key]: controllerNamespace } }
            : { matchExpressions: [{ key, operator: 'NotIn', values: [this.namespace ?? 'default'] }] },
        },
      ],
    });
    for (const finding of gatewayProblems(options)) this.problem(...finding);
    this.#checkOverride(given, options);
    this.#checkNamespace(options);

    const doors = doorsOf(options).map((door) => ({
      ...door,
      routes: door.routes.filter(([path, target]) => this.#accepts(path, target, door.field, options)),
    }));
    for (const { hosts, routes, field } of doors) {
      for (const [path, target] of routes)
        this.caller.call(target.endpoint, field === 'routes' ? path : `${hosts.join()}${path}`);
    }
    const by = JSON.stringify(httpRoute ?? options.className ?? null);
    this.#taken = doors.flatMap(({ hosts, routes }) =>
      (hosts.length > 0 ? hosts : ['']).flatMap((host) => routes.map(([path]) => `${by} ${host}${path}`)),
    );
    this.checkLater(() => this.#checkOthers());
    if (httpRoute) addHttpRoutes(this, options, httpRoute, doors);
    else addIngress(this, options, doors);
  }

  #accepts(path: string, target: unknown, field: string, options: GatewayOptions): boolean {
    const problems = [...routeProblems(this.caller, path, target, field, options)];
    for (const problem of problems) this.problem(...problem);
    return problems.length === 0;
  }

  /** Routes name microservices, so an environment cannot give them: it must not take them away either. */
  #checkOverride(given: GatewayOptions, options: GatewayOptions): void {
    const left = new Set(hostsOf(options).map(([name]) => name));
    for (const [name, { routes }] of hostsOf(given)) {
      if (!routes || left.has(name)) continue;
      this.problem('override-invalid', {
        message: `The environment leaves out ${show(name)}, and with it the routes that only this host has.`,
        field: 'hosts',
        expected: `hosts with ${name} among them`,
        got: show([...left]),
        fix: 'Give each host that is called otherwise elsewhere a gateway of its own, and change the host of that.',
      });
    }
  }

  #checkNamespace({ controller, httpRoute, cors, maxBody }: GatewayOptions): void {
    const byNamespace = controller === 'traefik' && !httpRoute && (cors !== undefined || maxBody !== undefined);
    if (!byNamespace || this.namespace !== undefined) return;
    this.problem('namespace-missing', {
      message: 'Traefik finds what stands for cors and maxBody by its namespace, and the chart names none.',
      field: cors ? 'cors' : 'maxBody',
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
          message: `The gateway ${show(other.node.path)} has the route ${taken.slice(taken.indexOf(' ') + 1)} already.`,
          field: 'routes',
          expected: 'each path of a host in one gateway',
          fix: 'Take it out of one of the two, or give one of them another host.',
        });
      }
    }
  }
}
