import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';
import { show } from '../../basics/text';
import { Endpoint, type Callable } from '../../links/endpoint';
import type { ProblemRow } from '../../problems/problem';
import { unknownOptions, type OptionNames } from '../../problems/unknown-options';
import { portProblems } from '../shared/value-problems';
import { rangeProblems } from './address-ranges';

/** Which addresses and ports outside the cluster a caller reaches. */
export interface InternetOptions {
  /**
   * The ports. `'all'` is every TCP port.
   * @default [80, 443]
   */
  readonly ports?: readonly number[] | 'all';
  /**
   * The address ranges. The policy of the caller allows exactly these ranges.
   * @default - every address except those of private networks: pods, nodes and the metadata of a cloud are not reached
   */
  readonly cidrs?: readonly string[];
}

const INTERNET_OPTIONS: OptionNames<InternetOptions> = { ports: true, cidrs: true };

const WEB: readonly number[] = [80, 443];

/** Every address except those of private networks, of carriers, and of single links. */
const PUBLIC: readonly V1NetworkPolicyPeer[] = [
  {
    ipBlock: {
      cidr: '0.0.0.0/0',
      except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'],
    },
  },
  { ipBlock: { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] } },
];

/**
 * Every address outside the cluster, for a program whose purpose is that: `reader.calls(new Internet())`. Such programs
 * read feeds, watch other sites or download files. The call sets no variable. For one host, call an `External`.
 */
export class Internet implements Callable {
  readonly endpoint: Endpoint;

  constructor(options: InternetOptions = {}) {
    const { ports = WEB, cidrs } = options;
    this.endpoint = new Endpoint({
      kind: 'external',
      name: 'internet',
      ...(ports === 'all' ? { isEveryPort: true } : { ports: listed(ports) }),
      peers: cidrs === undefined ? PUBLIC : listed(cidrs).map((cidr) => ({ ipBlock: { cidr } })),
      problems: [
        ...unknownOptions(options, INTERNET_OPTIONS),
        ...allPortProblems(ports),
        ...(cidrs === undefined ? [] : cidrProblems(cidrs)),
      ],
    });
  }
}

/** The list, or an empty one for a value of another type. */
function listed<T>(value: readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [];
}

// A rule of a policy without ports or ranges would allow all of them.
function* allPortProblems(ports: readonly number[] | 'all'): Generator<ProblemRow> {
  if (ports === 'all') return;
  for (const port of listed(ports)) yield* portProblems('ports', port);
  if (listed(ports).length === 0)
    yield [
      'port-invalid',
      {
        message: 'The call names no port.',
        expected: "a list of ports, or 'all'",
        got: show(ports),
        fix: "Write, for instance, new Internet({ ports: [443] }), or ports: 'all' for every TCP port.",
      },
    ];
}

function* cidrProblems(cidrs: readonly string[]): Generator<ProblemRow> {
  yield* rangeProblems(listed(cidrs));
  if (listed(cidrs).length === 0)
    yield [
      'host-invalid',
      {
        message: 'The call names no address range.',
        expected: 'a list such as 203.0.113.0/24',
        got: show(cidrs),
        fix: 'Write at least one range, or remove cidrs: the caller then reaches every public address.',
      },
    ];
}
