import type { Resources } from '../../../constructs/shared/resources';
import { parseQuantity } from '../../../k8s/quantity';
import { nodeAt, textOf, type ComposeNode } from '../../load/node';
import { bytesOf } from '../../load/short-forms';
import type { ImportContext } from '../context';
import type { Member } from '../member';

const NO_CPU_LIMIT =
  'The chart sets no CPU limit, because a limit slows a pod down even on an idle node. resources.cpu is the CPU request.';

/** The default of a microservice. */
const DEFAULT: Resources = { memory: '64Mi' };

/** The requests and limits of a service. `limit` is the memory limit if the file has none, because Docker has no default limit. */
export function resourcesOf(
  { report }: ImportContext,
  { node }: Member,
  limit?: string,
  usual = DEFAULT,
): { cpu?: string; memory?: string; memoryLimit?: string } | undefined {
  const deployed = (kind: string, key: string) => nodeAt(node, 'deploy', 'resources', kind, key);
  const amount = (read: (text: string) => string | undefined, ...nodes: (ComposeNode | undefined)[]) => {
    for (const each of nodes) {
      if (read(textOf(each) ?? '')) report.converted(each);
      else report.refused(each, 'It is not an amount.');
    }
    return nodes.map((each) => read(textOf(each) ?? '')).find((value) => value !== undefined);
  };
  for (const each of [deployed('limits', 'cpus'), nodeAt(node, 'cpus')]) report.approximated(each, NO_CPU_LIMIT);
  for (const kind of ['limits', 'reservations']) {
    report.lost(deployed(kind, 'pids'), 'The configuration of the nodes limits the processes of a pod.');
    for (const key of ['devices', 'generic_resources'])
      report.refused(deployed(kind, key), 'Add devices to the chart: resources: { extended: { … } }.');
  }
  const cpu = amount(cpuOf, deployed('reservations', 'cpus'));
  const reserved = amount(bytesOf, deployed('reservations', 'memory'), nodeAt(node, 'mem_reservation'));
  const named = amount(bytesOf, deployed('limits', 'memory'), nodeAt(node, 'mem_limit')) ?? limit;
  const bytes = (text: unknown, otherwise: number) => parseQuantity(text) ?? otherwise;
  // The request must not exceed the limit. Docker has no such rule.
  const memory = bytes(named, Infinity) < bytes(reserved ?? usual.memory, 0) ? named : reserved;
  const resources = { ...(cpu && { cpu }), ...(memory && { memory }), ...(named && { memoryLimit: named }) };
  return Object.keys(resources).length > 0 ? resources : undefined;
}

function cpuOf(text: string): string | undefined {
  const cpus = Number(text);
  if (!(cpus > 0)) return undefined;
  return Number.isInteger(cpus) ? String(cpus) : `${Math.ceil(cpus * 1000)}m`;
}
