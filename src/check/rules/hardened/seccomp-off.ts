import { show } from '../../../basics/text';
import { containerRule, containerTitle, type PodRule } from '../hardened-rule';

export const seccompOff: PodRule = containerRule(
  'seccomp-off',
  'Without a seccomp profile a process can use all system calls of the kernel.',
  'Set seccompProfile: { type: RuntimeDefault } for the pod.',
  (at, { spec }) => {
    const type = at.container.securityContext?.seccompProfile?.type ?? spec.securityContext?.seccompProfile?.type;
    return type === 'RuntimeDefault' || type === 'Localhost'
      ? []
      : [
          {
            field: [...at.at, 'securityContext', 'seccompProfile'],
            message: `${containerTitle(at)} has no seccomp profile.`,
            expected: 'seccompProfile: { type: RuntimeDefault }',
            got: show(type ?? null),
            fix: 'Set securityContext.seccompProfile: { type: RuntimeDefault } for the container or the pod.',
          },
        ];
  },
);
