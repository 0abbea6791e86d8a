import { parseQuantity } from '../k8s/quantity';
import type { Context, Member } from './context';
import { get, textOf, type Node } from './node';
import { bytesOf } from './short-forms';
import type { Literal } from './typescript';

const NO_LIMIT = 'There is no limit to the processor: it would slow a pod down beside an idle one. resources.cpu is what is kept for it.';

/** What a service asks of its node; `limit` where it names none, as docker names none. */
export function resourcesOf({ report }: Context, { node }: Member, limit?: string): Literal | undefined {
  const deployed = (kind: string, key: string) => get(node, 'deploy', 'resources', kind, key);
  const amount = (read: (text: string) => string | undefined, ...nodes: (Node | undefined)[]) => {
    for (const each of nodes) {
      if (read(textOf(each) ?? '')) report.converted(each);
      else report.refused(each, 'It is no amount.');
    }
    return nodes.map((each) => read(textOf(each) ?? '')).find((value) => value !== undefined);
  };
  for (const each of [deployed('limits', 'cpus'), get(node, 'cpus')]) report.approximated(each, NO_LIMIT);
  for (const key of ['pids', 'devices', 'generic_resources']) {
    for (const kind of ['limits', 'reservations']) report.refused(deployed(kind, key), 'A microservice asks for cpu and memory only.');
  }
  const cpu = amount(cpuOf, deployed('reservations', 'cpus'));
  const reserved = amount(bytesOf, deployed('reservations', 'memory'), get(node, 'mem_reservation'));
  const memoryLimit = amount(bytesOf, deployed('limits', 'memory'), get(node, 'mem_limit')) ?? limit;
  // 64Mi are kept where nobody says anything, which a limit may be below; docker takes a limit below what is kept, too.
  const most = parseQuantity(memoryLimit) ?? Infinity;
  const memory = most < (parseQuantity(reserved ?? '64Mi') ?? 0) ? memoryLimit : reserved;
  const resources = { ...(cpu && { cpu }), ...(memory && { memory }), ...(memoryLimit && { memoryLimit }) };
  return Object.keys(resources).length > 0 ? resources : undefined;
}

function cpuOf(text: string): string | undefined {
  const cpus = Number(text);
  if (!(cpus > 0)) return undefined;
  return Number.isInteger(cpus) ? String(cpus) : `${Math.ceil(cpus * 1000)}m`;
}
