import { readManifests } from '../../src/check/read/read';
import { connectivityChanges } from '../../src/connectivity/compare';
import type { Manifest } from '../../src/k8s/objects';

type Fields = Readonly<Record<string, unknown>>;

/** A Deployment and its Service, both with the same name. */
export function app(
  name: string,
  {
    port = 8080,
    in: space = 'shop',
    image = `registry.example/${name}:1`,
    env = {},
    pod = {},
    service = {},
    kind = 'Deployment',
    spec = {},
    portName = 'http',
  }: {
    port?: number;
    in?: string;
    image?: string;
    env?: Readonly<Record<string, string>>;
    pod?: Fields;
    service?: Fields;
    kind?: string;
    spec?: Fields;
    portName?: string;
  } = {},
): string {
  const labels = { app: name };
  return [
    object(kind, 'apps/v1', name, space, {
      selector: { matchLabels: labels },
      ...spec,
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name,
              image,
              ports: [{ name: portName, containerPort: port }],
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
            },
          ],
          ...pod,
        },
      },
    }),
    object('Service', 'v1', name, space, { selector: labels, ports: [{ port: 80, targetPort: port }], ...service }),
  ].join('---\n');
}

/** A NetworkPolicy. */
export function policy(name: string, spec: Fields, space = 'shop'): string {
  return object('NetworkPolicy', 'networking.k8s.io/v1', name, space, spec);
}

/** Denies everything in a namespace except DNS. */
export const denyAll = (space = 'shop'): string =>
  policy(
    'deny',
    {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 53, protocol: 'UDP' }] }],
    },
    space,
  );

/** Allows the calls of one app to another in both directions. */
export function allowCall(from: string, to: string, port: number | string = 8080): string {
  return [
    policy(`${from}-out`, {
      podSelector: { matchLabels: { app: from } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: { matchLabels: { app: to } } }], ports: [{ port }] }],
    }),
    policy(`${to}-in`, {
      podSelector: { matchLabels: { app: to } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: from } } }], ports: [{ port }] }],
    }),
  ].join('---\n');
}

/** Any object. */
export function object(
  kind: string,
  apiVersion: string,
  name: string,
  space: string | undefined,
  spec: unknown,
): string {
  return `${JSON.stringify({ apiVersion, kind, metadata: { name, namespace: space }, spec })}\n`;
}

/** A Namespace with labels. */
export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })}\n`;
}

/** The manifests of some texts. */
export function manifestsOf(...texts: readonly string[]): Manifest[] {
  const { manifests, problems } = readManifests(texts.join('---\n'), 'a.yaml');
  expect(problems).toEqual([]);
  return manifests;
}

/** The differences between two sets of manifests, a line each: `exposure opened web → any address :443 (note)`. */
export function changesBetween(before: readonly string[], after: readonly string[]): string[] {
  return connectivityChanges(manifestsOf(...before), manifestsOf(...after)).map(
    ({ about, change, from, to, port, path, note, including }) =>
      [
        `${about} ${change} ${from.id}${path ?? ''} → ${to.id}${port === undefined ? '' : ` :${port}`}`,
        note === undefined ? '' : `(${note})`,
        including === undefined ? '' : `[${including.join(', ')}]`,
      ]
        .filter((text) => text !== '')
        .join(' '),
  );
}
