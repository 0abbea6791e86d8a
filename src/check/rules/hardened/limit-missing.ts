import { containerRule, containerTitle } from '../hardened-rule';
import type { Rule } from '../rule';

export const limitMissing: Rule = containerRule(
  'limit-missing',
  'A memory leak in one program can use all memory of its node.',
  'Set a memory limit, so that only the leaking program is killed.',
  (at) =>
    at.container.resources?.limits?.memory === undefined
      ? [
          {
            field: [...at.at, 'resources', 'limits', 'memory'],
            message: `${containerTitle(at)} has no memory limit.`,
            expected: 'resources.limits.memory',
            got: 'none',
            fix: 'Set resources.limits.memory above the maximum that the program requires, such as 256Mi.',
          },
        ]
      : [],
);
