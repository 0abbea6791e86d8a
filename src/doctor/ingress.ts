import type { KubernetesObject, V1Condition } from '@kubernetes/client-node';
import { DEFAULT_CLASS } from '../k8s/keys';
import type { ChartNeeds } from './charts';
import type { Finding } from './finding';
import { inCluster, type ClusterReader } from './reader';

type IngressClass = KubernetesObject;
type GatewayClass = KubernetesObject & { readonly status?: { readonly conditions?: readonly V1Condition[] } };
type Result = Pick<Finding, 'state' | 'found' | 'fix'>;

const GATEWAY_API = 'gateway.networking.k8s.io';
const INSTALL_INGRESS = 'Install an ingress controller such as Traefik';
const INSTALL_GATEWAY = 'Install a controller for the Gateway API, such as Envoy Gateway, Traefik or Cilium.';

/** The classes of ingress controllers and of Gateways, and whether the charts find theirs. */
export function ingressFinding(cluster: ClusterReader, charts: ChartNeeds | undefined): Promise<Finding> {
  return inCluster({ name: 'ingress', why: 'brings requests from outside to the gateway' }, async () => {
    const [ingresses, gateways] = await Promise.all([
      cluster.list<IngressClass>('/apis/networking.k8s.io/v1/ingressclasses'),
      cluster.list<GatewayClass>(`/apis/${GATEWAY_API}/v1/gatewayclasses`),
    ]);
    const found = [
      `IngressClass: ${ingresses.map((one) => `${nameIn(one)}${isDefault(one) ? ' (default)' : ''}`).join(', ') || 'none'}`,
      `GatewayClass: ${gateways.map(nameIn).join(', ') || 'none'}`,
    ].join('; ');
    if (!charts)
      return ingresses.length + gateways.length > 0
        ? { state: 'ok', found }
        : { state: 'warning', found, fix: `${INSTALL_INGRESS}, if the charts have a gateway.` };
    const wrong = [...ingressResults(ingresses, charts), ...gatewayResults(gateways, charts)];
    const worst = wrong.find(({ state }) => state === 'missing') ?? wrong[0];
    return worst ? { ...worst, found: `${worst.found} (${found})` } : { state: 'ok', found };
  });
}

/** What is wrong for the Ingresses of the charts. */
function* ingressResults(classes: readonly IngressClass[], { requirements }: ChartNeeds): Generator<Result> {
  for (const { kind, what, lookUp } of requirements) {
    if (kind !== 'ingress-controller') continue;
    if (lookUp && 'object' in lookUp) {
      const { name } = lookUp.object.metadata;
      if (!classes.some((one) => nameIn(one) === name))
        yield {
          state: 'missing',
          found: `the class ${name} is missing`,
          fix: `${INSTALL_INGRESS} with the class ${name}, or name another class in the charts.`,
        };
    } else if (classes.length === 0) {
      yield { state: 'missing', found: `${what} is missing`, fix: `${INSTALL_INGRESS}.` };
    } else if (lookUp && !classes.some(isDefault)) {
      // Some controllers accept Ingresses without a class although their class is not the default.
      yield {
        state: 'warning',
        found: 'no class is the default, so a controller may ignore the gateway',
        fix: `Make a class the default: kubectl annotate ingressclass ${nameIn(classes[0]!)} ${DEFAULT_CLASS.IngressClass}=true.`,
      };
    }
  }
}

/** What is wrong for the routes and Gateways of the charts. */
function* gatewayResults(classes: readonly GatewayClass[], { requirements, manifests }: ChartNeeds): Generator<Result> {
  const isNeeded = requirements.some(({ lookUp }) => lookUp && 'group' in lookUp && lookUp.group === GATEWAY_API);
  if (isNeeded && classes.length === 0)
    yield { state: 'missing', found: 'no GatewayClass, so no controller serves the routes', fix: INSTALL_GATEWAY };
  for (const { object } of manifests) {
    if (object.kind !== 'Gateway' || !object.apiVersion.startsWith(`${GATEWAY_API}/`) || classes.length === 0) continue;
    const { gatewayClassName: name } = (object.spec ?? {}) as { gatewayClassName?: string };
    const its = classes.find((one) => nameIn(one) === name);
    if (!its)
      yield {
        state: 'missing',
        found: `the GatewayClass ${name} is missing`,
        fix: 'Name a class that exists in the charts.',
      };
    else if (its.status?.conditions?.some(({ type, status }) => type === 'Accepted' && status !== 'True'))
      yield {
        state: 'warning',
        found: `no controller accepts the GatewayClass ${name}`,
        fix: `Look for the reason: kubectl describe gatewayclass ${name}.`,
      };
  }
}

function nameIn({ metadata }: KubernetesObject): string {
  return metadata?.name ?? '';
}

function isDefault({ metadata }: KubernetesObject): boolean {
  return metadata?.annotations?.[DEFAULT_CLASS.IngressClass] === 'true';
}
