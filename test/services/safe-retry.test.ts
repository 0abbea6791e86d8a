// A client that got no answer repeats its request with the same key: the effect happens once, for all replicas.
import { once } from 'node:events';
import * as fc from 'fast-check';
import * as comments from '../../services/comments/app.ts';
import { schema as commentsSchema } from '../../services/comments/config.ts';
import type { Database } from '../../services/common/database.ts';
import * as posts from '../../services/posts/app.ts';
import { schema as postsSchema } from '../../services/posts/config.ts';
import { startBus } from './support/bus.ts';
import type { TestBus } from './support/bus.ts';
import { openDatabase, useDatabase } from './support/database.ts';
import { get, post } from './support/http.ts';
import type { Reply } from './support/http.ts';
import { startProxy } from './support/proxy.ts';
import type { Proxy } from './support/proxy.ts';
import { startService, until } from './support/service.ts';
import type { RunningService } from './support/service.ts';

const fresh = useDatabase();
let bus: TestBus;
let proxy: Proxy;
let inspect: Database;
/** Two replicas of each. The second replica of posts reaches the database through the proxy. */
let replicas: Record<'posts' | 'comments', readonly RunningService[]>;

beforeAll(async () => {
  bus = await startBus();
  proxy = await startProxy(fresh.url());
  const env = { DATABASE_URL: fresh.url(), EVENT_BUS_URL: bus.url };
  const throughProxy = { ...env, DATABASE_URL: proxy.url };
  replicas = {
    posts: [
      await startService('posts', postsSchema, posts.build, env),
      await startService('posts', postsSchema, posts.build, throughProxy),
    ],
    comments: [
      await startService('comments', commentsSchema, comments.build, env),
      await startService('comments', commentsSchema, comments.build, env),
    ],
  };
  inspect = await openDatabase(fresh.url());
});
afterAll(async () => {
  await inspect.close();
  await Promise.all(
    Object.values(replicas)
      .flat()
      .map((service) => service.stop()),
  );
  await proxy.stop();
  await bus.stop();
});

const keyed = (key: string) => ({ 'idempotency-key': `"${key}"` });
const newKey = () => crypto.randomUUID();
const write = (replica: number, title: string, key: string) =>
  post(`${replicas.posts[replica]?.url}/posts`, { title }, keyed(key));
const rows = async (sql: string, ...values: unknown[]) => (await inspect.query<{ id: string }>(sql, values)).rows;
const stored = (title: string) => rows('SELECT id FROM posts.posts WHERE title = $1', title);
const published = (id: string) => bus.accepted.filter(({ event }) => event.data['id'] === id).length;
/** What a client sees of an answer, without the id of the request and the time. */
const seen = ({ status, headers, body }: Reply) => ({ status, type: headers.get('content-type'), body });

test('the same key and body get the same answer from each replica, and one post is stored and published', async () => {
  const key = newKey();
  const first = await write(0, 'Once', key);
  expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null]);
  for (const replica of [0, 1, 0, 1]) {
    const again = await write(replica, 'Once', key);
    expect(seen(again)).toEqual(seen(first));
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  }
  expect(await stored('Once')).toEqual([{ id: first.body.id }]);
  await until(() => published(first.body.id) > 0);
  expect(published(first.body.id)).toBe(1);
});

test('a write without a key is stored each time', async () => {
  const url = `${replicas.posts[0]?.url}/posts`;
  await Promise.all([post(url, { title: 'Twice' }), post(url, { title: 'Twice' })]);
  expect(await stored('Twice')).toHaveLength(2);
});

test('the same key with another body gets 422, and changes nothing', async () => {
  const key = newKey();
  const first = await write(0, 'One body', key);
  const other = await write(1, 'Another body', key);
  expect(other.status).toBe(422);
  expect(other.body.error).toEqual({
    code: 'idempotency_key_reused',
    message: expect.stringContaining('another body'),
  });
  expect(await stored('Another body')).toEqual([]);
  expect(seen(await write(1, 'One body', key))).toEqual(seen(first));
});

test('an invalid key gets 400, and nothing is stored', async () => {
  const reply = await post(`${replicas.posts[0]?.url}/posts`, { title: 'Bad key' }, { 'idempotency-key': '"' });
  expect(reply.status).toBe(400);
  expect(reply.body.error).toEqual({
    code: 'invalid_idempotency_key',
    message: expect.stringContaining('Idempotency-Key is not valid: expected 1 to 255'),
  });
  expect((await write(0, 'Bad key', 'x'.repeat(256))).status).toBe(400);
  expect((await post(`${replicas.posts[0]?.url}/posts`, { title: 'Bad key' }, { 'idempotency-key': '' })).status).toBe(
    400,
  );
  expect(await stored('Bad key')).toEqual([]);
});

test('a key with an invalid body is not used up', async () => {
  const key = newKey();
  expect((await write(0, ' ', key)).status).toBe(400);
  expect((await write(0, 'Valid now', key)).status).toBe(201);
});

test('a key belongs to a resource: both paths of a post are one, two posts are two', async () => {
  const [key, one, two] = [newKey(), crypto.randomUUID(), crypto.randomUUID()];
  const say = (replica: number, path: string) =>
    post(`${replicas.comments[replica]?.url}${path}`, { content: 'Said' }, keyed(key));
  const first = await say(0, `/api/posts/${one}/comments`);
  expect(first.status).toBe(201);
  for (const path of [`/api/comments/${one}`, `/posts/${one.toUpperCase()}/comments`])
    expect(seen(await say(1, path))).toEqual(seen(first));
  const other = await say(1, `/comments/${two}`);
  expect(other.status).toBe(201);
  expect(other.body.id).not.toBe(first.body.id);
  expect(await rows('SELECT id FROM comments.comments WHERE post_id = ANY($1) ORDER BY seq', [one, two])).toEqual([
    { id: first.body.id },
    { id: other.body.id },
  ]);
  // The answer is the one of the first request, although the comment was moderated since then.
  await inspect.query(`UPDATE comments.comments SET status = 'approved' WHERE id = $1`, [first.body.id]);
  expect((await say(0, `/comments/${one}`)).body).toEqual(first.body);
});

