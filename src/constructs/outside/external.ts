import { isHost } from '../../k8s/names';
import type { ProblemRow } from '../../problems/problem';
import { unknownOptions, type OptionNames } from '../../problems/unknown-options';
import { show } from '../../basics/text';
import { externalAddress } from '../../links/address';
import { Endpoint, type Callable } from '../../links/endpoint';
import { poolProblems, portProblems } from '../shared/value-problems';
import { rangeProblems } from './address-ranges';

/** The options of a host outside the cluster. */
export interface ExternalOptions {
  /**
   * The address ranges of the host. The policy of the caller allows only these ranges.
   * @default - any address, on this port only
   */
  readonly cidrs?: readonly string[];
  /**
   * The host is a database, and this is the size of the connection pool of each replica that calls it. The callers get
   * it as `<NAME>_POOL`. The option `pool` of a microservice has priority.
   * @default - no variable
   */
  readonly pool?: number;
}

const EXTERNAL_OPTIONS: OptionNames<ExternalOptions> = { cidrs: true, pool: true };

/** A host outside the cluster that a microservice calls: `new External('mail.example.com', 443)`. */
export class External implements Callable {
  readonly endpoint: Endpoint;

  constructor(
    readonly host: string,
    readonly port: number,
    options: ExternalOptions = {},
  ) {
    const { cidrs = [], pool } = options;
    this.endpoint = new Endpoint({
      kind: 'external',
      name: host,
      ports: [port],
      peers: cidrs.map((cidr) => ({ ipBlock: { cidr } })),
      problems: [
        ...unknownOptions(options, EXTERNAL_OPTIONS),
        ...externalProblems(host, port, cidrs),
        ...poolProblems(pool),
      ],
      address: { ...externalAddress(port), ...(pool !== undefined && { pool }) },
    });
  }
}

function* externalProblems(host: string, port: number, cidrs: readonly string[]): Generator<ProblemRow> {
  if (!isHost(host) || !host.includes('.')) {
    yield [
      'host-invalid',
      {
        message: 'The name of the host outside the cluster is not valid.',
        expected: 'a name with a dot, such as mail.example.com',
        got: show(host),
        fix: 'Write only the name. The port is a separate argument.',
      },
    ];
  }
  yield* portProblems('port', port);
  yield* rangeProblems(cidrs);
}
