import { show } from '../../../basics/text';
import { containerRule, containerTitle, type PodRule } from '../hardened-rule';

export const escalationAllowed: PodRule = containerRule(
  'escalation-allowed',
  'A setuid program in the image can give a process the privileges of root.',
  'Set allowPrivilegeEscalation: false.',
  (at) => {
    const value = at.container.securityContext?.allowPrivilegeEscalation;
    return value === false
      ? []
      : [
          {
            field: [...at.at, 'securityContext', 'allowPrivilegeEscalation'],
            message: `${containerTitle(at)} can gain privileges.`,
            expected: 'allowPrivilegeEscalation: false',
            got: show(value ?? null),
            fix: 'Set allowPrivilegeEscalation: false in the securityContext of the container.',
          },
        ];
  },
);
