import type { Context, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { kindOf, newPosts, type Answer } from '../support/gateway';
import { isReady, nameOf } from '../support/kubectl';
import { holds } from '../support/promise';
import { sleep, until } from '../support/until';

/** How long the database stays down. */
const SECONDS = 20;

export const databaseDown: Step = {
  name: 'database-down',
  promise:
    'While the database is down, each replica stays ready and answers 503 with Retry-After itself. The API of a microservice without replicas answers 503 too, and never as the page.',
  async run(context) {
    const { kubectl, blog, gateway, cluster, say } = context;
    const [post = ''] = await newPosts(gateway, 1);
    // Each replica of query keeps an answer.
    for (let n = 0; n < 20; n++) await gateway.ask('/api/query');
    const [database] = await blog.pods('postgres');
    await kubectl.must(['-n', NAMESPACE, 'scale', 'statefulset/postgres', '--replicas=0']);
    // The container may have ended already.
    await cluster.crash(database!).catch(() => undefined);
    await until('the database is down', 60, async () => (await blog.pods('postgres')).length === 0, 200);
    const answers = await watch(context, post);
    say(`while the database is down: ${JSON.stringify(answers)}`);
    holds(Object.keys(answers['query'] ?? {}).join() === '200', 'query continues to answer', answers);
    for (const name of ['list posts', 'write a post', 'list comments', 'write a comment'])
      holds(Object.keys(answers[name] ?? {}).join() === '503 retry', `${name}: only 503 with Retry-After`, answers);

    await kubectl.must(['-n', NAMESPACE, 'scale', 'statefulset/postgres', '--replicas=1']);
    await until('a write succeeds again', 120, async () => {
      const { status } = await gateway.ask('/api/posts', { body: { title: 'Back' } });
      return status === 201;
    });

    await kubectl.must(['-n', NAMESPACE, 'scale', 'deployment/posts', '--replicas=0']);
    await until('posts has no replicas', 60, async () => (await blog.readyPods('posts')).length === 0);
    const alone = await watchWithoutReplicas(context);
    say(`without replicas of posts: ${JSON.stringify(alone)}`);
    // The gateway or web answers, depending on what the gateway knows about the endpoints.
    holds(
      Object.keys(alone).every((kind) => kind.startsWith('503')),
      'without replicas of posts, its API answers 503',
      alone,
    );
    return { secondsDown: SECONDS, answers, withoutReplicas: alone };
  },
};

/** Counts the answers of the API of posts, from the end of its last pod until the gateway knows it. */
async function watchWithoutReplicas({ gateway }: Context): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  // The gateway needs a moment to learn that there is no endpoint.
  await sleep(3_000);
  for (const end = Date.now() + 15_000; Date.now() < end; await sleep(500))
    for (const answer of [await gateway.ask('/api/posts'), await gateway.ask('/api/posts', { body: { title: 'No' } })])
      seen[kindOf(answer)] = (seen[kindOf(answer)] ?? 0) + 1;
  return seen;
}

/** Counts the answers of each kind of request, and checks that no pod becomes unready. */
async function watch({ gateway, blog }: Context, post: string): Promise<Record<string, Record<string, number>>> {
  const requests: Record<string, () => Promise<Answer>> = {
    query: () => gateway.ask('/api/query'),
    'list posts': () => gateway.ask('/api/posts'),
    'write a post': () => gateway.ask('/api/posts', { body: { title: 'Now?' } }),
    'list comments': () => gateway.ask(`/api/comments/${post}`),
    'write a comment': () => gateway.ask(`/api/comments/${post}`, { body: { content: 'Now?' } }),
  };
  const seen: Record<string, Record<string, number>> = {};
  for (const end = Date.now() + SECONDS * 1_000; Date.now() < end; await sleep(500)) {
    const answers = Object.entries(requests).map(async ([name, ask]) => [name, kindOf(await ask())] as const);
    for (const [name, kind] of await Promise.all(answers))
      seen[name] = { ...seen[name], [kind]: (seen[name]?.[kind] ?? 0) + 1 };
    const unready = (await blog.pods()).filter((pod) => nameOf(pod) !== 'postgres' && !isReady(pod));
    holds(unready.length === 0, 'every replica stays ready', unready.map(nameOf));
  }
  return seen;
}
