import type { Problem } from '../../problems/problem';
import type { ComposeProject } from '../load/load';
import { dnsName } from '../load/project';
import type { ComposeService } from '../load/service';
import type { ChartPlan } from '../plan/plan';
import { addCalls } from './calls';
import { ImportContext } from './context';
import { isCallable, type Member } from './member';
import { databaseOptions, isDatabase } from './database/options';
import { reportServiceKeys } from './keys/service-keys';
import { reportTopLevelKeys } from './keys/top-level-keys';
import { microserviceOptions } from './microservice/options';
import { taskOptions } from './task/options';
import { addGateways } from './network/gateways';
import { publishedPorts } from './network/listening';
import { sharedSources } from './storage/mounts';

/** Plans the chart. Also records in the report of the project what each key becomes. */
export function analyze(
  project: ComposeProject,
  services: ReadonlyMap<string, ComposeService>,
  problems: Problem[],
): ChartPlan {
  const name = dnsName(project.name, 'app');
  const context = new ImportContext(project, name, problems, services);
  const members = [...context.members.values()];
  const shared = sharedSources(members);
  for (const member of members) addCalls(context, member);
  for (const member of members) {
    const { role, id } = member;
    if (role.kind === 'left out')
      context.report.rest(member.node, member.known?.instead ? 'lost' : 'refused', role.why);
    else if (isDatabase(member))
      context.parts.push({ construct: 'Database', id, options: databaseOptions(context, member) });
    else if (role.kind === 'task')
      context.parts.push({ construct: 'Task', id, options: taskOptions(context, member, shared) });
    else context.parts.push({ construct: 'Microservice', id, options: microserviceOptions(context, member, shared) });
  }
  addGateways(context);
  for (const member of members) if (member.role.kind !== 'left out') reportServiceKeys(context, member);
  reportTopLevelKeys(context);
  if (members.length === 0 && problems.length === 0)
    problems.push({
      code: 'compose-invalid',
      message: 'The file has no services, or no service with a chosen profile.',
      place: { file: project.files[0]!, line: 1 },
      fix: 'Choose a profile with --profile, or add services.',
    });
  return {
    name,
    sources: project.files,
    parts: context.parts,
    calls: context.calls,
    secrets: context.secrets.all(),
    warnings: warningsOf(context),
  };
}

/** What no single key of the files explains. */
function warningsOf({ project, members, notes }: ImportContext): string[] {
  const all = [...members.values()];
  const called = new Set(all.flatMap(({ calls }) => [...calls]));
  const uncalled = all
    .filter((member) => ['database', 'server'].includes(member.role.kind) && !called.has(member))
    .map(({ id }) => id);
  const renamed = all.filter((member) => isCallable(member) && member.id !== member.name);
  return [
    ...new Set(project.unset),
    ...notes,
    ...renamed.map(
      ({ id, name }) =>
        `The service ${name} is called ${id}. A program with the name ${name} in its code does not find it.`,
    ),
    ...udpWarnings(all),
    ...(uncalled.length > 0
      ? [`The files show no calls to ${uncalled.join(', ')}. If there are calls, add them to the chart.`]
      : []),
  ];
}

/** A gateway carries HTTP only, and a person can reach the other TCP ports with kubectl port-forward. */
function udpWarnings(members: readonly Member[]): string[] {
  const published = members.filter((member) => publishedPorts(member).some(({ protocol }) => protocol === 'udp'));
  const ids = published.filter(isCallable).map(({ id }) => id);
  return ids.length === 0
    ? []
    : [
        `Only parts of the chart reach the UDP ports of ${ids.join(', ')}. To open them to other machines, set service: { external: { reason: '…' } }.`,
      ];
}
