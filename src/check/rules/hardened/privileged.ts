import { containerRule, containerTitle } from '../hardened-rule';
import type { Rule } from '../rule';

export const privileged: Rule = containerRule(
  'privileged',
  'A privileged container has full access to its node, and so has an attacker in the container.',
  'Remove privileged, and add only the capability that the program requires.',
  (at) =>
    at.container.securityContext?.privileged === true
      ? [
          {
            field: [...at.at, 'securityContext', 'privileged'],
            message: `${containerTitle(at)} is privileged and has full access to its node.`,
            expected: 'privileged: false',
            got: 'true',
            fix: 'Remove securityContext.privileged.',
          },
        ]
      : [],
);
