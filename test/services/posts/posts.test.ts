import { build } from '../../../services/posts/app.ts';
import { schema } from '../../../services/posts/config.ts';
import { startBus } from '../support/bus.ts';
import type { TestBus } from '../support/bus.ts';
import { useDatabase } from '../support/database.ts';
import { deliver, event, get, post } from '../support/http.ts';
import { startService, until } from '../support/service.ts';
import type { RunningService } from '../support/service.ts';

const database = useDatabase();
let bus: TestBus;
let posts: RunningService;

beforeAll(async () => {
  bus = await startBus();
  posts = await startService('posts', schema, build, { DATABASE_URL: database.url(), EVENT_BUS_URL: bus.url });
});
afterAll(async () => {
  await posts.stop();
  await bus.stop();
});

const moderated = (postId: string, status: string) =>
  event('CommentModerated', postId, { id: crypto.randomUUID(), postId, status });

test('a post is stored, shown and published', async () => {
  const created = await post(`${posts.url}/posts`, { title: 'First' }, { 'x-request-id': 'trace-1' });
  expect(created.status).toBe(201);
  expect(created.body).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    title: 'First',
    commentCount: 0,
    createdAt: expect.any(String),
  });

  expect((await get(`${posts.url}/posts/${created.body.id}`)).body).toEqual(created.body);
  expect((await get(`${posts.url}/posts`)).body.posts[0]).toEqual(created.body);

  await until(() => bus.accepted.length === 1);
  const [published] = bus.accepted;
  expect(published?.headers['content-type']).toBe('application/cloudevents+json');
  expect(published?.headers['x-request-id']).toBe('trace-1');
  expect(published?.event).toEqual({
    specversion: '1.0',
    id: expect.any(String),
    source: '/posts',
    type: 'PostCreated',
    subject: created.body.id,
    time: created.body.createdAt,
    datacontenttype: 'application/json',
    requestid: 'trace-1',
    data: { id: created.body.id, title: 'First' },
  });
});

test('posts are listed newest first, in pages', async () => {
  const titles = ['a', 'b', 'c'];
  for (const title of titles) await post(`${posts.url}/posts`, { title });
  const first = await get(`${posts.url}/api/posts?limit=2`);
  expect(first.body.posts.map((one: { title: string }) => one.title)).toEqual(['c', 'b']);
  const second = await get(`${posts.url}/posts?limit=2&after=${first.body.next}`);
  expect(second.body.posts[0].title).toBe('a');
  expect((await get(`${posts.url}/posts?limit=100`)).body.next).toBeNull();
});

test('each approved comment is counted once', async () => {
  const { body } = await post(`${posts.url}/posts`, { title: 'Counted' });
  const approved = moderated(body.id, 'approved');
  expect((await deliver(posts.url, approved)).body).toEqual({ status: 'applied' });
  expect((await deliver(posts.url, approved)).body).toEqual({ status: 'duplicate' });
  expect((await deliver(posts.url, moderated(body.id, 'rejected'))).body).toEqual({ status: 'applied' });
  expect((await deliver(posts.url, moderated(body.id, 'approved'))).body).toEqual({ status: 'applied' });
  expect((await get(`${posts.url}/posts/${body.id}`)).body.commentCount).toBe(2);
});

test('unknown events and events of unknown posts are acknowledged', async () => {
  expect((await deliver(posts.url, event('SomethingElse', 'x', { a: 1 }))).body).toEqual({ status: 'ignored' });
  expect((await deliver(posts.url, moderated(crypto.randomUUID(), 'approved'))).status).toBe(200);
});

test.each([
  ['no title', {}, 'body must have required property'],
  ['a number', { title: 5 }, 'body.title must be string'],
  ['an array', { title: ['a'] }, 'body.title must be string'],
  ['blank text', { title: ' \n ' }, 'body.title must be text that is not blank'],
  ['too long text', { title: 'x'.repeat(201) }, 'must NOT have more than 200 characters'],
  ['an additional field', { title: 'a', admin: true }, 'additional properties: admin'],
  ['not an object', 'text', 'body must be object'],
  ['null', null, 'body must be object'],
])('an invalid post is refused: %s', async (_, body, message) => {
  const reply = await post(`${posts.url}/posts`, body);
  expect(reply.status).toBe(400);
  expect(reply.body.error).toEqual({ code: 'invalid', message: expect.stringContaining(message) });
});

test.each([
  ['/posts/not-a-uuid', 400],
  ['/posts/%00', 400],
  ['/posts/00000000-0000-4000-8000-000000000000', 404],
  ['/posts?limit=0', 400],
  ['/posts?limit=101', 400],
  ['/posts?limit=1&limit=2', 400],
  ['/posts?after=x', 400],
  ['/posts?order=asc', 400],
  ['/nothing', 404],
])('GET %s is answered with %i', async (path, status) => {
  const reply = await get(`${posts.url}${path}`);
  expect(reply.status).toBe(status);
  expect(reply.body.error).toEqual({ code: expect.any(String), message: expect.any(String) });
});
