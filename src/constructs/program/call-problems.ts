import { isHost, isVariable } from '../../k8s/names';
import type { ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { type Caller, callerOf, Endpoint, type Entrance } from '../../links/endpoint';
import { madeBy, objectOf, serviceEndpoint } from '../outside/service-object';

/** What a call leads to; undefined if nothing can be called. */
export function callTarget(target: unknown): Caller | undefined {
  const object = objectOf(target);
  const isService = object?.kind === 'Service' && object.apiVersion === 'v1' && !madeBy(object);
  return callerOf(target) ?? (isService ? serviceEndpoint(object) : undefined);
}

/** The problems of a call, except those of the target itself. */
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
          expected: 'a Microservice, a Database, an External, or a Service',
          got: titleOf(target),
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
  const noVariables: ProblemRow = [
    'variable-invalid',
    {
      message: `A call to ${to.name} sets no variable, because it has no single address.`,
      field,
      expected: 'calls instead of callsAs',
      got: `the prefix ${show(prefix)}`,
      fix: `Write ${from.name}.calls(…). For one host, call an External.`,
    },
  ];
  return [
    ...(between ? [between] : []),
    ...(prefix !== undefined && !isVariable(prefix) ? [wrongPrefix] : []),
    ...(prefix !== undefined && isInternet(to) ? [noVariables] : []),
  ];
}

/** Whether it stands for many hosts outside the cluster. */
function isInternet({ options }: Caller): boolean {
  return options.kind === 'external' && !(options as Entrance).address;
}

/** The problems of the targets that are not constructs. They are known when the whole app is declared. */
export function* targetProblems({ calls }: Caller): Generator<ProblemRow> {
  for (const to of new Set(calls.map((call) => call.to)))
    for (const [code, what] of to.options.problems ?? []) yield [code, { ...what, field: `calls(${to.name})` }];
}

function titleOf(target: unknown): string {
  const object = objectOf(target);
  return object ? `the ${object.kind} ${show(object.name)}` : show(target);
}

/** A text instead of an object is a name or a host. An object of another kind may have a Service. */
function targetFix({ name }: Caller, target: unknown): string {
  const object = objectOf(target);
  const owner = object && madeBy(object);
  if (owner) return `Pass the construct that makes it: ${name}.calls(${owner.name}).`;
  if (object) return 'Pass its Service, for instance the result of deployment.exposeViaService(…) of cdk8s-plus.';
  if (typeof target === 'string' && /^[\w-]+$/.test(target))
    return `Pass the object that \`new Microservice(…)\` returns, not its name ${show(target)}.`;
  if (typeof target === 'string' && isHost(target))
    return `Pass an External: ${name}.calls(new External('${target}', 443)).`;
  return 'Declare the target first, and pass the object that `new` returns.';
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
  if (!through && (kind === 'worker' || !(to instanceof Endpoint))) {
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
    const what = to instanceof Endpoint && to.options.address?.protocol === 'event-log' ? 'event log' : 'database';
    return [
      'call-cross-namespace',
      {
        message: `The ${what} ${name} is in another namespace, so the caller cannot read its password.`,
        expected: `${what === 'database' ? 'a database' : 'an event log'} in ${from.namespace ?? 'the same namespace'}`,
        got: to.namespace ?? 'no namespace',
        fix: `Move one of the two, or call a microservice that uses the ${what}.`,
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
