import { isIP } from 'node:net';
import { row, type Problem, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';

interface Place {
  readonly pods?: Readonly<Record<string, string>>;
  readonly cidrs?: readonly string[] | 'any';
}

/** Where policies find something that is not in the app: its pods, or its address ranges. `both` says that it has both. */
export function outsidePlace({ pods, cidrs }: Place, both: Pick<Problem, 'message' | 'expected' | 'fix'>) {
  const ranges = cidrs === 'any' ? [] : cidrs;
  return {
    where: { pods, ...(ranges && { peers: ranges.map((cidr) => ({ ipBlock: { cidr } })) }) },
    problems: [
      ...rangeProblems(ranges ?? []),
      ...(pods && cidrs ? [row('construct-invalid', { ...both, got: `pods and cidrs: ${show(cidrs)}` })] : []),
    ],
  };
}

/** The problems of address ranges. */
export function* rangeProblems(cidrs: readonly string[]): Generator<ProblemRow> {
  for (const cidr of cidrs.filter((range) => !isRange(range))) {
    yield [
      'host-invalid',
      {
        message: 'The address range is not valid.',
        expected: 'a range such as 203.0.113.0/24',
        got: show(cidr),
        fix: 'Write the address, a slash and the length of the prefix.',
      },
    ];
  }
}

function isRange(cidr: unknown): boolean {
  const [address = '', bits = '', ...rest] = String(cidr).split('/');
  const most = { 4: 32, 6: 128 }[isIP(address)];
  return most !== undefined && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
}
