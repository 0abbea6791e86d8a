import { WAIVER_PREFIX } from '../../../k8s/keys';
import { callLine, microserviceOf } from '../../world/chart-parts';
import { outsideCallsOf } from '../../world/network/outside-calls';
import { allowedBy, hasOtherPolicies, mayLeadOutside, waysOf } from '../../world/network/policies';
import { podsTitle } from '../../world/world';
import type { Rule } from '../rule';

const CODE = 'host-blocked';
const WAIVE = `If the program does not call it, waive the rule with ${WAIVER_PREFIX}${CODE}.`;

export const hostBlocked: Rule = {
  code: 'host-blocked',
  why: 'The host is outside the cluster. A cluster that enforces NetworkPolicies drops the packets and the call times out.',
  fix: "In a chart, declare the call: web.calls(new External('api.example.com', 443)). Otherwise, allow egress to the port in a policy of the caller. If the program only shows the address, waive the rule.",
  *find(world) {
    for (const pods of world.pods) {
      const out = waysOf(world, pods, 'Egress');
      if (!out || hasOtherPolicies(world, pods.namespace)) continue;
      for (const { field, host, port } of outsideCallsOf(world, pods)) {
        if (out.ways.some((way) => mayLeadOutside(way, port))) continue;
        const about = { manifest: pods.manifest, field, got: allowedBy(out.policies) };
        const microservice = microserviceOf(pods.manifest);
        if (microservice !== undefined) {
          const line = callLine(microservice, `new External('${host}', ${port ?? 'PORT'})`);
          yield {
            ...about,
            message: `${microservice} does not declare the call to ${host}, so its NetworkPolicy blocks it.`,
            expected: line,
            fix: `Declare the call in the chart: ${line}. ${WAIVE}`,
          };
          continue;
        }
        const rule = port === undefined ? 'egress' : `egress to port ${port}`;
        yield {
          ...about,
          message: `No NetworkPolicy allows the call of ${podsTitle(pods)} to ${host}.`,
          expected: `${rule} outside the cluster`,
          fix: `Add ${rule} to a policy that selects ${podsTitle(pods)}, without a peer or with an ipBlock. ${WAIVE}`,
        };
      }
    }
  },
};
