import * as fc from 'fast-check';
import { build } from '../../../services/query/app.ts';
import { schema } from '../../../services/query/config.ts';
import { useDatabase } from '../support/database.ts';
import { deliver, event, get } from '../support/http.ts';
import { startService } from '../support/service.ts';
import type { RunningService } from '../support/service.ts';

const database = useDatabase();
let query: RunningService;

beforeAll(async () => {
  query = await startService('query', schema, build, { DATABASE_URL: database.url() });
});
afterAll(() => query.stop());

const at = (second: number) => ({ time: new Date(Date.UTC(2030, 0, 1) + second * 1_000).toISOString() });
const postCreated = (id: string, title: string, second: number) => event('PostCreated', id, { id, title }, at(second));
const commentCreated = (postId: string, id: string, content: string, second: number) =>
  event('CommentCreated', postId, { id, postId, content }, at(second));
const moderated = (postId: string, id: string, status: string, second: number) =>
  event('CommentModerated', postId, { id, postId, status }, at(second));

async function find(id: string) {
  const { body } = await get(`${query.url}/posts?limit=100`);
  return body.posts.find((post: { id: string }) => post.id === id);
}

test('posts contain their comments with the status of each', async () => {
  const [post, one, two, three] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  await deliver(query.url, postCreated(post, 'Hello', 1));
  await deliver(query.url, commentCreated(post, one, 'good', 2));
  await deliver(query.url, commentCreated(post, two, 'bad', 3));
  await deliver(query.url, commentCreated(post, three, 'new', 4));
  await deliver(query.url, moderated(post, one, 'approved', 5));
  await deliver(query.url, moderated(post, two, 'rejected', 6));
  expect(await find(post)).toEqual({
    id: post,
    title: 'Hello',
    createdAt: at(1).time,
    commentCount: 1,
    comments: [
      { id: one, content: 'good', status: 'approved', createdAt: at(2).time },
      { id: two, content: null, status: 'rejected', createdAt: at(3).time },
      { id: three, content: null, status: 'pending', createdAt: at(4).time },
    ],
  });
});

test('the result does not depend on the order of events or on duplicates', async () => {
  const order = fc.shuffledSubarray([0, 1, 2, 0, 1, 2], { minLength: 6, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(order, fc.constantFrom('approved', 'rejected'), async (turns, status) => {
      const [post, comment] = [crypto.randomUUID(), crypto.randomUUID()];
      const events = [
        postCreated(post, 'Any', 100),
        commentCreated(post, comment, 'text', 101),
        moderated(post, comment, status, 102),
      ];
      for (const turn of turns) expect((await deliver(query.url, events[turn] as never)).status).toBe(200);
      expect((await find(post)).comments).toEqual([
        { id: comment, status, content: status === 'approved' ? 'text' : null, createdAt: at(101).time },
      ]);
    }),
    { numRuns: 25 },
  );
});

test('posts are listed newest first, in pages, also at /api/query', async () => {
  const ids = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  // Two posts have the same time. The order is still total.
  for (const [index, id] of ids.entries())
    await deliver(query.url, postCreated(id, `p${index}`, 1_000 + Math.min(index, 1)));
  const seen: string[] = [];
  let next: string | null = null;
  do {
    const { body }: { body: { posts: { id: string }[]; next: string | null } } = await get(
      `${query.url}/api/query?limit=1${next ? `&after=${next}` : ''}`,
    );
    seen.push(...body.posts.map((post) => post.id));
    next = body.next;
  } while (next !== null && seen.length < 3);
  expect(new Set(seen.slice(0, 2))).toEqual(new Set(ids.slice(1)));
  expect(seen[2]).toBe(ids[0]);
});

test('a client with the current version gets 304 without a body', async () => {
  const first = await get(`${query.url}/posts`);
  const etag = first.headers.get('etag') as string;
  const again = await get(`${query.url}/posts`, { 'if-none-match': `"other", W/${etag}` });
  expect([again.status, again.body]).toEqual([304, '']);
  await deliver(query.url, postCreated(crypto.randomUUID(), 'New', 2_000));
  expect((await get(`${query.url}/posts`, { 'if-none-match': etag })).status).toBe(200);
});

test('only the newest comments of a post are shown', async () => {
  const post = crypto.randomUUID();
  await deliver(query.url, postCreated(post, 'Loved', 3_000));
  const ids = Array.from({ length: 105 }, () => crypto.randomUUID());
  await Promise.all(ids.map((id, index) => deliver(query.url, commentCreated(post, id, String(index), 3_000 + index))));
  expect((await find(post)).comments.map((one: { id: string }) => one.id)).toEqual(ids.slice(5));
});

test.each([
  ['PostCreated', { id: crypto.randomUUID() }],
  ['PostCreated', { id: 'x', title: 'a' }],
  ['CommentCreated', { id: crypto.randomUUID(), postId: crypto.randomUUID(), content: 5 }],
  ['CommentModerated', { id: crypto.randomUUID(), postId: crypto.randomUUID(), status: 'maybe' }],
])('a %s event with invalid data is refused permanently', async (type, data) => {
  const reply = await deliver(query.url, event(type, 'x', data));
  expect([reply.status, reply.body.error.code]).toEqual([422, 'invalid_data']);
});
