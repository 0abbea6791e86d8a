import { show } from '../../../basics/text';
import { containerRule, containerTitle } from '../hardened-rule';
import type { Rule } from '../rule';

export const rootWritable: Rule = containerRule(
  'root-writable',
  'An attacker in the container can change the program or install another one.',
  'Set readOnlyRootFilesystem: true, and mount an emptyDir for files that the program writes.',
  (at, _pods, _world, exceptions) => {
    const value = at.container.securityContext?.readOnlyRootFilesystem;
    return value === true || exceptions.some(({ rootFilesystem }) => rootFilesystem)
      ? []
      : [
          {
            field: [...at.at, 'securityContext', 'readOnlyRootFilesystem'],
            message: `${containerTitle(at)} can write to its root file system.`,
            expected: 'readOnlyRootFilesystem: true',
            got: show(value ?? null),
            fix: 'Set readOnlyRootFilesystem: true, and mount an emptyDir for files that the program writes.',
          },
        ];
  },
);
