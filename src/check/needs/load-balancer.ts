import type { Need } from '../need';
import { servicesOf } from '../world';

/** Without it such a Service waits for its address for ever. */
export const loadBalancer: Need = {
  name: 'load-balancer',
  *find(world) {
    for (const { manifest, spec } of servicesOf(world)) {
      if (spec.type === 'LoadBalancer')
        yield { manifest, what: 'something that gives a Service an address outside: a cloud, or MetalLB' };
    }
  },
};
