import type { IConstruct } from 'constructs';
import { ConfiguredApp } from '../settings/environment';
import { ChartObject } from '../constructs/shared/chart-object';
import { Declaration } from '../constructs/shared/declaration';
import { placeOf } from './place-of';
import { formatProblem, type Problem } from '../problems/problem';

/** The problems of all constructs below `root`. Constructs of cdk8s and cdk8s-plus report only a message. */
export function validate(root: IConstruct): Problem[] {
  return root.node.findAll().flatMap((construct) => {
    const { problems, others } = reportOf(construct);
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

/** The problems of one of our constructs, and the messages of all other validations. */
function reportOf(construct: IConstruct): { problems: readonly Problem[]; others: readonly string[] } {
  if (construct instanceof Declaration) return { problems: construct.problems(), others: construct.otherMessages() };
  if (!(construct instanceof ConfiguredApp || construct instanceof ChartObject))
    return { problems: [], others: construct.node.validate() };
  const problems = construct.problems();
  const reported = new Set(problems.map(formatProblem));
  return { problems, others: construct.node.validate().filter((message) => !reported.has(message)) };
}
