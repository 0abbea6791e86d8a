import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { list } from '../../world/world';
import { ofContainers, titleOfContainer } from './rule';

/** What the profile *restricted* of Pod Security asks of a process, and a root file system that nobody can change. */
export const POD_SECURITY: readonly Rule[] = [
  ofContainers(
    'root-allowed',
    'Who breaks out of a process of root is root on the node.',
    'Set runAsNonRoot: true, and let the image run as a user of its own.',
    (at, { spec }) => {
      const own = at.container.securityContext;
      const [user, field] =
        own?.runAsUser !== undefined
          ? [own.runAsUser, [...at.at, 'securityContext', 'runAsUser']]
          : [spec.securityContext?.runAsUser, [...at.at, 'securityContext']];
      if (user === 0)
        return [
          {
            field,
            message: `${titleOfContainer(at)} runs as root.`,
            expected: 'another user than 0',
            got: 'runAsUser: 0',
            fix: 'Name the user that the image was made for.',
          },
        ];
      if (own?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot) return [];
      return [
        {
          field: [...at.at, 'securityContext', 'runAsNonRoot'],
          message: `${titleOfContainer(at)} may run as root.`,
          expected: 'runAsNonRoot: true',
          got: show(own?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot ?? null),
          fix: 'Set it for the container or the pod.',
        },
      ];
    },
  ),
  ofContainers(
    'escalation-allowed',
    'A program of root in the image gives whoever runs it the rights of root.',
    'Set allowPrivilegeEscalation: false.',
    (at) => {
      const value = at.container.securityContext?.allowPrivilegeEscalation;
      return value === false
        ? []
        : [
            {
              field: [...at.at, 'securityContext', 'allowPrivilegeEscalation'],
              message: `${titleOfContainer(at)} may gain privileges.`,
              expected: 'allowPrivilegeEscalation: false',
              got: show(value ?? null),
              fix: 'Set it in the securityContext of the container.',
            },
          ];
    },
  ),
  ofContainers(
    'privileged',
    'It has every right on the node, and so has whoever breaks in.',
    'Take it out, and give the one capability that is needed.',
    (at) =>
      at.container.securityContext?.privileged === true
        ? [
            {
              field: [...at.at, 'securityContext', 'privileged'],
              message: `${titleOfContainer(at)} has every right on its node.`,
              expected: 'no privileged',
              got: 'true',
              fix: 'Take it out.',
            },
          ]
        : [],
  ),
  ofContainers(
    'capabilities-kept',
    'Of the fourteen that a container is given, programs hardly ever need one.',
    'Drop ALL, and add NET_BIND_SERVICE where a port below 1024 is needed.',
    (at) => {
      const { drop, add } = at.container.securityContext?.capabilities ?? {};
      const strange = list(add).filter((name) => name !== 'NET_BIND_SERVICE');
      return [
        ...(list(drop).includes('ALL')
          ? []
          : [
              {
                field: [...at.at, 'securityContext', 'capabilities', 'drop'],
                message: `${titleOfContainer(at)} keeps capabilities.`,
                expected: 'drop: [ALL]',
                got: show(drop ?? null),
                fix: 'Drop all of them.',
              },
            ]),
        ...(strange.length > 0
          ? [
              {
                field: [...at.at, 'securityContext', 'capabilities', 'add'],
                message: `${titleOfContainer(at)} is given capabilities.`,
                expected: 'none but NET_BIND_SERVICE',
                got: show(strange),
                fix: 'Take them out.',
              },
            ]
          : []),
      ];
    },
  ),
  ofContainers(
    'seccomp-off',
    'Without the profile of the runtime a process may call all of the kernel.',
    'Set seccompProfile: { type: RuntimeDefault } for the pod.',
    (at, { spec }) => {
      const type = at.container.securityContext?.seccompProfile?.type ?? spec.securityContext?.seccompProfile?.type;
      return type === 'RuntimeDefault' || type === 'Localhost'
        ? []
        : [
            {
              field: [...at.at, 'securityContext', 'seccompProfile'],
              message: `${titleOfContainer(at)} may call all of the kernel.`,
              expected: 'seccompProfile: { type: RuntimeDefault }',
              got: show(type ?? null),
              fix: 'Set it for the container or the pod.',
            },
          ];
    },
  ),
  ofContainers(
    'root-writable',
    'Who breaks in can change the program that runs, and leave another behind.',
    'Set readOnlyRootFilesystem: true, and mount an emptyDir where the program writes.',
    (at) => {
      const value = at.container.securityContext?.readOnlyRootFilesystem;
      return value === true
        ? []
        : [
            {
              field: [...at.at, 'securityContext', 'readOnlyRootFilesystem'],
              message: `${titleOfContainer(at)} can write to its own program.`,
              expected: 'readOnlyRootFilesystem: true',
              got: show(value ?? null),
              fix: 'Set it, and mount an emptyDir where the program writes.',
            },
          ];
    },
  ),
];
