import { callsOf } from '../calls';
import type { Rule } from '../rule';
import { list } from '../world';

export const hostPortMissing: Rule = {
  code: 'host-port-missing',
  why: 'The Service answers at other ports: the call waits until it gives up.',
  mend: 'Call a port of the Service, not that of the container behind it.',
  *find(world) {
    for (const { manifest, field, name, port, service } of callsOf(world)) {
      const { type, clusterIP, ports } = service?.spec ?? {};
      // Behind a headless Service, and outside the cluster, programs answer at ports that no manifest tells.
      if (!service || port === undefined || type === 'ExternalName' || clusterIP === 'None' || list(ports).length === 0) continue;
      if (list(ports).some((one) => one.port === port)) continue;
      yield {
        manifest, field, message: `The Service ${name} has no port ${port}.`, got: String(port), expected: `one of ${list(ports).map((one) => one.port).join(', ')}`,
        mend: `Write ${list(ports).length === 1 ? `the port ${list(ports)[0]!.port}` : 'one of them'}, or add ${port} to the Service.`,
      };
    }
  },
};
