import { isVariable } from '../../k8s/names';
import type { ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { type Caller, Endpoint } from '../../links/endpoint';

/** The problems of a call: those between the two ends, and those of the target itself. */
export function callProblems(
  from: Endpoint,
  to: Caller | undefined,
  target: unknown,
  prefix: string | undefined,
): readonly ProblemRow[] {
  if (!to) {
    return [
      [
        'call-unknown',
        {
          message: 'It calls something that is not declared.',
          expected: 'a Microservice, a Database, an External or an ExistingService',
          got: show(target),
          fix: 'Declare it first, and pass what `new` returned; for an object of cdk8s-plus pass ExistingService.of(service).',
        },
      ],
    ];
  }
  const field = `calls(${to.name})`;
  const between = betweenProblem(from, to);
  const wrongPrefix: ProblemRow = [
    'variable-invalid',
    {
      message: 'No variable can begin with this.',
      field,
      expected: 'letters, digits and underscores, no digit first',
      got: show(prefix),
      fix: "Write it as the program reads it, such as callsAs('PAYMENTS', …).",
    },
  ];
  return [
    ...(between ? [between] : []),
    ...(prefix !== undefined && !isVariable(prefix) ? [wrongPrefix] : []),
    ...(to instanceof Endpoint ? (to.options.problems ?? []) : []).map(([code, what]): ProblemRow => [
      code,
      { ...what, field },
    ]),
  ];
}

function betweenProblem(from: Endpoint, to: Caller): ProblemRow | undefined {
  const { kind, root } = to.options;
  const name = show(to.name);
  if (to === from) {
    return [
      'call-self',
      {
        message: 'It calls itself.',
        fix: 'Call the function within the program, or name the other microservice that was meant.',
      },
    ];
  }
  if (root !== undefined && root !== from.options.root) {
    return [
      'call-unknown',
      {
        message: `It calls ${name}, which belongs to another app.`,
        fix: 'Declare both in one app, or describe the other one with ExistingService.',
      },
    ];
  }
  if (kind === 'worker' || kind === 'gateway') {
    return [
      'call-not-served',
      {
        message: `It calls ${name}, which nothing can reach by name.`,
        expected: 'something with a Service',
        got: `a ${kind}`,
        fix: 'Let it serve HTTP (leave out `http: false`), or drop the call.',
      },
    ];
  }
  if (to.namespace === from.namespace || root === undefined) return undefined;
  if (kind === 'database') {
    return [
      'call-cross-namespace',
      {
        message: `It calls the database ${name} of another namespace, whose password it cannot read.`,
        expected: `a database in ${from.namespace ?? 'the same namespace'}`,
        got: to.namespace ?? 'none named',
        fix: 'Move one of them, or put a microservice before the database.',
      },
    ];
  }
  if (to.namespace && from.namespace) return undefined;
  return [
    'namespace-missing',
    {
      message: `It calls ${name} across charts of which only one names its namespace.`,
      fix: 'Give both charts a namespace: super(scope, id, { namespace: … }).',
    },
  ];
}
