import type { RequirementRule } from '../requirement-rule';
import { servicesIn } from '../../world/world';

/** Without it such a Service waits for its address for ever. */
export const loadBalancer: RequirementRule = {
  kind: 'load-balancer',
  *find(world) {
    for (const { manifest, spec } of servicesIn(world)) {
      if (spec.type === 'LoadBalancer')
        yield { manifest, what: 'something that gives a Service an address outside: a cloud, or MetalLB' };
    }
  },
};
