import type { V1Service } from '@kubernetes/client-node';
import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { isDnsLabel } from '../../k8s/names';
import type { ProblemRow } from '../../problems/problem';
import { unknownOptions, type OptionNames } from '../../problems/unknown-options';
import { show } from '../../basics/text';
import { Endpoint, type Callable } from '../../links/endpoint';
import { poolProblems, portProblems } from '../shared/value-problems';

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
   * The port that its pods listen on. NetworkPolicies apply to this port, not to the port of the Service.
   * @default - the port of the Service
   */
  readonly targetPort?: number;
  /**
   * The labels of its pods. The policy of the caller allows only these pods.
   * @default - any pod, on this port only
   */
  readonly pods?: Readonly<Record<string, string>>;
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
  pool: true,
};

/**
 * A Service that Callsign does not create, such as a Service of another team or of an operator, or a cdk8s-plus object
 * in the same app.
 */
export class ExistingService implements Callable {
  /** The Service of a cdk8s or cdk8s-plus construct. Later changes of that construct have no effect here. */
  static of(service: IConstruct): ExistingService {
    const { metadata, spec } = ApiObject.of(service).toJson() as V1Service;
    const [port] = spec?.ports ?? [];
    const { targetPort = port?.port } = port ?? {};
    return new ExistingService(metadata?.name ?? '', {
      namespace: metadata?.namespace,
      port: port?.port,
      pods: spec?.selector,
      ...(typeof targetPort === 'number' && { targetPort }),
    });
  }

  readonly endpoint: Endpoint;

  constructor(name: string, options: ExistingServiceOptions = {}) {
    const { namespace, port = 80, targetPort = port, pods, pool } = options;
    this.endpoint = new Endpoint({
      kind: 'service',
      name,
      namespace,
      pods,
      ports: [targetPort],
      problems: [
        ...unknownOptions(options, EXISTING_SERVICE_OPTIONS),
        ...serviceProblems(name, port, targetPort),
        ...poolProblems(pool),
      ],
      address: { protocol: 'http', port, ...(pool !== undefined && { pool }) },
    });
  }
}

function* serviceProblems(name: string, port: number, targetPort: number): Generator<ProblemRow> {
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
  if (targetPort !== port) yield* portProblems('targetPort', targetPort);
}
