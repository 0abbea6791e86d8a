import type { IConstruct } from 'constructs';
import { ConfiguredApp } from '../settings/environment';
import { Declaration } from '../constructs/shared/declaration';
import { formatProblem, type Problem } from '../problems/problem';

/** Asks every construct what is wrong with it: ours tell problems, those of cdk8s and cdk8s-plus tell sentences. */
export function validate(root: IConstruct): Problem[] {
  return root.node.findAll().flatMap((construct) => {
    const problems = construct instanceof Declaration || construct instanceof ConfiguredApp ? construct.problems() : [];
    const told = new Set(problems.map(formatProblem));
    const others = construct.node.validate().filter((sentence) => !told.has(sentence));
    return [
      ...problems,
      ...others.map((message): Problem => ({
        code: 'construct-invalid',
        path: construct.node.path,
        message,
        fix: `Complete the ${construct.constructor.name}.`,
      })),
    ];
  });
}
