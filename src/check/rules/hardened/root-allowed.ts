import { show } from '../../../basics/text';
import { mayBeRoot } from '../../../k8s/exceptions';
import { containerRule, containerTitle, type PodRule } from '../hardened-rule';

export const rootAllowed: PodRule = containerRule(
  'root-allowed',
  'A process that escapes from a root container is root on the node.',
  'Set runAsNonRoot: true, and use an image that runs as another user.',
  (at, { spec }, _world, exceptions) => {
    if (exceptions.some(mayBeRoot)) return [];
    const own = at.container.securityContext;
    const [user, field] =
      own?.runAsUser !== undefined
        ? [own.runAsUser, [...at.at, 'securityContext', 'runAsUser']]
        : [spec.securityContext?.runAsUser, [...at.at, 'securityContext']];
    if (user === 0)
      return [
        {
          field,
          message: `${containerTitle(at)} runs as root.`,
          expected: 'a user other than 0',
          got: 'runAsUser: 0',
          fix: 'Set securityContext.runAsUser to the user of the image, such as 1000.',
        },
      ];
    if (own?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot) return [];
    return [
      {
        field: [...at.at, 'securityContext', 'runAsNonRoot'],
        message: `${containerTitle(at)} may run as root.`,
        expected: 'runAsNonRoot: true',
        got: show(own?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot ?? null),
        fix: 'Set securityContext.runAsNonRoot: true for the container or the pod.',
      },
    ];
  },
);
