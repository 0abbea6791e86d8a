import { show } from '../../../basics/text';
import { capabilitiesOf } from '../../../k8s/exceptions';
import { listOf } from '../../world/values';
import { containerRule, containerTitle, type PodRule } from '../hardened-rule';

export const capabilitiesKept: PodRule = containerRule(
  'capabilities-kept',
  'A container has fourteen capabilities by default, but most programs require none of them.',
  'Drop ALL, and add NET_BIND_SERVICE only if the program listens on a port below 1024.',
  (at, _pods, _world, exceptions) => {
    const accepted = new Set<string>(['NET_BIND_SERVICE', ...exceptions.flatMap(capabilitiesOf)]);
    const { drop, add } = at.container.securityContext?.capabilities ?? {};
    const strange = listOf(add).filter((name) => !accepted.has(name));
    return [
      ...(listOf(drop).includes('ALL')
        ? []
        : [
            {
              field: [...at.at, 'securityContext', 'capabilities', 'drop'],
              message: `${containerTitle(at)} keeps capabilities.`,
              expected: 'drop: [ALL]',
              got: show(drop ?? null),
              fix: 'Set securityContext.capabilities.drop: [ALL].',
            },
          ]),
      ...(strange.length > 0
        ? [
            {
              field: [...at.at, 'securityContext', 'capabilities', 'add'],
              message: `${containerTitle(at)} adds capabilities.`,
              expected: 'at most NET_BIND_SERVICE',
              got: show(strange),
              fix: `Remove ${strange.join(', ')} from securityContext.capabilities.add.`,
            },
          ]
        : []),
    ];
  },
);
