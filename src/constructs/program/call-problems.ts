import { isHost, isVariable } from '../../k8s/names';
import type { ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { type Caller, Endpoint, type Entrance } from '../../links/endpoint';

/** The problems of a call, including the problems of the target itself. */
export function callProblems(
  from: Caller,
  to: Caller | undefined,
  target: unknown,
  prefix: string | undefined,
  through: Entrance | undefined,
): readonly ProblemRow[] {
  if (!to) {
    return [
      [
        'call-unknown',
        {
          message: 'The target of the call is not declared.',
          expected: 'a Microservice, a Database, an External or an ExistingService',
          got: show(target),
          fix: targetFix(from, target),
        },
      ],
    ];
  }
  const field = `calls(${to.name})`;
  const between = betweenProblem(from, to, through);
  const wrongPrefix: ProblemRow = [
    'variable-invalid',
    {
      message: 'This is not a valid prefix of a variable name.',
      field,
      expected: 'letters, digits and underscores, not starting with a digit',
      got: show(prefix),
      fix: "Write the prefix that the program reads, for example callsAs('PAYMENTS', …).",
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

/** A text instead of an object is a name or a host. */
function targetFix({ name }: Caller, target: unknown): string {
  if (typeof target === 'string' && /^[\w-]+$/.test(target))
    return `Pass the object that \`new Microservice(…)\` returns, not its name ${show(target)}.`;
  if (typeof target === 'string' && isHost(target))
    return `Pass an External: ${name}.calls(new External('${target}', 443)).`;
  return 'Declare the target first, and pass the object that `new` returns. For a cdk8s-plus object, pass ExistingService.of(service).';
}

function betweenProblem(from: Caller, to: Caller, through: Entrance | undefined): ProblemRow | undefined {
  const { kind, root } = to.options;
  const name = show(to.name);
  if (to === from) {
    return [
      'call-self',
      {
        message: 'The microservice calls itself.',
        fix: 'Call the function inside the program, or pass another microservice.',
      },
    ];
  }
  if (root !== undefined && root !== from.options.root) {
    return [
      'call-unknown',
      {
        message: `The target ${name} belongs to another app.`,
        fix: 'Declare both in one app, or describe the target with ExistingService.',
      },
    ];
  }
  if (!through && (kind === 'worker' || kind === 'gateway' || kind === 'task')) {
    return [
      'call-not-served',
      {
        message: `The target ${name} has no Service, so callers have no name for it.`,
        expected: 'a target with a Service',
        got: `a ${kind}`,
        fix: 'Let the target serve HTTP (remove `http: false`), or remove the call.',
      },
    ];
  }
  if (to.namespace === from.namespace || root === undefined) return undefined;
  if (kind === 'database') {
    return [
      'call-cross-namespace',
      {
        message: `The database ${name} is in another namespace, so the caller cannot read its password.`,
        expected: `a database in ${from.namespace ?? 'the same namespace'}`,
        got: to.namespace ?? 'no namespace',
        fix: 'Move one of the two, or call a microservice that uses the database.',
      },
    ];
  }
  if (to.namespace && from.namespace) return undefined;
  return [
    'namespace-missing',
    {
      message: `The target ${name} is in another chart, and only one of the two charts has a namespace.`,
      fix: 'Give both charts a namespace: super(scope, id, { namespace: … }).',
    },
  ];
}
