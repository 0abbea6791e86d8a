// The whole blog, called through a gateway: what a user does, and the results in all services.
import { setTimeout as sleep } from 'node:timers/promises';
import { startBlog } from './support/blog.ts';
import type { Blog } from './support/blog.ts';
import { openDatabase, useDatabase } from './support/database.ts';
import { get, post } from './support/http.ts';
import { until } from './support/service.ts';

const fresh = useDatabase();
let blog: Blog;
/** After a crash, the bus waits for the end of a lease, and backs off from subscribers that do not answer. */
const patience = 80_000;

beforeAll(async () => {
  blog = await startBlog(fresh.url(), ['orange']);
});
afterAll(() => blog.stop());

interface Shown {
  id: string;
  commentCount: number;
  comments: { id: string; status: string; content: string | null }[];
}

async function shown(id: string): Promise<Shown | undefined> {
  return (await get(`${blog.url}/api/query`)).body.posts.find((one: Shown) => one.id === id);
}

test('a post and its comments appear in every service', async () => {
  const { body: created } = await post(`${blog.url}/api/posts`, { title: 'One' });
  const address = `${blog.url}/api/comments/${created.id}`;
  const good = (await post(address, { content: 'good' })).body.id;
  const bad = (await post(address, { content: 'an orange' })).body.id;
  await until(
    async () => (await shown(created.id))?.comments.filter(({ status }) => status !== 'pending').length === 2,
  );
  expect(await shown(created.id)).toMatchObject({
    title: 'One',
    commentCount: 1,
    comments: [
      { id: good, status: 'approved', content: 'good' },
      { id: bad, status: 'rejected', content: null },
    ],
  });
  await until(async () => (await get(`${blog.url}/api/posts/${created.id}`)).body.commentCount === 1);
  await until(
    async () =>
      (await get(address)).body.comments.map((one: { status: string }) => one.status).join() === 'approved,rejected',
  );
});

test('a request has the same id in every service', async () => {
  const requestid = `trace-${crypto.randomUUID()}`;
  const { body } = await post(
    `${blog.url}/api/comments/${crypto.randomUUID()}`,
    { content: 'followed' },
    { 'x-request-id': requestid },
  );
  const lines = (name: 'comments' | 'event-bus' | 'moderation' | 'posts' | 'query') =>
    blog.services[name].logs
      .filter((line) => line['requestid'] === requestid && line['msg'] === 'request')
      .map((line) => [line['method'], line['path']].join(' '));
  const everywhere = {
    // The request, then the deliveries of CommentCreated and CommentModerated.
    comments: [`POST /api/comments/${body.postId}`, 'POST /events', 'POST /events'],
    'event-bus': ['POST /events', 'POST /events'],
    moderation: ['POST /events', 'POST /events'],
    posts: ['POST /events', 'POST /events'],
    query: ['POST /events', 'POST /events'],
  };
  for (const [name, expected] of Object.entries(everywhere)) {
    await until(() => lines(name as 'posts').length >= expected.length, `${name} logged ${requestid}`);
    expect([name, lines(name as 'posts')]).toEqual([name, expected]);
  }
});

test('query answers while posts and comments are down, and both catch up afterwards', async () => {
  const { body } = await post(`${blog.url}/api/posts`, { title: 'Read while down' });
  const address = `${blog.url}/api/comments/${body.id}`;
  blog.services.moderation.child.kill('SIGTERM');
  expect(await blog.services.moderation.ended).toBe(0);
  await post(address, { content: 'early' });
  await until(async () => (await shown(body.id))?.comments[0]?.status === 'pending');
  for (const name of ['posts', 'comments'] as const) {
    blog.services[name].child.kill('SIGTERM');
    expect(await blog.services[name].ended).toBe(0);
  }
  await blog.restart('moderation');
  await until(async () => (await shown(body.id))?.comments[0]?.status === 'approved');
  expect((await get(`${blog.url}/api/posts`)).status).toBe(502);

  await blog.restart('posts');
  await blog.restart('comments');
  await until(async () => (await get(`${blog.url}/api/posts/${body.id}`)).body.commentCount === 1);
  await until(async () => (await get(address)).body.comments[0].status === 'approved');
});

test(
  'each service is killed once while users write: everything that was answered with 201 is in every service, with the same state',
  async () => {
    const posts = await Promise.all(
      ['a', 'b', 'c'].map(async (title) => (await post(`${blog.url}/api/posts`, { title })).body.id as string),
    );
    const written: string[] = [];
    const stop = new AbortController();
    const writers = posts.map(async (id) => {
      for (let n = 0; !stop.signal.aborted; n++) {
        const reply = await post(`${blog.url}/api/comments/${id}`, {
          content: n % 3 === 0 ? 'an orange' : 'a pear',
        }).catch(() => undefined);
        if (reply?.status === 201) written.push(reply.body.id);
        await sleep(80);
      }
    });
    for (const name of ['comments', 'event-bus', 'moderation', 'query', 'posts'] as const) {
      blog.services[name].child.kill('SIGKILL');
      await blog.services[name].ended;
      await blog.restart(name);
    }
    stop.abort();
    await Promise.all(writers);

    const inspect = await openDatabase(fresh.url());
    const ids = async (sql: string) =>
      (await inspect.query<{ id: string }>(sql, [posts])).rows.map(({ id }) => id).toSorted();
    await until(
      async () =>
        (await ids(`SELECT id FROM query.comments WHERE post_id = ANY($1) AND status <> 'pending'`)).length >=
        written.length,
      'every comment that was answered with 201 has a verdict',
      patience,
    );
    const stored = await ids('SELECT id FROM comments.comments WHERE post_id = ANY($1)');
    // A stored comment may lack an answer, because the process was killed. But every answered comment is stored.
    expect(stored).toEqual(expect.arrayContaining(written));
    await until(
      async () =>
        (await ids(`SELECT id FROM query.comments WHERE post_id = ANY($1) AND status <> 'pending'`)).length ===
        stored.length,
      'every stored comment has a verdict',
      patience,
    );
    const approved = await ids(
      `SELECT comment_id AS id FROM moderation.verdicts WHERE post_id = ANY($1) AND status = 'approved'`,
    );
    for (const schema of ['comments', 'query']) {
      const sql = `SELECT id FROM ${schema}.comments WHERE post_id = ANY($1) AND status = 'approved'`;
      await until(async () => (await ids(sql)).length === approved.length, sql, patience);
      expect(await ids(sql)).toEqual(approved);
    }
    const counted = async () =>
      (
        await inspect.query<{ n: number }>('SELECT sum(comment_count)::int AS n FROM posts.posts WHERE id = ANY($1)', [
          posts,
        ])
      ).rows[0]?.n;
    await until(async () => (await counted()) === approved.length, 'posts counted all approved comments', patience);
    await inspect.close();
  },
  3 * patience,
);

test('there are no dead letters', async () => {
  const { body } = await get(`${blog.services['event-bus'].url}/status`);
  expect(JSON.stringify(body)).not.toMatch(/"dead[A-Za-z]*":\s*[1-9]/);
});
