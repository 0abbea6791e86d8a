import { chosenWorkloads, workloadsOf } from '../../cluster/operate/parts';
import { readLogs, type LogLine } from '../../cluster/operate/logs';
import { CLUSTER_OPTIONS, withCluster } from '../cluster';
import { UsageError, type Arguments, type Command } from '../command';
import { PartColors } from '../part-colors';
import { stopOnSignal } from '../signals';

const DEFAULT_TAIL = 20;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

export const logs: Command = {
  usage:
    '[PART…] [--follow] [--since TIME] [--tail N] [--text TEXT] [--request ID] [--context NAME] [--app FILE] [--env NAME] [--json]',
  summary: 'Prints the logs of all pods of parts, with one color per part.',
  options: {
    ...CLUSTER_OPTIONS,
    follow: { type: 'boolean', help: 'wait for new lines and new pods, until Ctrl-C' },
    since: { type: 'string', help: 'only lines of this time: 30s, 10m, 2h, 1d' },
    tail: {
      type: 'string',
      help: `at most so many lines of each container (default: ${DEFAULT_TAIL}, all with a filter or --since)`,
    },
    text: { type: 'string', help: 'only lines that contain this text' },
    request: { type: 'string', help: 'only lines about the request with this id, in all services' },
  },
  words: Infinity,
  run(args, io) {
    const { options, words } = args;
    const filters = [options.text, options.request].filter((text) => typeof text === 'string');
    const limits = limitsOf(options, filters.length > 0);
    return withCluster(args, io, async ({ manifests, target: { api } }) => {
      const { chosen, wrong } = chosenWorkloads(workloadsOf(manifests), words);
      if (wrong !== undefined) throw new UsageError(wrong);
      const colors = new PartColors(io);
      const onLine = (line: LogLine) => {
        if (!filters.every((text) => line.text.includes(text))) return;
        if (options.json) {
          io.out(`${JSON.stringify(line)}\n`);
          return;
        }
        io.out(`${colors.paint(line.part, line.pod)} ${line.text}\n`);
      };
      return stopOnSignal(io, async ({ signal }) => {
        await readLogs(chosen, api, { ...limits, follow: options.follow === true, stop: signal, onLine });
        return 0;
      });
    });
  },
};

function limitsOf(
  { since, tail }: Arguments['options'],
  isFiltered: boolean,
): { sinceSeconds?: number; tail?: number } {
  const sinceSeconds = since === undefined ? undefined : secondsOf(String(since));
  if (tail !== undefined && !/^\d+$/.test(String(tail)))
    throw new UsageError(`--tail ${String(tail)}: expected a whole number.`);
  const lines = tail === undefined ? (isFiltered || since !== undefined ? undefined : DEFAULT_TAIL) : Number(tail);
  return { ...(sinceSeconds !== undefined && { sinceSeconds }), ...(lines !== undefined && { tail: lines }) };
}

function secondsOf(text: string): number {
  const [, number, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (unit === undefined)
    throw new UsageError(`--since ${text}: expected a number and a unit, such as 30s, 10m, 2h or 1d.`);
  return Number(number) * UNITS[unit]!;
}
