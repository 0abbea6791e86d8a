import type { RequirementRule } from '../requirement-rule';
import { servicesIn } from '../../world/world';

/** A Service of type LoadBalancer requires a load balancer. Without it the Service gets no address. */
export const loadBalancer: RequirementRule = {
  kind: 'load-balancer',
  *find(world) {
    for (const { manifest, spec } of servicesIn(world)) {
      if (spec.type === 'LoadBalancer')
        yield { manifest, what: 'a load balancer, provided by the cloud or by MetalLB' };
    }
  },
};
