import type { V1Service, V1ServicePort } from '@kubernetes/client-node';
import { callsOf } from '../../world/network/calls';
import { callableOf, callLine, hasLogin, identifier, microserviceOf } from '../../world/chart-parts';
import { allowedBy, leadsTo, waysOf } from '../../world/network/policies';
import { portCalled, protocolsOf, targetOf } from '../../world/network/ports';
import type { Rule } from '../rule';
import { isHook } from '../../world/workloads/hooks';
import { podsTitle, type Pods, type World } from '../../world/world';

export const callBlocked: Rule = {
  code: 'call-blocked',
  why: 'The name and the port are correct, but a cluster that enforces NetworkPolicies drops the packets and the call times out.',
  fix: 'In a chart, declare the call: web.calls(orders). Otherwise, allow egress in the policy of the caller, and ingress in the policy of the called pods.',
  *find(world) {
    const calls = callsOf(world).flatMap((call) => call.callers.map((caller) => ({ ...call, caller })));
    for (const { manifest, field, name, namespace, port, service, caller, lookup } of calls) {
      // A Helm test runs for a moment only.
      if (lookup || isHook(caller.manifest.object)) continue;
      if (!service?.spec?.selector || Object.keys(service.spec.selector).length === 0) continue;
      const at = portCalled(service, port);
      // The rule host-port-missing reports a port that the Service does not have.
      if (port !== undefined && !at) continue;
      for (const called of world.select(namespace, { matchLabels: service.spec.selector })) {
        const target = at && targetOf(at, called);
        const protocols = protocolsOf(service, at);
        const out = waysOf(world, caller, 'Egress');
        const into = waysOf(world, called, 'Ingress');
        const stops = [
          ...(out && !out.ways.some((way) => leadsTo(world, way, called, target, called, protocols))
            ? [{ side: 'out of', who: caller, policies: out.policies }]
            : []),
          ...(into && !into.ways.some((way) => leadsTo(world, way, caller, target, called, protocols))
            ? [{ side: 'into', who: called, policies: into.policies }]
            : []),
        ];
        if (stops.length === 0) continue;
        const line = missingCall(world, caller, called, service, at);
        if (line) {
          yield {
            manifest,
            field,
            message: `${microserviceOf(caller.manifest)} does not declare the call to ${name}, so the NetworkPolicies block it.`,
            expected: line,
            got: allowedBy([...new Set(stops.flatMap(({ policies }) => policies))]),
            fix: `Declare the call in the chart: ${line}.`,
          };
          // The other pods of the part need the same line.
          break;
        }
        for (const { side, who, policies } of stops) {
          yield {
            manifest,
            field,
            message: `No NetworkPolicy allows this call ${side} ${podsTitle(who)}.`,
            expected: `a rule for ${side === 'into' ? podsTitle(caller) : podsTitle(called)}${target ? ` at port ${target}` : ''}`,
            got: allowedBy(policies),
            fix: `Add the rule to the ${side === 'into' ? 'ingress' : 'egress'} of a policy that selects ${podsTitle(who)}, or remove the call to ${name}.`,
          };
        }
      }
    }
  },
};

/** The line of the chart that allows the call, if both ends are parts of charts. */
function missingCall(
  world: World,
  caller: Pods,
  called: Pods,
  { spec }: V1Service,
  at: V1ServicePort | undefined,
): string | undefined {
  const from = microserviceOf(caller.manifest);
  const to = callableOf(world, called.manifest);
  // A microservice cannot declare a call to itself, or to a database in another namespace.
  if (from === undefined || !to || to.name === from) return undefined;
  if (hasLogin(to.kind) && called.namespace !== caller.namespace) return undefined;
  const target = identifier(to.name);
  const main = to.kind === 'http' ? 'http' : spec?.ports?.[0]?.name;
  // `calls` reaches one port, and a caller names each other one.
  const isMain = hasLogin(to.kind) || at?.name === undefined || at.name === main;
  return callLine(from, isMain ? target : `${target}.port('${at.name}')`);
}
