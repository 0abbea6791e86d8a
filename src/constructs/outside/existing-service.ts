import { isDnsLabel, isPortName } from '../../k8s/names';
import type { ProblemRow } from '../../problems/problem';
import { unknownOptions, type OptionNames } from '../../problems/unknown-options';
import { show } from '../../basics/text';
import { Endpoint, type Callable } from '../../links/endpoint';
import { poolProblems, portProblems } from '../shared/value-problems';
import { outsidePlace } from './address-ranges';

/** How to reach a Service that Callsign does not create. */
export interface ExistingServiceOptions {
  /**
   * Its namespace.
   * @default - the namespace of the caller
   */
  readonly namespace?: string;
  /**
   * The port of the Service.
   * @default 80
   */
  readonly port?: number;
  /**
   * The port that its pods listen on. NetworkPolicies apply to this port, not to the port of the Service. It can be the
   * name of the port in the pods. Prefer the number, because some network plugins do not find a port by its name.
   * @default - the port of the Service
   */
  readonly targetPort?: number | string;
  /**
   * The labels of its pods. The policy of the caller allows only these pods.
   * @default - all pods of its namespace, on this port only
   */
  readonly pods?: Readonly<Record<string, string>>;
  /**
   * The address ranges behind a Service that selects no pods, such as one of type ExternalName. Set it too if its pods
   * use the network of their nodes. `'any'` allows every address, on this port only.
   * @default - none: the Service selects pods
   */
  readonly cidrs?: readonly string[] | 'any';
  /**
   * The Service is a database, and this is the size of the connection pool of each replica that calls it. The callers
   * get it as `<NAME>_POOL`. The option `pool` of a microservice has priority.
   * @default - no variable
   */
  readonly pool?: number;
}

const EXISTING_SERVICE_OPTIONS: OptionNames<ExistingServiceOptions> = {
  namespace: true,
  port: true,
  targetPort: true,
  pods: true,
  cidrs: true,
  pool: true,
};

/** A Service that is not in the app, such as a Service of another team or of an operator. */
export class ExistingService implements Callable {
  readonly endpoint: Endpoint;

  constructor(name: string, options: ExistingServiceOptions = {}) {
    const { namespace, port = 80, targetPort = port, pool } = options;
    const place = outsidePlace(options, BOTH);
    this.endpoint = new Endpoint({
      kind: 'service',
      name,
      namespace,
      ...place.where,
      ports: [targetPort],
      problems: [
        ...unknownOptions(options, EXISTING_SERVICE_OPTIONS),
        ...serviceProblems(name, port, targetPort),
        ...place.problems,
        ...poolProblems(pool),
      ],
      address: { protocol: 'http', port, ...(pool !== undefined && { pool }) },
    });
  }
}

function* serviceProblems(name: string, port: number, targetPort: number | string): Generator<ProblemRow> {
  if (!isDnsLabel(name)) {
    yield [
      'name-invalid',
      {
        message: 'The name of the Service is not valid.',
        expected: 'at most 63 lower-case letters, digits and dashes, starting with a letter',
        got: show(name),
        fix: 'Write only the name of the Service. Its namespace is an option.',
      },
    ];
  }
  yield* portProblems('port', port);
  if (typeof targetPort !== 'string') {
    if (targetPort !== port) yield* portProblems('targetPort', targetPort);
  } else if (!isPortName(targetPort)) {
    yield [
      'port-invalid',
      {
        message: 'This is not a valid name of a port.',
        expected: 'a number, or at most 15 lower-case letters, digits and dashes with at least one letter',
        got: show(targetPort),
        fix: 'Write the number, or the name that the pods give the port.',
      },
    ];
  }
}

const BOTH = {
  message: 'The Service has pods and address ranges.',
  expected: 'pods, or cidrs for a Service that selects no pods',
  fix: 'Remove cidrs if the Service has a selector. Otherwise, remove pods.',
};
