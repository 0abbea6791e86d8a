import type { IConstruct } from 'constructs';
import { ConfiguredApp } from '../settings/environment';
import { ChartObject } from '../constructs/shared/chart-object';
import { Declaration } from '../constructs/shared/declaration';
import { placeOf } from './place-of';
import { formatProblem, type Problem } from '../problems/problem';

/** The problems of all constructs below `root`. Constructs of cdk8s and cdk8s-plus report only a message. */
export function validate(root: IConstruct): Problem[] {
  return root.node.findAll().flatMap((construct) => {
    const reports =
      construct instanceof Declaration || construct instanceof ConfiguredApp || construct instanceof ChartObject;
    const problems = reports ? construct.problems() : [];
    const reported = new Set(problems.map(formatProblem));
    const others = construct.node.validate().filter((message) => !reported.has(message));
    return [
      ...problems,
      ...others.map((message): Problem => ({
        code: 'construct-invalid',
        path: construct.node.path,
        place: placeOf(construct),
        message,
        fix: `Correct the options of new ${construct.constructor.name}(…): the message is from its own validation.`,
      })),
    ];
  });
}
