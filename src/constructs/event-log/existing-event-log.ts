import { show } from '../../basics/text';
import { isHost } from '../../k8s/names';
import { type Callable, Endpoint } from '../../links/endpoint';
import { row, type ProblemRow } from '../../problems/problem';
import { unknownOptions, type OptionNames } from '../../problems/unknown-options';
import { outsidePlace } from '../outside/address-ranges';
import { SECRET_KEY_OPTIONS, type SecretKey } from '../shared/values';
import { SERVER_PORTS } from './configuration';
import { countProblems } from './problems';
import { streamReplicas } from './resolve';

/** How to reach NATS servers that Callsign does not create. */
export interface ExistingEventLogOptions {
  /**
   * The servers as callers reach them: `['nats-0.nats.messaging:4222', …]`. Without a port it is 4222. If one address
   * stands for several servers, set `replicas`.
   */
  readonly servers: readonly string[];
  /** The user of the callers. Its account needs JetStream. */
  readonly user: string;
  /** The key of a Secret with the password. The Secret is in the namespace of the callers. */
  readonly password: SecretKey;
  /**
   * How many servers store each stream: 1, 3 or 5.
   * @default - 1 for one or two servers, 3 for three or four, 5 for more
   */
  readonly replicas?: number;
  /**
   * The namespace of the servers.
   * @default - the namespace of the caller
   */
  readonly namespace?: string;
  /**
   * The labels of their pods. The policy of the caller allows only these pods.
   * @default - all pods of their namespace, on the ports of `servers` only
   */
  readonly pods?: Readonly<Record<string, string>>;
  /**
   * The address ranges of servers outside the cluster, or on the network of their nodes. `'any'` allows every address, on
   * the ports of `servers` only.
   * @default - none: the servers are pods
   */
  readonly cidrs?: readonly string[] | 'any';
}

const EXISTING_EVENT_LOG_OPTIONS: OptionNames<ExistingEventLogOptions> = {
  servers: true,
  user: true,
  password: SECRET_KEY_OPTIONS,
  replicas: true,
  namespace: true,
  pods: true,
  cidrs: true,
};

/** NATS servers with JetStream that are not in the app, such as those of another team. */
export class ExistingEventLog implements Callable {
  readonly endpoint: Endpoint;
  /** How many servers store each stream. */
  readonly replicas: number;

  constructor(name: string, options: ExistingEventLogOptions) {
    const { user, password, namespace } = options;
    // Code without type checks can give something else, which is a problem.
    const servers: readonly string[] = Array.isArray(options.servers) ? options.servers.map(String) : [];
    const { replicas = streamReplicas(servers.length) } = options;
    this.replicas = replicas;
    const place = outsidePlace(options, BOTH);
    const addresses = servers.map(addressOf);
    this.endpoint = new Endpoint({
      kind: 'service',
      name,
      namespace,
      ...place.where,
      ports: [...new Set(addresses.map(({ port }) => port))],
      problems: [
        ...unknownOptions(options, EXISTING_EVENT_LOG_OPTIONS),
        ...serverProblems(servers),
        ...loginProblems(options),
        ...countProblems('replicas', replicas),
        ...place.problems,
      ],
      address: {
        protocol: 'event-log',
        port: addresses[0]?.port ?? SERVER_PORTS.nats,
        serversAt: () => addresses.map(({ host, port }) => `${host}:${port}`),
        user,
        password: { ...password },
        replicas,
      },
    });
  }
}

function addressOf(server: string): { host: string; port: number } {
  const [host = '', port] = server.split(':');
  return { host, port: port === undefined ? SERVER_PORTS.nats : Number(port) };
}

function* serverProblems(servers: readonly string[]): Generator<ProblemRow> {
  const wrong = (message: string, got: unknown) =>
    row('event-log-invalid', {
      message,
      expected: 'names of hosts with their ports, such as nats-0.nats.messaging:4222',
      got: show(got),
      fix: 'Write the addresses as the callers reach them, without a scheme and without a password.',
    });
  if (servers.length === 0) yield wrong('There are no servers.', servers);
  for (const server of servers) {
    const { host, port } = addressOf(server);
    const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535;
    if (!isHost(host) || !isPort || server.split(':').length > 2)
      yield wrong('This is not an address of a server.', server);
  }
}

function* loginProblems({ user, password }: Partial<ExistingEventLogOptions>): Generator<ProblemRow> {
  if (typeof user !== 'string' || user === '')
    yield row('event-log-invalid', {
      message: 'The user is missing.',
      expected: 'the name of the user of the callers',
      got: show(user),
      fix: "Write the user of an account with JetStream, such as user: 'event-bus'.",
    });
  if (!password?.secret || !password.key)
    yield row('event-log-invalid', {
      message: 'The password is not a key of a Secret.',
      expected: 'the name of a Secret and its key',
      got: show(password),
      fix: "Write, for instance, password: { secret: 'nats', key: 'password', existing: true }.",
    });
}

const BOTH = {
  message: 'The servers have pods and address ranges.',
  expected: 'pods, or cidrs for servers that are not pods',
  fix: 'Remove cidrs if the servers are pods. Otherwise, remove pods.',
};
