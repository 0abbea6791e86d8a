import type { V1Service, V1ServicePort } from '@kubernetes/client-node';
import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { PlainAddress } from '../../links/address';
import { callerOf, Endpoint } from '../../links/endpoint';
import { row, type ProblemRow } from '../../problems/problem';
import { portNumbers } from './port-numbers';

/** A Service of a chart that no construct of Callsign makes: an `ApiObject`, or a Service of cdk8s-plus. */
export type ServiceObject = ApiObject | PlusService;

/** The parts of a Service of cdk8s-plus that other constructs do not have. cdk8s-plus is optional. */
interface PlusService extends IConstruct {
  readonly port: number;
  readonly ports: readonly { readonly port: number }[];
}

const endpoints = new WeakMap<ApiObject, Endpoint>();

/** The object of a construct; undefined if the value is no construct with an object. */
export function objectOf(value: unknown): ApiObject | undefined {
  if (ApiObject.isApiObject(value)) return value;
  const child = (value as Partial<IConstruct> | undefined)?.node?.defaultChild;
  return child && ApiObject.isApiObject(child) ? child : undefined;
}

/** The construct of Callsign that made the object, and that `calls` accepts. */
export function madeBy(object: ApiObject): Endpoint | undefined {
  const owner = callerOf(object.node.scope);
  return owner instanceof Endpoint ? owner : undefined;
}

/** The endpoint of a Service. Its address and its pods are read when the whole app is declared, so they can change. */
export function serviceEndpoint(service: ApiObject): Endpoint {
  const known = endpoints.get(service);
  if (known) return known;
  const spec = () => (service.toJson() as V1Service).spec ?? {};
  const selector = () => spec().selector ?? {};
  const port = () => mainPort(spec().ports);
  const { namespace } = service.metadata;
  const endpoint = new Endpoint({
    kind: 'service',
    name: service.name,
    namespace,
    root: service.node.root,
    get pods() {
      return selector();
    },
    get ports() {
      const { port: number, targetPort = number } = port() ?? {};
      if (typeof targetPort === 'string') return portNumbers(service, selector(), targetPort);
      return targetPort === undefined ? [] : [targetPort];
    },
    get address(): PlainAddress | undefined {
      const main = port();
      return main && { protocol: protocolOf(main), port: main.port };
    },
    get problems() {
      return [...serviceProblems(spec())];
    },
  });
  endpoints.set(service, endpoint);
  return endpoint;
}

/** The port that callers use: the one named `http`, otherwise the first. NetworkPolicies of calls have only TCP. */
function mainPort(ports: readonly V1ServicePort[] = []): V1ServicePort | undefined {
  const tcp = ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP');
  return tcp.find(({ name }) => name === 'http') ?? tcp[0];
}

/** The first word of the names of ports that do not serve HTTP. */
const NOT_HTTP = new Set([
  'amqp',
  'grpc',
  'kafka',
  'ldap',
  'memcached',
  'mongo',
  'mongodb',
  'mqtt',
  'mysql',
  'nats',
  'postgres',
  'postgresql',
  'redis',
  'smtp',
  'tcp',
  'tls',
]);

/** The protocol, from `appProtocol` or the name of the port: `https`, `tcp-metrics`. Without a hint it is HTTP. */
function protocolOf({ appProtocol, name, port }: V1ServicePort): PlainAddress['protocol'] {
  const [word = ''] = (appProtocol ?? name ?? '').split('-');
  if (word === 'https' || (word === '' && port === 443)) return 'https';
  return NOT_HTTP.has(word) ? 'tcp' : 'http';
}

function* serviceProblems({ type, selector = {}, ports, externalName }: V1Service['spec'] & {}): Generator<ProblemRow> {
  if (type === 'ExternalName') {
    yield row('call-not-served', {
      message: 'The Service is only another name of a host outside the cluster.',
      expected: 'a Service that selects pods',
      got: `type: ExternalName of ${externalName}`,
      fix: `Call the host: new External('${externalName}', 443).`,
    });
  } else if (Object.keys(selector).length === 0) {
    yield row('call-not-served', {
      message: 'The Service has no selector, so the policy of the caller cannot select its pods.',
      expected: 'a Service with a selector',
      got: 'none',
      fix: 'Set its selector. If its addresses are outside the cluster, call an External with their cidrs.',
    });
  } else if (!mainPort(ports)) {
    yield row('call-not-served', {
      message: 'The Service has no TCP port.',
      expected: 'a port with the protocol TCP',
      got: ports?.map(({ port, protocol }) => `${port}/${protocol}`).join(', ') || 'none',
      fix: 'Add a TCP port to the Service.',
    });
  }
}
