import type { V1NetworkPolicyPeer, V1Service, V1ServiceSpec } from '@kubernetes/client-node';
import { isReason } from '../../basics/reason';
import { WAIVER_PREFIX } from '../../k8s/keys';
import { isDnsLabel } from '../../k8s/names';
import { row, type ProblemRow } from '../../problems/problem';
import type { OptionNames } from '../../problems/unknown-options';
import { show } from '../../basics/text';
import { enumValue, integer } from '../shared/value-problems';

/** The Service of a microservice. */
export interface ServiceOptions {
  /**
   * Labels of the Service.
   * @default - only those of the microservice
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Annotations of the Service.
   * @default - none
   */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * Further names of the Service, for programs that know the microservice under another name.
   * @default - only the name of the microservice
   */
  readonly aliases?: readonly string[];
  /**
   * Whether the name resolves to the addresses of all ready pods instead of one address, for clients that choose a pod
   * themselves. Callers then use the port of the pods: `http://cart:8080`. They use the address of a removed pod until
   * they resolve the name again, often for 30 seconds, so `shutdown.pause` should be longer than that.
   * @default - the name resolves to one address, which distributes the requests
   */
  readonly headless?: boolean;
  /**
   * Whether the Service has the port of the program next to port 80, so that `http://cart:3000` works as well as
   * `http://cart`. For addresses that an image or a configuration already contains. Callers get the address without it.
   * @default - the Service of a microservice with HTTP has port 80
   */
  readonly ownPort?: boolean;
  /**
   * Which replicas get the requests of a pod: those in its zone or on its node first, if there are any.
   * @default - all replicas equally
   */
  readonly trafficDistribution?: 'PreferSameZone' | 'PreferSameNode';
  /**
   * How many seconds the requests of one client address reach the same replica.
   * @default - each connection may reach any replica
   */
  readonly sessionAffinity?: number;
  /**
   * Whether the Service is reachable from outside the cluster without a gateway, for protocols other than HTTP.
   * @default - only declared callers and gateways reach it
   */
  readonly external?: ExternalAccess;
}

/** Access from outside the cluster. */
export interface ExternalAccess {
  /**
   * How the address is assigned: by the load balancer of the cloud, or as a port of each node.
   * @default - 'LoadBalancer', the address of a cloud
   */
  readonly type?: 'LoadBalancer' | 'NodePort';
  /**
   * The address ranges that may connect, such as `203.0.113.0/24`.
   * @default - every address
   */
  readonly sources?: readonly string[];
  /** Why it is reachable without a gateway. The profile `hardened` accepts an open port of the nodes with this reason. */
  readonly reason: string;
}

/** The names of the options. */
export const SERVICE_OPTIONS: OptionNames<ServiceOptions> = {
  labels: true,
  annotations: true,
  aliases: true,
  headless: true,
  ownPort: true,
  trafficDistribution: true,
  sessionAffinity: true,
  external: { type: true, sources: true, reason: true },
};

const EVERY_ADDRESS = ['0.0.0.0/0', '::/0'];

/** The labels and annotations of the Service. */
export function serviceMetadata(
  { labels, annotations, external }: ServiceOptions,
  own: Record<string, string>,
): Pick<NonNullable<V1Service['metadata']>, 'labels' | 'annotations'> {
  const waiver = external?.type === 'NodePort' && { [`${WAIVER_PREFIX}service-exposed`]: external.reason };
  const all = { ...annotations, ...waiver };
  return { labels: { ...labels, ...own }, ...(Object.keys(all).length > 0 && { annotations: all }) };
}

/** The fields of the Service that the options set. */
export function serviceFields(options: ServiceOptions): V1ServiceSpec {
  const { headless, trafficDistribution, sessionAffinity, external } = options;
  const { type = 'LoadBalancer', sources } = external ?? {};
  return {
    type: external ? type : 'ClusterIP',
    ...(headless && { clusterIP: 'None' }),
    ...(trafficDistribution && { trafficDistribution }),
    ...(sessionAffinity !== undefined && {
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: sessionAffinity } },
    }),
    // The policy sees the address of the client only if the node does not replace it by its own.
    ...(external && { externalTrafficPolicy: 'Local' }),
    ...(external && type === 'LoadBalancer' && sources && { loadBalancerSourceRanges: [...sources] }),
  };
}

