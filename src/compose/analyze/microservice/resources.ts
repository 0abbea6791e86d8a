import type { Resources } from '../../../constructs/shared/resources';
import { parseQuantity } from '../../../k8s/quantity';
import type { Context } from '../context';
import type { Member } from '../member';
import { get, textOf, type Node } from '../../load/node';
import { bytesOf } from '../../load/short-forms';
import type { Literal } from '../../write/typescript';

const NO_LIMIT =
  'There is no limit to the processor: it would slow a pod down beside an idle one. resources.cpu is what is kept for it.';

/** What it asks where nobody says anything. */
const USUAL: Resources = { memory: '64Mi' };

/** What a service asks of its node; `limit` where it names none, as docker names none. */
export function resourcesOf({ report }: Context, { node }: Member, limit?: string, usual = USUAL): Literal | undefined {
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
    for (const kind of ['limits', 'reservations'])
      report.refused(deployed(kind, key), 'A microservice asks for cpu and memory only.');
  }
  const cpu = amount(cpuOf, deployed('reservations', 'cpus'));
  const reserved = amount(bytesOf, deployed('reservations', 'memory'), get(node, 'mem_reservation'));
  const named = amount(bytesOf, deployed('limits', 'memory'), get(node, 'mem_limit')) ?? limit;
  const bytes = (text: unknown, otherwise: number) => parseQuantity(text) ?? otherwise;
  const memoryLimit = named ?? (bytes(reserved, 0) > bytes(usual.memoryLimit, Infinity) ? reserved : undefined);
  // A limit may be below what is kept where nobody says anything; docker takes one below what is kept, too.
  const memory = bytes(memoryLimit, Infinity) < bytes(reserved ?? usual.memory, 0) ? memoryLimit : reserved;
  const resources = { ...(cpu && { cpu }), ...(memory && { memory }), ...(memoryLimit && { memoryLimit }) };
  return Object.keys(resources).length > 0 ? resources : undefined;
}

function cpuOf(text: string): string | undefined {
  const cpus = Number(text);
  if (!(cpus > 0)) return undefined;
  return Number.isInteger(cpus) ? String(cpus) : `${Math.ceil(cpus * 1000)}m`;
}
