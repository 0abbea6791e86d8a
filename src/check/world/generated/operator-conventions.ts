import { once } from '../once';
import { namespaceOf, type World } from '../world';

/** A name that only one operator gives to its objects. */
interface Convention {
  readonly kind: string;
  /** The group `name` is the custom object that the operator creates it for. */
  readonly pattern: RegExp;
  /** The group of the custom objects. */
  readonly group: string;
}

const CONVENTIONS: readonly Convention[] = [
  // Strimzi
  {
    kind: 'Service',
    pattern: /^(?<name>.+?)-(kafka-([\w-]+-)?(bootstrap|brokers|\d+)|bridge-service|connect-api|mirrormaker2-api)$/,
    group: 'kafka.strimzi.io',
  },
  {
    kind: 'Secret',
    pattern: /^(?<name>.+?)-(cluster|clients)-(ca|ca-cert|operator-certs)$/,
    group: 'kafka.strimzi.io',
  },
  // Elastic Cloud on Kubernetes
  {
    kind: 'Service',
    pattern: /^(?<name>.+?)-((es|kb|apm|ent|ems|agent)-http|es-(internal-http|transport|remote-cluster))$/,
    group: 'k8s.elastic.co',
  },
  {
    kind: 'Secret',
    pattern:
      /^(?<name>.+?)-(es-elastic-user|apm-token|(es|kb|apm|ent|ems|agent)-(http|transport)-(certs|ca|ca-internal)-?(public|internal)?)$/,
    group: 'k8s.elastic.co',
  },
  // The postgres-operator of Zalando: USER.CLUSTER.credentials…, and NAMESPACE.USER.CLUSTER.credentials…
  {
    kind: 'Secret',
    pattern: /^(?:[\w-]+\.){1,2}(?<name>[\w-]+)\.credentials\.postgresql\.acid\.zalan\.do$/,
    group: 'acid.zalan.do',
  },
  // KubeRay
  { kind: 'Service', pattern: /^(?<name>.+?)-(head|serve|headless)-svc$/, group: 'ray.io' },
  // Redis Enterprise
  { kind: 'Secret', pattern: /^redb-(?<name>.+)$/, group: 'app.redislabs.com' },
  // The Prometheus operator
  {
    kind: 'Service',
    pattern: /^(prometheus|alertmanager|thanos-ruler)-operated$/,
    group: 'monitoring.coreos.com',
  },
];

/** The names of the custom objects in each namespace, by the group that a convention knows. */
const customObjects = once((world) => {
  const names = new Map<string, Set<string>>();
  for (const { object } of world.manifests) {
    const group = object.apiVersion.split('/')[0]!;
    const known = CONVENTIONS.find((one) => group === one.group || group.endsWith(`.${one.group}`));
    if (!known) continue;
    const id = `${known.group} ${namespaceOf(object)}`;
    names.set(id, (names.get(id) ?? new Set()).add(object.metadata.name));
  }
  return names;
});

/**
 * Whether an operator gives such names to its objects. Its custom objects often are in another folder. If the namespace
 * has some, the name must belong to one of them.
 */
export function isOperatorName(world: World, kind: string, namespace: string, name: string): boolean {
  return CONVENTIONS.some((one) => {
    const match = one.kind === kind ? one.pattern.exec(name) : null;
    if (!match) return false;
    const owner = match.groups?.name;
    const owners = customObjects(world).get(`${one.group} ${namespace}`);
    return owner === undefined || owners === undefined || [...owners].some((known) => isOwner(known, owner));
  });
}

/** Whether the part of a name belongs to a custom object. An operator may add a random suffix. */
function isOwner(known: string, part: string): boolean {
  return part === known || part.startsWith(`${known}-`);
}
