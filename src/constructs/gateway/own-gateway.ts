import type { KubernetesObject } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { addObject } from '../shared/object';
import { secureHosts } from './certificates';
import type { ResolvedGateway, ResolvedListen } from './resolve';

/** The fields of a Gateway that the manifests set. The Kubernetes client has no type for it. */
interface GatewayObject extends KubernetesObject {
  readonly spec: { readonly gatewayClassName: string; readonly listeners: readonly Listener[] };
}

interface Listener {
  readonly name: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly port: number;
  readonly hostname?: string;
  readonly tls?: { readonly mode: 'Terminate'; readonly certificateRefs: readonly { readonly name: string }[] };
  readonly allowedRoutes: object;
}

/** The name of the listener for plain HTTP. */
export const HTTP = 'http';
/** The name of the listener of a host with a certificate, by the place of the host. */
export const httpsListener = (i: number): string => (i === 0 ? 'https' : `https-${i + 1}`);

/** Only routes of the same namespace: those of this gateway. */
const SAME_NAMESPACE = { namespaces: { from: 'Same' } };

/** Adds a Gateway with a listener for plain HTTP, and one for each host with a certificate. */
export function addOwnGateway(
  scope: Construct & { readonly name: string },
  options: ResolvedGateway,
  { className, http, https, issuer }: ResolvedListen,
): void {
  const annotations = issuer && {
    [`cert-manager.io/${issuer.kind === 'Issuer' ? 'issuer' : 'cluster-issuer'}`]: issuer.name,
  };
  addObject<GatewayObject>(scope, 'gateway', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: scope.name, ...(annotations && { annotations }) },
    spec: {
      gatewayClassName: className,
      listeners: [
        { name: HTTP, protocol: 'HTTP', port: http, allowedRoutes: SAME_NAMESPACE },
        ...secureHosts(scope.name, options).map(({ host, secret }, i) => ({
          name: httpsListener(i),
          protocol: 'HTTPS' as const,
          port: https,
          ...(host !== undefined && { hostname: host }),
          tls: { mode: 'Terminate' as const, certificateRefs: [{ name: secret }] },
          allowedRoutes: SAME_NAMESPACE,
        })),
      ],
    },
  });
}
