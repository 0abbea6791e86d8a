// Hostile text in every field of every service is stored and returned unchanged.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as comments from '../../services/comments/app.ts';
import { schema as commentsSchema } from '../../services/comments/config.ts';
import type { Database } from '../../services/common/database.ts';
import * as moderation from '../../services/moderation/app.ts';
import { schema as moderationSchema } from '../../services/moderation/config.ts';
import * as posts from '../../services/posts/app.ts';
import { schema as postsSchema } from '../../services/posts/config.ts';
import * as query from '../../services/query/app.ts';
import { schema as querySchema } from '../../services/query/config.ts';
import { startBus } from './support/bus.ts';
import type { TestBus } from './support/bus.ts';
import { openDatabase, useDatabase } from './support/database.ts';
import { deliver, event, get, post, postRaw } from './support/http.ts';
import { startService, until } from './support/service.ts';
import type { RunningService } from './support/service.ts';

const fresh = useDatabase();
let bus: TestBus;
let services: Record<'posts' | 'comments' | 'moderation' | 'query', RunningService>;
let inspect: Database;

beforeAll(async () => {
  bus = await startBus();
  const words = join(mkdtempSync(join(tmpdir(), 'callsign-')), 'words');
  writeFileSync(words, 'orange');
  const env = { DATABASE_URL: fresh.url(), EVENT_BUS_URL: bus.url, BLOCKED_WORDS_FILE: words };
  services = {
    posts: await startService('posts', postsSchema, posts.build, env),
    comments: await startService('comments', commentsSchema, comments.build, env),
    moderation: await startService('moderation', moderationSchema, moderation.build, env),
    query: await startService('query', querySchema, query.build, env),
  };
  inspect = await openDatabase(fresh.url(), 'comments');
});
afterAll(async () => {
  await inspect.close();
  await Promise.all(Object.values(services).map((service) => service.stop()));
  await bus.stop();
});

const hostile = [
  `'; DROP SCHEMA posts CASCADE; --`,
  `Robert'); DROP TABLE comments;--`,
  `" OR ""=" $1 $$ :name %s \\'`,
  `<script>alert(1)</script><img src=x onerror=alert(1)>`,
  '{"__proto__": {"admin": true}}',
  '${jndi:ldap://x} `rm -rf /` $(reboot) %0d%0aSet-Cookie: a=b',
  '\u202eright to left\u202c \u200b zero width',
  'line\nbreak\r\ttab \u0001 \u001b[31m',
  '👩‍👩‍👧 é e\u0301 \uffff 𝒳',
];

test.each(hostile)('in a title and a comment: %j', async (text) => {
  const created = await post(`${services.posts.url}/posts`, { title: text });
  expect(created.status).toBe(201);
  const { id: postId } = created.body;
  expect((await get(`${services.posts.url}/posts/${postId}`)).body.title).toBe(text);

  const comment = await post(`${services.comments.url}/comments/${postId}`, { content: text });
  expect(comment.status).toBe(201);
  const { rows } = await inspect.query('SELECT content FROM comments WHERE id = $1', [comment.body.id]);
  expect(rows).toEqual([{ content: text }]);

  // The events also contain the text, and query shows it.
  await until(() => bus.accepted.filter((one) => one.event.subject === postId).length >= 2);
  for (const { event: published } of bus.accepted.filter((one) => one.event.subject === postId))
    await deliver(services.query.url, published);
  await deliver(
    services.query.url,
    event('CommentModerated', postId, { id: comment.body.id, postId, status: 'approved' }),
  );
  const shown = (await get(`${services.query.url}/posts`)).body.posts.find((one: { id: string }) => one.id === postId);
  expect([shown.title, shown.comments[0].content]).toEqual([text, text]);
});

test.each(hostile)('in the attributes of an event: %j', async (text) => {
  const attributes = { id: text.slice(0, 256), source: text, subject: text, extension: text };
  for (const service of Object.values(services)) {
    const unknown = await deliver(service.url, event(text, 'x', { text }, attributes));
    expect([unknown.status, unknown.body.status]).toEqual([200, 'ignored']);
    // Services that handle CommentModerated refuse the text, because it is not an id. moderation ignores that event.
    expect(
      (await deliver(service.url, event('CommentModerated', 'x', { id: text, postId: text, status: text }, attributes)))
        .status,
    ).toBe(service === services.moderation ? 200 : 422);
  }
  const [id, postId] = [crypto.randomUUID(), crypto.randomUUID()];
  const created = event('CommentCreated', postId, { id, postId, content: text }, attributes);
  expect((await deliver(services.query.url, created)).body.status).toBe('applied');
  expect((await deliver(services.query.url, created)).body.status).toBe('duplicate');
  expect((await deliver(services.moderation.url, created)).body.status).toBe('applied');
});

test('in the path and the query of a URL', async () => {
  for (const text of hostile) {
    const encoded = encodeURIComponent(text);
    for (const path of [`/posts/${encoded}`, `/posts?after=${encoded}`, `/posts?limit=${encoded}`]) {
      const reply = await get(services.posts.url + path);
      expect([400, 404]).toContain(reply.status);
    }
    expect((await get(`${services.comments.url}/comments/${encoded}`)).status).toBeLessThan(500);
  }
});

test('any text is returned unchanged or refused with 400 or 422', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 220 }), async (title) => {
      const reply = await post(`${services.posts.url}/posts`, { title });
      expect([201, 400, 422]).toContain(reply.status);
      if (reply.status === 201)
        expect((await get(`${services.posts.url}/posts/${reply.body.id}`)).body.title).toBe(title);
    }),
    { numRuns: 150 },
  );
});

test.each(['posts', 'comments', 'moderation', 'query'] as const)(
  '%s answers every invalid event with 4xx and a message',
  async (name) => {
    const { url } = services[name];
    const good = event('CommentCreated', 'x', {});
    const bodies: [string | Buffer, number][] = [
      ['', 400],
      ['{', 400],
      ['null', 400],
      ['[]', 400],
      ['"text"', 400],
      ['{}', 400],
      [JSON.stringify({ ...good, id: 5 }), 400],
      [JSON.stringify({ ...good, data: 'x' }), 400],
      [JSON.stringify(good).replace('"data":{}', '"data":{"__proto__":{}}'), 400],
      [JSON.stringify(good).replace('"data":{}', `"data":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`), 400],
      [Buffer.from([0x7b, 0xff, 0x7d]), 400],
      [' '.repeat(64 * 1024 + 1), 413],
    ];
    for (const [body, status] of bodies) {
      const reply = await postRaw(`${url}/events`, body, { 'content-type': 'application/cloudevents+json' });
      expect(reply.status).toBe(status);
      expect(reply.body.error).toEqual({ code: expect.any(String), message: expect.stringMatching(/^.{10,300}$/) });
    }
    expect((await postRaw(`${url}/events`, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
  },
);
