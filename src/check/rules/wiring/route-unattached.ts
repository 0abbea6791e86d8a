import { titleOf, type FieldPath, type Manifest } from '../../../k8s/objects';
import { show } from '../../../basics/text';
import { typoOf } from '../../../basics/typo';
import { matches, type Selector } from '../../../k8s/selector';
import { ROUTE_KINDS } from '../../world/kinds';
import { declared, declaredIn, namesOfAll } from '../../world/declared';
import { meant, type Rule, type Violation } from '../rule';
import { isText, listOf, namespaceOf, type World } from '../../world/world';

const GROUP = 'gateway.networking.k8s.io';
const GATEWAY = `Gateway.${GROUP}`;

export const routeUnattached: Rule = {
  code: 'route-unattached',
  why: 'A route without a listener gets no requests, and only its status reports this.',
  fix: 'Use the name and the namespace of a Gateway, and a listener that admits the route.',
  *find(world) {
    for (const route of ROUTE_KINDS.flatMap((kind) => declared(world, `${kind}.${GROUP}`))) {
      const { parentRefs, hostnames } = (route.object.spec ?? {}) as RouteSpec;
      for (const [i, parent] of listOf(parentRefs).entries()) {
        const { group = GROUP, kind = 'Gateway', name } = parent;
        if (group !== GROUP || kind !== 'Gateway' || !isText(name)) continue;
        const field: FieldPath = ['spec', 'parentRefs', i];
        const namespace = isText(parent.namespace) ? parent.namespace : namespaceOf(route.object);
        const gateways = declaredIn(world, GATEWAY, namespace).filter(({ object }) => object.metadata.name === name);
        const reasons = gateways.map((gateway) =>
          unattached(world, { route, gateway, parent, hostnames: listOf(hostnames) }),
        );
        // The rule identity-taken reports a Gateway that is declared twice. One of the two is enough.
        const found =
          reasons.length > 0
            ? reasons.every((reason) => reason !== undefined) && reasons[0]
            : missing(world, { route, name, namespace, isOwn: !isText(parent.namespace) });
        if (found) yield { manifest: route, ...found, field: [...field, ...found.field] };
      }
    }
  },
};

interface Parent {
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly sectionName?: string;
  readonly port?: number;
}

interface RouteSpec {
  readonly parentRefs?: readonly Parent[] | null;
  readonly hostnames?: readonly string[] | null;
}

interface Listener {
  readonly name?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly allowedRoutes?: {
    readonly namespaces?: { readonly from?: string; readonly selector?: Selector } | null;
    readonly kinds?: readonly { readonly group?: string; readonly kind?: string }[] | null;
  } | null;
}

type Found = Omit<Violation, 'manifest'>;

/** The Gateway is often in other manifests. It is a mistake if its name is misspelt or its namespace is left out. */
function missing(
  world: World,
  { route, name, namespace, isOwn }: { route: Manifest; name: string; namespace: string; isOwn: boolean },
): Found | undefined {
  const message = `There is no Gateway ${JSON.stringify(name)} in the namespace ${namespace}.`;
  const names = namesOfAll(declaredIn(world, GATEWAY, namespace));
  if (typoOf(name, names)) return { field: ['name'], message, got: name, ...meant(name, names, 'add the Gateway.') };
  const elsewhere =
    isOwn && route.object.metadata.namespace !== undefined
      ? declared(world, GATEWAY).find(({ object }) => object.metadata.name === name && object.metadata.namespace)
      : undefined;
  return (
    elsewhere && {
      field: ['name'],
      message,
      expected: `namespace: ${namespaceOf(elsewhere.object)}`,
      got: name,
      fix: `${titleOf(elsewhere.object)} is in another namespace: add namespace: ${namespaceOf(elsewhere.object)} to the parentRef.`,
    }
  );
}

interface Attachment {
  readonly route: Manifest;
  readonly gateway: Manifest;
  readonly parent: Parent;
  readonly hostnames: readonly string[];
}

