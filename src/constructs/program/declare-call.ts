import { type Callable, type Caller, Endpoint, type Entrance } from '../../links/endpoint';
import type { ProblemRow } from '../../problems/problem';
import { callProblems, callTarget } from './call-problems';

/** Declares a call to anything that `calls` accepts. Returns why it cannot be called. */
export function declareCall(
  from: Caller,
  target: unknown,
  prefix?: string,
  through: Entrance | undefined = entranceOf(target),
): readonly ProblemRow[] {
  const to = callTarget(target);
  const problems = callProblems(from, to, target, prefix, through);
  if (to instanceof Endpoint && problems.length === 0) from.call(to, prefix, through);
  return problems;
}

/** The entrance that a target names: a further port of a microservice. */
function entranceOf(target: unknown): Entrance | undefined {
  return (Object(target) as Partial<Callable>).entrance;
}
