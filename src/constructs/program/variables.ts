import type { V1EnvVar } from '@kubernetes/client-node';
import { referencesIn } from '../../k8s/variable-references';
import type { Caller } from '../../links/endpoint';
import { callVariables, taskVariables } from '../../links/variables';
import type { EnvValue } from '../shared/values';
import type { ResolvedProgram } from './resolve';

/** A variable, and what sets it. */
export interface Sourced {
  readonly variable: V1EnvVar;
  readonly source: string;
}

/**
 * The environment variables of a program, each with its source. Those of the kind of program come first, then those of
 * calls. `$(NAME)` can refer only to an earlier variable, so each variable follows those that it refers to.
 */
export function environmentOf(
  caller: Caller,
  { env }: Pick<ResolvedProgram, 'env'>,
  first: readonly Sourced[] = [],
): Sourced[] {
  return afterTheirReferences([
    ...first,
    ...callVariables(caller).map((variable) => ({ variable, source: 'a call' })),
    ...Object.entries(env).map(([name, value]) => ({ variable: variableOf(name, value), source: 'the option env' })),
    ...taskVariables(caller).map((variable) => ({ variable, source: 'the option before of a task' })),
  ]);
}

/** Moves a variable up only if an earlier one refers to it. Variables that refer to each other are not moved. */
function afterTheirReferences(variables: readonly Sourced[]): Sourced[] {
  const byName = new Map(variables.map((one) => [one.variable.name, one]));
  const visited = new Set<Sourced>();
  const ordered: Sourced[] = [];
  const add = (one: Sourced): void => {
    if (visited.has(one)) return;
    visited.add(one);
    for (const { name } of referencesIn(one.variable.value ?? '')) {
      const target = byName.get(name);
      if (target) add(target);
    }
    ordered.push(one);
  };
  variables.forEach(add);
  return ordered;
}

/** The variable with a value of the options. */
export function variableOf(name: string, value: EnvValue): V1EnvVar {
  if (value === null || typeof value !== 'object') return { name, value: String(value) };
  return { name, valueFrom: { secretKeyRef: { name: value.secret, key: value.key } } };
}