/** The first reason why no listener of the Gateway takes the route. */
function unattached(world: World, { route, gateway, parent, hostnames }: Attachment): Found | undefined {
  const { name } = gateway.object.metadata;
  let listeners = listOf((gateway.object.spec as { listeners?: readonly Listener[] } | undefined | null)?.listeners);
  // Listeners can also come from other objects and controllers.
  if (listeners.length === 0) return undefined;
  const { sectionName, port } = parent;
  if (isText(sectionName)) {
    const names = listeners.map((one) => one.name).filter(isText);
    listeners = listeners.filter((one) => one.name === sectionName);
    if (listeners.length === 0)
      return {
        field: ['sectionName'],
        message: `The Gateway ${name} has no listener ${JSON.stringify(sectionName)}.`,
        got: sectionName,
        ...meant(sectionName, names, 'add the listener to the Gateway.'),
      };
  }
  if (port !== undefined && port !== null) {
    const ports = [...new Set(listeners.map((one) => one.port))];
    listeners = listeners.filter((one) => one.port === port);
    if (listeners.length === 0)
      return {
        field: ['port'],
        message: `The Gateway ${name} has no listener with the port ${show(port)}.`,
        expected: `one of ${ports.join(', ')}`,
        got: show(port),
        fix: 'Use the port of a listener, or add a listener to the Gateway.',
      };
  }
  const from = namespaceOf(route.object);
  if (!listeners.some((one) => admitsNamespace(world, one, from, namespaceOf(gateway.object))))
    return {
      field: [],
      message: `No listener of the Gateway ${titleOf(gateway.object)} admits routes of the namespace ${from}.`,
      expected: `allowedRoutes.namespaces that include ${from}`,
      got: show(listeners.map((one) => one.allowedRoutes?.namespaces?.from ?? 'Same')),
      fix: 'Set allowedRoutes.namespaces.from: All on the listener, or Selector with the labels of the namespace.',
    };
  const { kind } = route.object;
  if (!listeners.some((one) => admitsKind(one, kind)))
    return {
      field: [],
      message: `No listener of ${titleOf(gateway.object)} admits the kind ${kind}.`,
      expected: `allowedRoutes.kinds that include ${kind}`,
      got: show(listeners.flatMap((one) => listOf(one.allowedRoutes?.kinds).map((of) => of.kind))),
      fix: `Add ${kind} to allowedRoutes.kinds of the listener.`,
    };
  const hosts = listeners.map((one) => one.hostname);
  if (hostnames.length > 0 && hosts.every((host) => isText(host) && !hostnames.some((one) => overlap(one, host))))
    return {
      field: [],
      message: `No listener of ${titleOf(gateway.object)} has a host of this route.`,
      expected: `one of ${[...new Set(hosts)].join(', ')}`,
      got: hostnames.join(', '),
      fix: 'Use a hostname of the listener, or change the hostname of the listener.',
    };
  return undefined;
}

function admitsNamespace(world: World, { allowedRoutes }: Listener, namespace: string, own: string): boolean {
  const { from = 'Same', selector } = allowedRoutes?.namespaces ?? {};
  if (from === 'Same') return namespace === own;
  if (from !== 'Selector') return from !== 'None';
  const manifest = world.find('Namespace', 'default', namespace);
  // Without the Namespace, its labels are unknown.
  if (!selector || !manifest) return true;
  return matches(selector, { ...manifest.object.metadata.labels, 'kubernetes.io/metadata.name': namespace });
}

function admitsKind({ allowedRoutes }: Listener, kind: string): boolean {
  const kinds = listOf(allowedRoutes?.kinds);
  return kinds.length === 0 || kinds.some((one) => one.kind === kind);
}

/** Whether two host names, each with an optional wildcard, have a name in common. */
function overlap(one: unknown, other: string): boolean {
  const a = String(one).toLowerCase();
  const b = other.toLowerCase();
  return a === b || isBelow(a, b) || isBelow(b, a);
}

function isBelow(name: string, wildcard: string): boolean {
  return wildcard.startsWith('*.') && name.length > wildcard.length - 1 && name.endsWith(wildcard.slice(1));
}
