import { containerRule, containerTitle, type PodRule } from '../hardened-rule';

export const privileged: PodRule = containerRule(
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