/** Who may connect from outside the cluster; undefined if nobody. */
export function externalPeers({ external }: ServiceOptions): V1NetworkPolicyPeer[] | undefined {
  if (!external) return undefined;
  return (external.sources ?? EVERY_ADDRESS).map((cidr) => ({ ipBlock: { cidr } }));
}

/** The name of the port of the program in the Service, next to port 80. */
export const OWN_PORT = 'http-own';

/** What the problems of the Service depend on. */
interface Served {
  readonly kind: 'microservice' | 'server' | 'worker';
  readonly ports: Readonly<Record<string, number>>;
}

/** The problems of the options that the API server does not report. */
export function* serviceProblems(options: ServiceOptions, { kind, ports }: Served): Generator<ProblemRow> {
  const { sessionAffinity, external, trafficDistribution } = options;
  if (kind === 'worker' && Object.keys(options).length > 0)
    yield row('construct-invalid', {
      message: 'A worker has no Service.',
      field: 'service',
      expected: 'a microservice with HTTP or ports',
      got: show(Object.keys(options).join(', ')),
      fix: 'Remove service, or set ports.',
    });
  for (const [i, alias] of (options.aliases ?? []).entries()) {
    if (isDnsLabel(alias)) continue;
    yield row('name-invalid', {
      message: 'The further name of the Service is not valid.',
      field: `service.aliases[${i}]`,
      expected: 'lower-case letters, digits and dashes, at most 63, with a letter first',
      got: show(alias),
      fix: 'Write a name without dots and underscores, or remove it from aliases.',
    });
  }
  if (sessionAffinity !== undefined)
    yield* integer('service.sessionAffinity', sessionAffinity, { code: 'time-invalid', min: 1, max: 86_400 });
  if (trafficDistribution !== undefined)
    yield* enumValue(
      'service.trafficDistribution',
      trafficDistribution,
      ['PreferSameZone', 'PreferSameNode'],
      'construct-invalid',
    );
  for (const option of ['trafficDistribution', 'sessionAffinity', 'external'] as const) {
    if (!options.headless || options[option] === undefined) continue;
    yield row('construct-invalid', {
      message: 'A headless Service has no address of its own, so it cannot distribute requests.',
      field: `service.${option}`,
      expected: `headless or ${option}`,
      got: 'both',
      fix: `Remove headless or ${option}.`,
    });
  }
  if (options.ownPort) yield* ownPortProblems(options, kind, ports);
  if (!external) return;
  if (external.type !== undefined)
    yield* enumValue('service.external.type', external.type, ['LoadBalancer', 'NodePort'], 'construct-invalid');
  if (!isReason(external.reason))
    yield row('construct-invalid', {
      message: 'The reason for the access from outside is missing.',
      field: 'service.external.reason',
      expected: 'a sentence with the reason',
      got: show(external.reason),
      fix: "Write, for instance, reason: 'Mail servers on the internet deliver mail here.'",
    });
}

function* ownPortProblems(
  { headless }: ServiceOptions,
  kind: Served['kind'],
  ports: Served['ports'],
): Generator<ProblemRow> {
  if (kind === 'server')
    yield row('construct-invalid', {
      message: 'Without HTTP, the Service has only the ports of the program.',
      field: 'service.ownPort',
      expected: 'a microservice with HTTP',
      got: 'http: false',
      fix: 'Remove ownPort. Callers use the ports of the option ports.',
    });
  if (headless)
    yield row('construct-invalid', {
      message: 'The name of a headless Service leads to the pods, so callers use the port of the program already.',
      field: 'service.ownPort',
      expected: 'headless or ownPort',
      got: 'both',
      fix: 'Remove headless or ownPort.',
    });
  if (Object.hasOwn(ports, OWN_PORT))
    yield row('port-taken', {
      message: 'The port has the name of the port that service.ownPort adds to the Service.',
      field: `ports.${OWN_PORT}`,
      expected: `a name other than ${OWN_PORT}`,
      got: `${OWN_PORT}: ${show(ports[OWN_PORT])}`,
      fix: 'Give the port another name, or remove service.ownPort.',
    });
}
