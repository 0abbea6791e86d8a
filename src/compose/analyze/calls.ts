import { entriesOf, itemsOf, nodeAt, textOf } from '../load/node';
import type { ImportContext } from './context';
import { isCallable, type Member } from './member';
import { addPortCall, addUdpCalls } from './network/further-ports';
import { mentionsOf } from './network/listening';

/** Finds out which services a service calls: from `depends_on`, `links`, and the hosts in its settings and commands. */
export function addCalls(context: ImportContext, member: Member): void {
  if (member.role.kind === 'left out') return;
  const { report } = context;
  const call = (other: Member | undefined) => {
    if (!other || other === member || !isCallable(other)) return false;
    member.calls.add(other);
    return true;
  };
  for (const [name, dependency] of entriesOf(nodeAt(member.node, 'depends_on'))) {
    const other = context.members.get(name);
    const called = call(other);
    const condition = nodeAt(dependency, 'condition');
    if (!other) report.approximated(dependency, `The profile of ${name} is not chosen.`);
    else if (other.role.kind === 'task' && textOf(condition) === 'service_completed_successfully') {
      report.converted(condition, `${member.id} starts after the task ${other.id} succeeded.`);
      report.rest(dependency, 'approximated', 'Each run of the task decides about the pods that start after it.');
    } else if (!called)
      report.approximated(
        dependency,
        other.role.kind === 'worker'
          ? `The files name no port of ${name}, so nothing can call it.`
          : other.role.kind === 'task'
            ? `${name} is a task, so nothing can call it.`
            : `${name} is not in the chart.`,
      );
    else if (textOf(condition) === 'service_started') report.converted(condition, `${member.id} calls ${other.id}.`);
    else
      report.approximated(
        condition,
        `${member.id} calls ${other.id}. It starts at once, so it must retry until ${other.id} answers.`,
      );
    if (called)
      for (const key of ['required', 'restart'])
        report.approximated(nodeAt(dependency, key), 'Pods start without waiting for other services.');
  }
  for (const link of itemsOf(nodeAt(member.node, 'links')))
    call(context.members.get((textOf(link) ?? '').split(':')[0]!));
  const named = new Set<Member>();
  for (const { host, port } of mentionsOf(member)) {
    const other = context.memberAt(host, member);
    if (!call(other)) continue;
    addPortCall(member, other!, port);
    if (port !== undefined) named.add(other!);
  }
  // A setting can contain the port alone: SMTP_HOST: mail, SMTP_PORT: 1025.
  for (const [name, { value }] of member.env)
    if (/.PORT$/i.test(name)) for (const other of member.calls) addPortCall(member, other, Number(value));
  for (const other of member.calls) if (!named.has(other) && !member.portCalls.has(other)) addUdpCalls(member, other);
}
