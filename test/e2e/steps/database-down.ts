import type { Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { countAnswers } from '../support/answers';
import { newPosts } from '../support/gateway';
import { isReady, nameOf } from '../support/kubectl';
import { holds } from '../support/promise';
import { sleep, until } from '../support/until';

/** How long the database stays down. */
const SECONDS = 20;

export const databaseDown: Step = {
  name: 'database-down',
  promise:
    'While the database is down, each replica stays ready and answers 503 with Retry-After itself. The API of a microservice without replicas answers 503 too, and never as the page.',
  core: true,
  async run(context) {
    const { kubectl, blog, gateway, cluster, say } = context;
    const [post = ''] = await newPosts(gateway, 1);
    // A step before may have replaced all pods of comments, and the gateway learns that later than the cluster.
    await until('comments answers through the gateway', 60, async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => gateway.ask(`/api/comments/${post}`)));
      return answers.every(({ status }) => status === 200);
    });
    // Each replica of query keeps an answer.
    for (let n = 0; n < 20; n++) await gateway.ask('/api/query');
    const [database] = await blog.pods('postgres');
    await kubectl.must(['-n', NAMESPACE, 'scale', 'statefulset/postgres', '--replicas=0']);
    // The container may have ended already.
    await cluster.crash(database!).catch(() => undefined);
    await until('the database is down', 60, async () => (await blog.pods('postgres')).length === 0, 200);
    const api = {
      'list posts': () => gateway.ask('/api/posts'),
      'write a post': () => gateway.ask('/api/posts', { body: { title: 'Now?' } }),
    };
    const meanwhile = async () => {
      const unready = (await blog.pods()).filter((pod) => nameOf(pod) !== 'postgres' && !isReady(pod));
      holds(unready.length === 0, 'every replica stays ready', unready.map(nameOf));
    };
    const { query, ...others } = await countAnswers(
      {
        query: () => gateway.ask('/api/query'),
        ...api,
        'list comments': () => gateway.ask(`/api/comments/${post}`),
        'write a comment': () => gateway.ask(`/api/comments/${post}`, { body: { content: 'Now?' } }),
      },
      { seconds: SECONDS, pauseMs: 500, meanwhile },
    );
    say(`while the database is down: ${JSON.stringify({ query, ...others })}`);
    holds(Object.keys(query).join() === '200', 'query continues to answer', query);
    for (const [name, kinds] of Object.entries(others))
      holds(Object.keys(kinds).join() === '503 retry', `${name}: only 503 with Retry-After`, others);

    await kubectl.must(['-n', NAMESPACE, 'scale', 'statefulset/postgres', '--replicas=1']);
    await until('a write succeeds again', 120, async () => {
      const { status } = await gateway.ask('/api/posts', { body: { title: 'Back' } });
      return status === 201;
    });

    await kubectl.must(['-n', NAMESPACE, 'scale', 'deployment/posts', '--replicas=0']);
    await until('posts has no replicas', 60, async () => (await blog.readyPods('posts')).length === 0);
    // The gateway needs a moment to learn it.
    await sleep(3_000);
    const alone = await countAnswers(api, { seconds: 15, pauseMs: 500 });
    say(`without replicas of posts: ${JSON.stringify(alone)}`);
    // The gateway or web answers, depending on what the gateway knows about the endpoints.
    for (const [name, kinds] of Object.entries(alone))
      holds(
        Object.keys(kinds).every((kind) => kind.startsWith('503')),
        `${name}: 503 without replicas of posts`,
        alone,
      );
    return { secondsDown: SECONDS, answers: { query, ...others }, withoutReplicas: alone };
  },
};
