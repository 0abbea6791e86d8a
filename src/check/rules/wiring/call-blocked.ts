import { callsOf } from '../../world/calls';
import { leadsTo, waysOf } from '../../world/policies';
import { portCalled, targetOf } from '../../world/ports';
import type { Rule } from '../rule';
import { podsTitle } from '../../world/world';

export const callBlocked: Rule = {
  code: 'call-blocked',
  why: 'The name resolves and the port is right, but no packet passes: the call waits until it gives up, on clusters that enforce policies.',
  fix: 'Let the caller out in its policy, and in at the policy of what it calls.',
  *find(world) {
    for (const { manifest, field, name, namespace, port, service, caller } of callsOf(world)) {
      if (!caller || !service?.spec?.selector || Object.keys(service.spec.selector).length === 0) continue;
      const at = portCalled(service, port);
      // A port that the Service does not have is another rule's.
      if (port !== undefined && !at) continue;
      for (const called of world.select(namespace, { matchLabels: service.spec.selector })) {
        const target = at && targetOf(at, called);
        const out = waysOf(world, caller, 'Egress');
        const into = waysOf(world, called, 'Ingress');
        const stops = [
          ...(out && !out.ways.some((way) => leadsTo(world, way, called, target, called))
            ? [{ side: 'out of', who: caller, policies: out.policies }]
            : []),
          ...(into && !into.ways.some((way) => leadsTo(world, way, caller, target, called))
            ? [{ side: 'into', who: called, policies: into.policies }]
            : []),
        ];
        for (const { side, who, policies } of stops) {
          yield {
            manifest,
            field,
            message: `No NetworkPolicy lets this call ${side} ${podsTitle(who)}.`,
            expected: `a rule for ${side === 'into' ? podsTitle(caller) : podsTitle(called)}${target ? ` at port ${target}` : ''}`,
            got: `only what ${policies.map(({ object }) => object.metadata.name).join(', ')} let${policies.length === 1 ? 's' : ''} through`,
            fix: `Add that rule to the ${side === 'into' ? 'ingress' : 'egress'} of a policy that takes ${podsTitle(who)}, or take the call of ${name} out.`,
          };
        }
      }
    }
  },
};
