/** A program that watches others, in its own namespace with the Pod Security level `restricted`. */
export interface Observer {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly user: number;
  readonly args?: readonly string[];
  readonly ports: readonly number[];
  readonly ready: { readonly path: string; readonly port: number };
  /** The paths of volumes, by what they contain. */
  readonly mounts?: Readonly<Record<string, object>>;
}

/** Its namespace, ServiceAccount, Service and Deployment. */
export function observer({ name, namespace, image, user, args, ports, ready, mounts = {} }: Observer): object[] {
  const labels = { app: name };
  const metadata = { name, namespace };
  const volumes = Object.entries(mounts).map(([mountPath, volume], i) => ({ name: `volume-${i}`, mountPath, volume }));
  const podSpec = {
    serviceAccountName: name,
    securityContext: { runAsNonRoot: true, runAsUser: user, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name,
        image,
        args,
        readinessProbe: { httpGet: ready, periodSeconds: 2 },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: volumes.map((volume) => ({ name: volume.name, mountPath: volume.mountPath })),
      },
    ],
    volumes: volumes.map((volume) => ({ name: volume.name, ...volume.volume })),
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: ports.map((port) => ({ name: `port-${port}`, port })) },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
    },
  ];
}
