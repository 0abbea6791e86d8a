import { build } from '../../../services/comments/app.ts';
import { schema } from '../../../services/comments/config.ts';
import { startBus } from '../support/bus.ts';
import type { TestBus } from '../support/bus.ts';
import { useDatabase } from '../support/database.ts';
import { deliver, event, get, post } from '../support/http.ts';
import { startService, until } from '../support/service.ts';
import type { RunningService } from '../support/service.ts';

const database = useDatabase();
let bus: TestBus;
let comments: RunningService;

beforeAll(async () => {
  bus = await startBus();
  comments = await startService('comments', schema, build, { DATABASE_URL: database.url(), EVENT_BUS_URL: bus.url });
});
afterAll(async () => {
  await comments.stop();
  await bus.stop();
});

const moderated = (postId: string, id: string, status: string) =>
  event('CommentModerated', postId, { id, postId, status });

test('a comment is stored as pending and published', async () => {
  const postId = crypto.randomUUID();
  const created = await post(
    `${comments.url}/posts/${postId}/comments`,
    { content: 'Well said' },
    { 'x-request-id': 'trace-2' },
  );
  expect(created.status).toBe(201);
  expect(created.body).toEqual({
    id: expect.any(String),
    postId,
    content: 'Well said',
    status: 'pending',
    createdAt: expect.any(String),
  });
  await until(() => bus.accepted.length === 1);
  expect(bus.accepted[0]?.event).toMatchObject({
    source: '/comments',
    type: 'CommentCreated',
    subject: postId,
    time: created.body.createdAt,
    requestid: 'trace-2',
    data: { id: created.body.id, postId, content: 'Well said' },
  });
});

test.each(['/posts/:id/comments', '/api/posts/:id/comments', '/comments/:id', '/api/comments/:id'])(
  'comments are available at %s',
  async (address) => {
    const postId = crypto.randomUUID();
    const url = comments.url + address.replace(':id', postId);
    const { body } = await post(url, { content: 'Here' });
    expect((await get(url)).body).toEqual({ comments: [{ ...body, content: null }], next: null });
  },
);

test('only approved comments are shown', async () => {
  const postId = crypto.randomUUID();
  const url = `${comments.url}/posts/${postId}/comments`;
  const [good, bad] = [await post(url, { content: 'good' }), await post(url, { content: 'bad' })];
  const approval = moderated(postId, good.body.id, 'approved');
  expect((await deliver(comments.url, approval)).body).toEqual({ status: 'applied' });
  expect((await deliver(comments.url, approval)).body).toEqual({ status: 'duplicate' });
  expect((await deliver(comments.url, moderated(postId, bad.body.id, 'rejected'))).body).toEqual({ status: 'applied' });
  expect((await get(url)).body.comments).toEqual([
    expect.objectContaining({ id: good.body.id, status: 'approved', content: 'good' }),
    expect.objectContaining({ id: bad.body.id, status: 'rejected', content: null }),
  ]);
});

test('the comments of a post are listed oldest first, in pages', async () => {
  const [postId, other] = [crypto.randomUUID(), crypto.randomUUID()];
  const url = `${comments.url}/comments/${postId}`;
  const ids: string[] = [];
  for (const content of ['a', 'b', 'c']) ids.push((await post(url, { content })).body.id);
  await post(`${comments.url}/comments/${other}`, { content: 'elsewhere' });
  const first = await get(`${url}?limit=2`);
  const second = await get(`${url}?limit=2&after=${first.body.next}`);
  expect([...first.body.comments, ...second.body.comments].map((one) => one.id)).toEqual(ids);
  expect(second.body.next).toBeNull();
});

test('the id of a post is not case-sensitive, so that its events have one order', async () => {
  const postId = crypto.randomUUID();
  const { body } = await post(`${comments.url}/comments/${postId.toUpperCase()}`, { content: 'Loud' });
  expect(body.postId).toBe(postId);
  await until(() => bus.accepted.some(({ event: one }) => one.subject === postId));
});

test.each([
  ['no content', {}],
  ['a number', { content: 1 }],
  ['blank text', { content: '\t' }],
  ['too long text', { content: 'x'.repeat(5_001) }],
  ['an additional field', { content: 'a', status: 'approved' }],
])('an invalid comment is refused: %s', async (_, body) => {
  const reply = await post(`${comments.url}/comments/${crypto.randomUUID()}`, body);
  expect(reply.status).toBe(400);
  expect(reply.body.error.code).toBe('invalid');
});

test('the event of the longest possible comment fits the limit of the bus', async () => {
  // A control character takes six bytes in JSON, which is the maximum for one character.
  const created = await post(`${comments.url}/comments/${crypto.randomUUID()}`, {
    content: `x${'\u0001'.repeat(4_999)}`,
  });
  expect(created.status).toBe(201);
  await until(() => bus.accepted.some(({ event: one }) => one.data['id'] === created.body.id));
  const published = bus.accepted.find(({ event: one }) => one.data['id'] === created.body.id);
  expect(Buffer.byteLength(published?.body ?? '')).toBeLessThan(64 * 1024);
});

test('an invalid post id is refused', async () => {
  expect((await post(`${comments.url}/posts/1/comments`, { content: 'a' })).status).toBe(400);
  expect((await get(`${comments.url}/comments/1`)).status).toBe(400);
});
