import { NAMESPACE } from './support/blog';
import { isReady, type Kubectl, type Pod } from './support/kubectl';

/** The information for finding the cause of a failure: nodes, pods, events and important log lines, from a moment on. */
export async function diagnose(kubectl: Kubectl, since: number): Promise<{ whole: string; short: string }> {
  const ask = async (...args: string[]) => {
    const { out, error } = await kubectl
      .run(args, { timeoutMs: 20_000 })
      .catch((problem: Error) => ({ out: '', error: problem.message }));
    return (out + error).trim();
  };
  const pods = await ask('get', 'pods', '-A', '-o', 'wide');
  const events = (
    await ask('get', 'events.v1.', '-n', NAMESPACE, '--sort-by=.metadata.creationTimestamp', '--no-headers')
  )
    .split('\n')
    .filter((line) => line.includes('Warning'));
  const logs: string[] = [];
  for (const pod of await kubectl.list<Pod>('pods', '-n', NAMESPACE).catch((): Pod[] => [])) {
    const { name } = pod.metadata;
    const last = (await ask('-n', NAMESPACE, 'logs', name, `--since-time=${new Date(since).toISOString()}`)).split(
      '\n',
    );
    const died = pod.status.containerStatuses?.[0]?.lastState?.terminated?.finishedAt;
    const before =
      died && Date.parse(died) >= since
        ? (await ask('-n', NAMESPACE, 'logs', name, '--previous', '--tail=20')).split('\n')
        : [];
    // For a healthy pod only warnings and errors. For another pod also its last lines.
    const said = isReady(pod) ? last.filter(complains).slice(-5) : last.slice(-8);
    for (const line of [
      ...before
        .filter((text) => text !== '')
        .slice(-5)
        .map((text) => `(before its restart) ${text}`),
      ...said,
    ]) {
      if (line.trim() !== '') logs.push(`${name}: ${line.slice(0, 400)}`);
    }
  }
  const whole = [
    '# Nodes',
    await ask('get', 'nodes', '-o', 'wide'),
    '# Pods',
    pods,
    '# Warnings',
    ...events.slice(-60),
    '# Log lines',
    ...logs,
    '',
  ].join('\n');
  const trouble = pods.split('\n').filter((line) => {
    const [, , ready = '', state] = line.split(/\s+/);
    return state !== 'Completed' && !/^(\d+)\/\1$/.test(ready);
  });
  const short = [...trouble.slice(0, 12), ...events.slice(-8), ...logs.slice(-12)]
    .map((line) => `      ${line.slice(0, 220)}`)
    .join('\n');
  return { whole, short };
}

/** A pino line with level 40 (warn) or higher, or a line of another program that looks like an error. */
function complains(line: string): boolean {
  const level = /"level":(\d+|"\w+")/.exec(line)?.[1];
  if (level !== undefined) return Number(level) >= 40 || /"(warn|error|fatal)"/.test(level);
  return /\b(error|fatal|panic|warn(ing)?)\b/i.test(line);
}
