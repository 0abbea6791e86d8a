import { isIP } from 'node:net';
import { entriesOf, itemsOf, nodeAt, numberOf, textOf, type ComposeNode } from '../../load/node';
import { programWords } from '../../load/service';
import type { PlannedOptions } from '../../plan/plan';
import type { ImportContext } from '../context';
import type { Member } from '../member';
import { aliasesOf } from '../network/listening';

/** The name that the program sees as its host name, and the names that it has for itself. */
export function podOptions({ report }: ImportContext, member: Member): PlannedOptions {
  const { node } = member;
  const ownNames = new Set([...member.ownNames, ...voterNames(member)]);
  const hostname = nodeAt(node, 'hostname');
  const [first = '', ...domain] = (textOf(hostname) ?? '').split('.');
  const isName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(first);
  if (isName && domain.length === 0) report.converted(hostname, 'The pods have this host name.');
  else if (isName) report.approximated(hostname, `The host name of the pods is ${first}, without the domain.`);
  else report.refused(hostname, 'A host name has only lower-case letters, digits and dashes.');
  const aliases = hostAliases(report, node, ownNames);
  const groups = itemsOf(nodeAt(node, 'group_add')).flatMap((item) => numberOf(item) ?? []);
  for (const item of itemsOf(nodeAt(node, 'group_add')))
    if (numberOf(item) === undefined) report.refused(item, 'Write the number of the group.');
    else report.converted(item);
  const pod = {
    ...(isName && { hostname: first }),
    ...(Object.keys(aliases).length > 0 && { hostAliases: aliases }),
    ...(groups.length > 0 && { supplementalGroups: groups }),
  };
  return Object.keys(pod).length > 0 ? { pod } : {};
}

/** Its names in texts such as `1@kafka:9093`, with which the members of a cluster find each other. */
function voterNames(member: Member): string[] {
  const texts = [...[...member.env.values()].map(({ value }) => String(value)), ...programWords(member.node)];
  return aliasesOf(member).filter((name) => texts.some((text) => text.includes(`@${name}:`)));
}

/** Names by address: those of the program itself, and those of `extra_hosts`. */
function hostAliases(report: ImportContext['report'], node: ComposeNode, ownNames: ReadonlySet<string>) {
  const aliases: Record<string, string[]> = {};
  if (ownNames.size > 0) aliases['127.0.0.1'] = [...ownNames].toSorted();
  for (const [name, item] of entriesOf(nodeAt(node, 'extra_hosts'))) {
    for (const each of itemsOf(item)) {
      const address = (textOf(each) ?? '').replace(/^\[(.*)\]$/, '$1');
      if (isIP(address) === 0)
        report.refused(each, 'A pod knows no address of the machine. Call a host outside as new External(host, port).');
      else {
        aliases[address] = [...(aliases[address] ?? []), name];
        report.converted(each);
      }
    }
  }
  return aliases;
}
