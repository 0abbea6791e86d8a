import type { V1Service } from '@kubernetes/client-node';
import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { isDnsLabel } from '../../k8s/names';
import type { ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { Endpoint, type Callable } from '../../links/endpoint';
import { portProblems } from '../shared/value-problems';

/** Where a Service is that no construct of ours makes. */
export interface ExistingServiceOptions {
  /**
   * Its namespace.
   * @default - that of the caller
   */
  readonly namespace?: string;
  /**
   * The port of the Service.
   * @default 80
   */
  readonly port?: number;
  /**
   * The port that its pods listen on: policies see the traffic after the Service has passed it on.
   * @default - the port of the Service
   */
  readonly targetPort?: number;
  /**
   * The labels of its pods, so that the caller may reach them and nothing else on that port.
   * @default - any pod, on this port only
   */
  readonly pods?: Readonly<Record<string, string>>;
}

/** A Service in the cluster that something else made: another team's, an operator's, or an object of cdk8s-plus in the same app. */
export class ExistingService implements Callable {
  /** The Service that a construct of cdk8s or cdk8s-plus makes, as it is declared so far. */
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

  constructor(name: string, { namespace, port = 80, targetPort = port, pods }: ExistingServiceOptions = {}) {
    this.endpoint = new Endpoint({
      kind: 'service',
      name,
      namespace,
      pods,
      ports: [targetPort],
      problems: [...serviceProblems(name, port, targetPort)],
      address: { protocol: 'http', port },
    });
  }
}

function* serviceProblems(name: string, port: number, targetPort: number): Generator<ProblemRow> {
  if (!isDnsLabel(name)) {
    yield [
      'name-invalid',
      {
        message: 'It is not the name of a Service.',
        expected: 'lower-case letters, digits and dashes, a letter first, 63 at most',
        got: show(name),
        fix: 'Write the name of the Service only: its namespace is an option.',
      },
    ];
  }
  yield* portProblems('port', port);
  if (targetPort !== port) yield* portProblems('targetPort', targetPort);
}
