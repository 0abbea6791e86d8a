import { randomUUID } from 'node:crypto';
import type { Context, Step } from '../context';
import { callsign } from '../support/callsign';
import { evidenceOf, Load, SITE, noneFailed } from '../support/load';
import { holds } from '../support/promise';
import { until } from '../support/until';

export const operate: Step = {
  name: 'operate',
  promise:
    'callsign status shows what runs, logs follow a request across services, and restart replaces all pods without a failed request.',
  async run(context) {
    const { blog, gateway } = context;
    const before = await podsOf(context);
    const status = await callsign(context, 'status');
    for (const part of ['posts', 'comments', 'event-bus', 'query', 'moderation', 'web'])
      holds(new RegExp(`^${part} +2/2 `, 'm').test(status.out), `status shows the replicas of ${part}`, status);
    holds(/^event-bus .* backlog \d+/m.test(status.out), 'status shows the lag of the bus', status);
    holds(status.code === 0, 'status exits with 0 if everything is ready', status);

    const load = new Load(gateway, SITE);
    const from = Date.now();
    const restarted = await callsign(context, 'restart', '--all');
    const seconds = Math.round((Date.now() - from) / 1_000);
    const figures = await load.stop();
    holds(restarted.code === 0, 'restart succeeds', restarted);
    noneFailed(figures, 'no request fails');
    await blog.oldPodsGone();
    const after = await podsOf(context);
    const kept = before.filter((uid) => after.includes(uid));
    holds(kept.length === 0, 'every pod of a service is another one', { kept: kept.length });

    return { restartSeconds: seconds, ...evidenceOf(figures), ...(await request(context)) };
  },
};

/** One request id, in the logs of several services. */
async function request(context: Context): Promise<object> {
  const id = `e2e-${randomUUID()}`;
  const post = await context.gateway.newPost('Logs');
  const headers = { 'x-request-id': id };
  const { status } = await context.gateway.ask(`/api/comments/${post}`, { body: { content: 'Logs' }, headers });
  holds(status === 201, 'the comment is stored', { status });
  let lines: string[] = [];
  await until('the request is in the logs of comments and of the bus', 30, async () => {
    const { out } = await callsign(context, 'logs', '--request', id, '--since', '5m');
    lines = out.split('\n').filter((line) => line.includes(id));
    return ['comments-', 'event-bus-'].every((part) => lines.some((line) => line.startsWith(part)));
  });
  const other = await callsign(context, 'logs', '--request', `none-${id}`, '--since', '5m');
  holds(!other.out.includes(id), 'another id finds nothing', other);
  return { linesOfRequest: lines.length };
}

/** The pods of the services, without the database. */
async function podsOf({ kubectl }: Context): Promise<string[]> {
  const pods = await kubectl.list(
    '-n',
    'blog',
    'pods',
    '-l',
    'app.kubernetes.io/name in (posts,comments,event-bus,query,moderation,web)',
  );
  return pods.map(({ metadata }) => metadata.uid);
}
