import { styleText } from 'node:util';
import { cut } from '../../basics/text';
import type { Backlog } from '../../cluster/operate/backlog';
import type { ReleaseStatus } from '../../cluster/operate/status';
import { columns } from './columns';

/** One screen: a line per workload, and the latest warnings. */
export function statusText({ workloads, warnings }: ReleaseStatus, terminal: boolean): string {
  const paint = (format: 'green' | 'red' | 'yellow' | 'dim', text: string) =>
    terminal ? styleText(format, text, { validateStream: false }) : text;
  const rows = workloads.map(({ part, ready, wanted, images, restarts, nodes }) => [
    part,
    `${ready}/${wanted}`,
    images.map(shortened).join(', '),
    String(restarts),
    nodes.join(', '),
  ]);
  const [heading = '', ...table] = columns([['PART', 'READY', 'IMAGE', 'RESTARTS', 'NODES'], ...rows]);
  const lines = workloads.flatMap(({ reason, trouble, waitsFor, onOneNode, backlog }, i) => {
    const notes = [
      backlog !== undefined && backlogText(backlog),
      reason,
      waitsFor.length > 0 && `waits for ${waitsFor.join(', ')}`,
      onOneNode && 'all replicas are on one node',
    ];
    const note = notes.filter(Boolean).join('; ');
    const color = reason !== undefined ? 'red' : onOneNode ? 'yellow' : 'green';
    const own = paint(color, `${table[i]!}${note && `  ${note}`}`);
    return trouble ? [own, `  ${cut(trouble.message.split('\n')[0]!, 160)}`, `  fix: ${trouble.fix}`] : [own];
  });
  const now = warnings.map(
    ({ time, object, reason, message, count }) =>
      `${time.slice(11, 19)}  ${object}  ${reason}${count > 1 ? ` (${count} times)` : ''}: ${cut(message.split('\n')[0]!, 160)}`,
  );
  return `${[paint('dim', heading), ...lines, ...(now.length > 0 ? ['', 'Latest warnings (UTC):', ...now] : [])].join('\n')}\n`;
}

/** `backlog 12 (comments 10, query 2)` */
function backlogText(backlog: Backlog | string): string {
  if (typeof backlog === 'string') return `backlog unknown: ${backlog}`;
  const parts = Object.entries(backlog.by).map(([label, number]) => `${label} ${number}`);
  return `backlog ${backlog.total}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
}

/** Without the registry, and with the start of a digest. */
function shortened(image: string): string {
  return image.replace(/^.*\/(?=[^/]+\/[^/]+$)/, '').replace(/@sha256:([0-9a-f]{12})[0-9a-f]*$/, '@$1');
}
