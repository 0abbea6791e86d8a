import type { V1Deployment, V1Service, V1ServicePort } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { Image } from '../k8s/image';
import { variableName } from '../k8s/names';
import { type Callable, Endpoint } from '../links/endpoint';
import type { MicroserviceOptions } from './microservice-options';
import { addConfigFiles } from './private/config-files';
import { callProblems } from './private/call-problems';
import { Declaration } from './private/declaration';
import { environmentOf } from './private/environment';
import { deployedProblems } from './image-settings';
import { microserviceProblems } from './private/microservice-problems';
import { addAccount } from './private/account';
import { addObject, selectorLabels } from './private/object';
import { podTemplate } from './private/pod-template';
import { addScaling } from './private/scaling';
import { configured, type Known } from './private/settings';

/** What a variable of the shell can set, and what holds where nobody says anything. */
const KNOWN: Known = {
  numbers: ['replicas', 'port', 'user', 'shutdown.pause', 'shutdown.grace'],
  texts: ['resources.cpu', 'resources.memory', 'resources.memoryLimit', 'timeZone'],
  defaults: {
    replicas: 2,
    port: 8080,
    user: 1000,
    shutdown: { pause: 5, grace: 30 },
    resources: { cpu: '50m', memory: '64Mi', memoryLimit: '256Mi' },
    health: { live: '/healthz/live', ready: '/healthz/ready' },
  },
};

/** One program in N copies behind one name. Others call it by that name and know neither its port nor how many copies there are. */
export class Microservice extends Declaration implements Callable {
  readonly endpoint: Endpoint;
  /** What it runs. */
  readonly image: Image;
  /** Whether its source may be changed while it runs. */
  readonly live: boolean;
  readonly #subscribers: string[] = [];

  constructor(scope: Construct, id: string, given: MicroserviceOptions) {
    super(scope, id);
    const options = configured(this, id, given, KNOWN);
    this.image = options.image;
    this.live = options.live ?? false;
    const { port = 8080, ports = {}, http = true, database } = options;
    const pods = selectorLabels(this.name, this.namespace);
    this.endpoint = new Endpoint({
      kind: http ? 'microservice' : 'worker',
      name: this.name,
      namespace: this.namespace,
      path: this.node.path,
      root: this.node.root,
      pods,
      ports: http ? [port, ...Object.values(ports)] : [],
      variables: (prefix, host) => (http ? [{ name: `${prefix}_URL`, value: `http://${host}` }] : []),
    });
    if (database) this.callsAs('DATABASE', database);
    for (const finding of [...microserviceProblems(options), ...deployedProblems(this, this.image)]) this.problem(...finding);
    this.checkLater(() => this.#checkEnvironment(options));

    const metadata = { name: this.name, labels: pods };
    const configMap = addConfigFiles(this, this.name, pods, options.files);
    addAccount(this, this.endpoint, metadata);
    addObject<V1Deployment>(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: () => ({
        // Left out where the load or the clock decides: each apply would set the number back.
        ...(!options.autoscale && !options.schedule && { replicas: options.replicas ?? 2 }),
        selector: { matchLabels: pods },
        revisionHistoryLimit: 3,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: podTemplate(this, {
          name: this.name,
          pods,
          options,
          configMap,
          env: this.#environment(options).map(({ variable }) => variable),
        }),
      }),
    });
    if (http) {
      addObject<V1Service>(this, 'service', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { type: 'ClusterIP', selector: pods, ports: servicePorts(ports) },
      });
    }
    addScaling(this, pods, options);
  }

  /** Declares that it calls these, each found under `<NAME>_URL` (a database under `<NAME>_HOST` and its like). */
  calls(...targets: Callable[]): this {
    for (const target of targets) this.#call(target);
    return this;
  }

  /** Declares that it calls this one, found under variables that begin with `prefix` in place of its name. */
  callsAs(prefix: string, target: Callable): this {
    this.#call(target, prefix);
    return this;
  }

  /** Declares that it calls these, and names them in `SUBSCRIBERS`: what an event bus has to know, and no more. */
  notifies(...subscribers: Microservice[]): this {
    this.#subscribers.push(...subscribers.map((subscriber) => (subscriber as Microservice | undefined)?.name ?? ''));
    return this.calls(...subscribers);
  }

  #call(target: Callable, prefix?: string): void {
    const to = (target as Partial<Callable> | undefined)?.endpoint;
    const problems = callProblems(this.endpoint, to, target, prefix);
    for (const problem of problems) this.problem(...problem);
    if (to && problems.length === 0) this.endpoint.call(to, prefix);
  }

  #environment(options: MicroserviceOptions) {
    return environmentOf(this.endpoint, options, this.#subscribers);
  }

  #checkEnvironment(options: MicroserviceOptions): void {
    const sources = new Map<string, string>();
    for (const { variable, source } of this.#environment(options)) {
      const { name } = variable;
      const other = sources.get(name);
      if (other !== undefined) {
        this.problem('variable-taken', {
          message: `The variable ${name} comes from ${other} and from ${source}.`,
          field: `env.${name}`,
          mend: `Rename the setting, or give the call another prefix: callsAs('${variableName(this.name)}_PEER', …).`,
        });
      }
      sources.set(name, source);
    }
  }
}

/** Callers write no port: HTTP is on 80, whatever the program listens on. */
function servicePorts(ports: Readonly<Record<string, number>>): V1ServicePort[] {
  const further = Object.entries(ports).map(([name, port]) => ({ name, port, protocol: 'TCP', targetPort: name }));
  return [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }, ...further];
}
