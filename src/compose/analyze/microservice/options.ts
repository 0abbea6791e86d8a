import { nodeAt, numberOf, textOf } from '../../load/node';
import { requestedReplicas } from '../../load/service';
import { secondsOf } from '../../load/short-forms';
import type { PlannedOptions } from '../../plan/plan';
import type { ImportContext } from '../context';
import { probesOf } from '../health/probes';
import type { Member } from '../member';
import { programOptions } from '../program/options';

/** The options of the microservice that a service becomes. `shared` are the volumes and folders of several replicas. */
export function microserviceOptions(
  context: ImportContext,
  member: Member,
  shared: ReadonlySet<string>,
): PlannedOptions {
  const { role } = member;
  const replicas = requestedReplicas(member.node);
  reportReplicas(context, member, replicas);
  const { image, options, settings } = programOptions(context, member, shared);
  const health = probesOf(context, member, settings);
  const { ports, udpPorts } = role.kind === 'http' || role.kind === 'server' ? role : {};
  return {
    image,
    replicas,
    ...(role.kind !== 'http' && { http: false }),
    ...(role.kind === 'http' && role.port !== 8080 && { port: role.port }),
    ...serviceOptions(member),
    ...(ports && Object.keys(ports).length > 0 && { ports }),
    ...(udpPorts && Object.keys(udpPorts).length > 0 && { udpPorts }),
    ...options,
    ...(health && { health }),
    ...shutdown(context, member),
  };
}

/** Addresses in images and files name the port of the program, and perhaps another of its names. */
function serviceOptions({ role, aliases }: Member): PlannedOptions {
  const service = {
    ...(role.kind === 'http' && role.port !== 80 && { ownPort: true }),
    ...(aliases.size > 0 && { aliases: [...aliases].toSorted() }),
  };
  return Object.keys(service).length > 0 ? { service } : {};
}

/** Two keys can give the number of replicas. Only one of them counts. */
function reportReplicas({ report }: ImportContext, { node }: Member, replicas: number): void {
  for (const each of [nodeAt(node, 'deploy', 'replicas'), nodeAt(node, 'scale')]) {
    if (numberOf(each) === replicas) report.converted(each);
    else report.refused(each, 'It is not a number of replicas, or another key overrides it.');
  }
}

function shutdown({ report }: ImportContext, { node }: Member): PlannedOptions {
  const period = nodeAt(node, 'stop_grace_period');
  const seconds = Math.ceil(secondsOf(textOf(period) ?? '') ?? 0);
  if (seconds <= 0) {
    report.refused(period, 'It is not a positive duration.');
    return {};
  }
  report.converted(period, 'The grace period includes 5 more seconds, in which no new requests arrive.');
  return seconds + 5 === 30 ? {} : { shutdown: { grace: seconds + 5 } };
}
