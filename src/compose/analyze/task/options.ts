import { entriesOf, nodeAt, textOf } from '../../load/node';
import { PartReference, type PlannedOptions } from '../../plan/plan';
import type { ImportContext } from '../context';
import type { Member, ServiceRole } from '../member';
import { programOptions } from '../program/options';

/** The options of the task that a service becomes. */
export function taskOptions(context: ImportContext, member: Member, shared: ReadonlySet<string>): PlannedOptions {
  const { report } = context;
  const { node } = member;
  const { image, options } = programOptions(context, member, shared);
  for (const key of ['healthcheck', 'stop_grace_period'])
    report.approximated(nodeAt(node, key), 'A task has no health check. It succeeds if its program exits with 0.');
  for (const replicas of [nodeAt(node, 'scale'), nodeAt(node, 'deploy', 'replicas')])
    if (textOf(replicas) === '1') report.converted(replicas);
    else report.refused(replicas, 'A task runs once.');
  const before = dependents(context, member);
  const after = dependencies(context, member);
  return {
    image,
    ...(before.length > 0 && { before }),
    ...(after.length > 0 && { after }),
    ...options,
  };
}

/** The parts that start after the task succeeded. */
function dependents({ members }: ImportContext, task: Member): PartReference[] {
  return [...members.values()].filter((member) => waits(member, task)).map(({ id }) => new PartReference(id));
}

/** The microservices and tasks that the task depends on, if they do not wait for it themselves. */
function dependencies({ members }: ImportContext, task: Member): PartReference[] {
  return entriesOf(nodeAt(task.node, 'depends_on'))
    .map(([name]) => members.get(name))
    .filter((member) => member !== undefined)
    .filter((member) => isRolledOut(member.role) && !waits(member, task))
    .map(({ id }) => new PartReference(id));
}

function isRolledOut({ kind }: ServiceRole): boolean {
  return kind === 'http' || kind === 'server' || kind === 'worker';
}

function waits({ node, role }: Member, task: Member): boolean {
  const condition = textOf(nodeAt(node, 'depends_on', task.name, 'condition'));
  return condition === 'service_completed_successfully' && (isRolledOut(role) || role.kind === 'task');
}