test('many requests with one key at once, to both replicas: one comment, and the same answer for all', async () => {
  const [key, postId] = [newKey(), crypto.randomUUID()];
  const send = async (n: number): ReturnType<typeof post> => {
    const reply = await post(`${replicas.comments[n % 2]?.url}/comments/${postId}`, { content: 'At once' }, keyed(key));
    // On a busy machine, the first request can take longer than a second.
    return reply.status === 409 && reply.body.error.code === 'request_in_progress' ? send(n) : reply;
  };
  const replies = await Promise.all(Array.from({ length: 40 }, (_, n) => send(n)));
  expect(new Set(replies.map((reply) => JSON.stringify(seen(reply)))).size).toBe(1);
  expect(replies[0]?.status).toBe(201);
  expect(replies.filter((reply) => reply.headers.get('idempotent-replayed') === null)).toHaveLength(1);
  expect(await rows('SELECT id FROM comments.comments WHERE post_id = $1', postId)).toHaveLength(1);
});

test('a request waits at most a second for another one with its key, and then gets 409', async () => {
  const key = newKey();
  // The transaction of a replica that hangs after it stored the key.
  const end = new AbortController();
  let entered = false;
  const hanging = inspect.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO posts.idempotency_key (resource, key, fingerprint, status, answer) VALUES ('/posts', $1, 'x', 201, '{}')`,
      [key],
    );
    entered = true;
    await once(end.signal, 'abort');
    throw new Error('hangs');
  });
  await until(() => entered);
  const began = Date.now();
  const busy = await write(0, 'Hangs', key);
  expect(busy.status).toBe(409);
  expect(busy.body.error.code).toBe('request_in_progress');
  expect(busy.headers.get('retry-after')).toBe('1');
  expect(Date.now() - began).toBeGreaterThanOrEqual(950);

  // A request that still waits goes on when the first transaction fails.
  const waiting = write(1, 'Hangs', key);
  setTimeout(() => end.abort(), 300);
  expect((await waiting).status).toBe(201);
  await expect(hanging).rejects.toThrow('hangs');
  expect(await stored('Hangs')).toHaveLength(1);
});

describe('if the answer of the database to the commit is lost', () => {
  /** Writes through the second replica. The commit succeeds, but the replica gets no answer. */
  const unanswered = (title: string, headers: Record<string, string>): Promise<Reply> => {
    proxy.loseCommit(title);
    return post(`${replicas.posts[1]?.url}/posts`, { title }, headers);
  };

  test.each([0, 1])('the write gets 503, and its retry at replica %i gets the stored answer', async (replica) => {
    const [title, key] = [`Committed ${replica}`, newKey()];
    const lost = await unanswered(title, keyed(key));
    expect([lost.status, lost.headers.get('retry-after')]).toEqual([503, '1']);
    const [committed] = await stored(title);
    const again = await write(replica, title, key);
    expect([again.status, again.body.id]).toEqual([201, committed?.id]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await stored(title)).toHaveLength(1);
    await until(() => published(again.body.id) > 0);
  });

  test('without a key, the retry stores the post again', async () => {
    expect((await unanswered('Doubled', {})).status).toBe(503);
    expect((await post(`${replicas.posts[1]?.url}/posts`, { title: 'Doubled' })).status).toBe(201);
    expect(await stored('Doubled')).toHaveLength(2);
  });
});

test('an effect that fails does not use up its key', async () => {
  const [title, key] = ['Fails first', newKey()];
  await inspect.query(`ALTER TABLE posts.posts ADD CONSTRAINT refused CHECK (title <> 'Fails first') NOT VALID`);
  expect((await write(0, title, key)).status).toBe(500);
  await inspect.query('ALTER TABLE posts.posts DROP CONSTRAINT refused');
  expect((await write(0, title, key)).status).toBe(201);
  expect(await stored(title)).toHaveLength(1);
});

test('the results are counted', async () => {
  const text = (await get(`${replicas.posts[0]?.url}/metrics`)).body as string;
  for (const result of ['new', 'replayed', 'in_progress'])
    expect(text).toMatch(new RegExp(`^idempotency_requests_total\\{[^}]*result="${result}"[^}]*\\} [1-9]`, 'm'));
});

test('any order of requests: each key has the effect and the answer of its first request', async () => {
  const request = fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    title: fc.constantFrom('x', 'y'),
    replica: fc.nat(1),
    target: fc.constantFrom('p', 'q'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 12 }), async (requests) => {
      const targets = { p: crypto.randomUUID(), q: crypto.randomUUID() };
      const model = new Map<string, { title: string; body: unknown }>();
      for (const { key, title, replica, target } of requests) {
        const url = `${replicas.comments[replica]?.url}/comments/${targets[target]}`;
        const reply = await post(url, { content: title }, keyed(key));
        const first = model.get(target + key);
        if (!first) model.set(target + key, { title, body: reply.body });
        expect(reply.status).toBe(first && first.title !== title ? 422 : 201);
        if (first?.title === title) expect(reply.body).toEqual(first.body);
      }
      const ids = await rows('SELECT id FROM comments.comments WHERE post_id = ANY($1)', Object.values(targets));
      expect(ids).toHaveLength(model.size);
    }),
    { numRuns: 40 },
  );
});
