// Thousands of generated requests, most of them wrong, to every route of every service. The seed of a run is printed;
// BAD_REQUESTS_SEED repeats it, and BAD_REQUESTS sets the number of requests for each service.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as comments from '../../../services/comments/app.ts';
import { schema as commentsSchema } from '../../../services/comments/config.ts';
import * as bus from '../../../services/event-bus/app.ts';
import { schemaFor, urlVariable } from '../../../services/event-bus/config.ts';
import * as moderation from '../../../services/moderation/app.ts';
import { schema as moderationSchema } from '../../../services/moderation/config.ts';
import * as posts from '../../../services/posts/app.ts';
import { schema as postsSchema } from '../../../services/posts/config.ts';
import * as query from '../../../services/query/app.ts';
import { schema as querySchema } from '../../../services/query/config.ts';
import { build as buildWeb } from '../../../services/web/app.ts';
import { schema as webSchema } from '../../../services/web/config.ts';
import { startBus } from '../support/bus.ts';
import type { TestBus } from '../support/bus.ts';
import { useDatabase } from '../support/database.ts';
import { deliver, event, get } from '../support/http.ts';
import { seeded } from '../support/random.ts';
import type { Random } from '../support/random.ts';
import { startService, until } from '../support/service.ts';
import type { RunningService } from '../support/service.ts';
import { exchange } from './exchange.ts';
import type { Answer } from './exchange.ts';
import { generate, timeLike } from './generate.ts';
import type { Route } from './generate.ts';

const seed = Number(process.env['BAD_REQUESTS_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const requests = Number(process.env['BAD_REQUESTS'] ?? 400);
const AT_ONCE = 16;

const ids = Array.from({ length: 4 }, (_, n) => `0b2cf3a1-3a77-4b44-8b66-b7a3ad4a0d5${n}`);
const limit = ['1', '50', '100'];
const uuid = ({ below }: Random) => `0b2cf3a1-3a77-4b44-8b66-${String(below(1e12)).padStart(12, '0')}`;

function anyEvent(random: Random): Record<string, unknown> {
  const { pick } = random;
  const postId = pick(ids);
  const data: Record<string, object> = {
    PostCreated: { id: postId, title: 'a' },
    CommentCreated: { id: uuid(random), postId, content: 'a' },
    CommentModerated: { id: uuid(random), postId, status: pick(['approved', 'rejected']) },
    Other: { number: 1 },
  };
  const type = pick(Object.keys(data));
  const time = pick(['2030-01-31T12:00:00Z', '2030-01-31t12:00:00.123456789+05:30', timeLike(random)]);
  return { specversion: '1.0', id: uuid(random), source: '/test', type, subject: postId, time, data: data[type] };
}

const health: Route[] = ['/healthz/live', '/healthz/ready', '/metrics'].map((path) => ({ method: 'GET', path }));
const events: Route = { method: 'POST', path: '/events', body: anyEvent, type: 'application/cloudevents+json' };
const pages = { limit, after: ids };
const replay: Route[] = [
  { method: 'GET', path: '/replay' },
  { method: 'POST', path: '/replay' },
  { method: 'POST', path: '/replay/:generation/switch', params: ['1', '999'] },
  { ...events, path: '/replay/:generation/events', params: ['0', '1'] },
];
const newComment = () => ({ content: 'a' });
const letters = ['query.0.1', 'one.1.999'];
const filesOfPage = ['/', '/page.js', '/style.css', '/api.js', '/view.js', '/icon.svg'];

const ROUTES: Readonly<Record<string, readonly Route[]>> = {
  posts: [
    { method: 'POST', path: '/posts', body: () => ({ title: 'a' }) },
    { method: 'GET', path: '/posts', query: pages },
    { method: 'GET', path: '/posts/:id', params: ids },
    events,
  ],
  comments: [
    ...['/posts/:id/comments', '/comments/:id'].flatMap((path): Route[] => [
      { method: 'POST', path, params: ids, body: newComment },
      { method: 'GET', path, params: ids, query: pages },
    ]),
    events,
  ],
  moderation: [events],
  query: [
    { method: 'GET', path: '/posts', query: pages },
    { method: 'GET', path: '/query', query: pages },
    events,
    ...replay,
  ],
  'event-bus': [
    events,
    { method: 'GET', path: '/status' },
    { method: 'GET', path: '/dead-letters', query: { subscriber: ['query', 'none'], after: letters, limit } },
    { method: 'GET', path: '/dead-letters/:letter', params: letters },
    { method: 'POST', path: '/dead-letters/:letter/redrive', params: letters },
    { method: 'POST', path: '/subscribers/:name/redrive', params: ['query', 'none'] },
  ],
  web: filesOfPage.map((path) => ({ method: 'GET', path })),
};
const names = Object.keys(ROUTES);

let services: Readonly<Record<string, RunningService>>;
let publishersBus: TestBus;

afterAll(async () => {
  const { 'event-bus': first, ...others } = services;
  await first!.stop();
  await Promise.all(Object.values(others).map((service) => service.stop()));
  await publishersBus.stop();
});
// After the first hook, so that the services stop before their database is dropped.
const database = useDatabase();
beforeAll(async () => {
  publishersBus = await startBus();
  const words = join(mkdtempSync(join(tmpdir(), 'callsign-')), 'words');
  writeFileSync(words, 'orange');
  const env = { DATABASE_URL: database.url(), EVENT_BUS_URL: publishersBus.url, BLOCKED_WORDS_FILE: words };
  const subscribers = {
    posts: await startService('posts', postsSchema, posts.build, env),
    comments: await startService('comments', commentsSchema, comments.build, env),
    moderation: await startService('moderation', moderationSchema, moderation.build, env),
    query: await startService('query', querySchema, query.build, env),
  };
  const urls = Object.entries(subscribers).map(([name, { url }]) => [urlVariable(name), url]);
  const busEnv = {
    ...env,
    SUBSCRIBERS: Object.keys(subscribers).join(','),
    ...Object.fromEntries(urls),
    POLL_MS: '50',
  };
  const page = join(__dirname, '../../../services/web/public');
  services = {
    ...subscribers,
    'event-bus': await startService('event-bus', schemaFor(busEnv), bus.build, busEnv),
    web: await startService('web', webSchema, (context) => buildWeb(context, page), {}),
  };
});

test.each(names)('every route of %s gets requests', (name) => {
  const known = [...ROUTES[name]!, ...health].map(({ method, path }) => `${method} ${path}`);
  const served = routesOf(services[name]!.servers.app.printRoutes({ commonPrefix: false }));
  expect(served.filter((route) => !known.includes(route))).toEqual([]);
  expect(known.filter((route) => !served.includes(route))).toEqual([]);
});

test.each(names)('%s answers each of them, never with 5xx, and describes each error', async (name) => {
  const random = seeded(seed + names.indexOf(name));
  const routes = [...ROUTES[name]!, ...ROUTES[name]!, ...ROUTES[name]!, ...health];
  const waiting = Array.from({ length: requests }, () => generate(random, random.pick(routes)));
  const statuses = new Map<number, number>();
  const wrong: unknown[] = [];
  const send = async (): Promise<void> => {
    for (let bytes = waiting.pop(); bytes; bytes = waiting.pop()) {
      const answer = await exchange(services[name]!.url, bytes);
      const problem = problemWith(answer, bytes);
      if (problem) wrong.push({ problem, request: bytes.toString('latin1').slice(0, 600), answer });
      if (answer) statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  expect({ seed, wrong: wrong.slice(0, 5), count: wrong.length }).toEqual({ seed, wrong: [], count: 0 });
  // Good requests succeed, and bad ones fail in several ways.
  const seen = (from: number) => [...statuses.keys()].filter((status) => status >= from && status < from + 100).length;
  // Requests to web have no body, so they fail in fewer ways.
  const ways = name === 'web' ? 3 : 4;
  expect({ seed, good: seen(200) >= 1, bad: seen(400) >= ways }).toEqual({ seed, good: true, bad: true });
  expect((await get(`${services[name]!.url}/healthz/live`)).status).toBe(200);
});

test('the subscribers accept every event that the bus accepted, or refuse it permanently', async () => {
  const { url } = services['event-bus']!;
  const status = async () => (await get(`${url}/status`)).body;
  await until(async () => (await status()).subscribers.every(({ lag }: { lag: number }) => lag === 0));
  const { published } = await status();
  expect(published).toBeGreaterThan(requests / 200);
  const { deadLetters } = (await get(`${url}/dead-letters?limit=1000`)).body;
  expect(deadLetters.filter(({ reason }: { reason: string }) => reason !== 'refused')).toEqual([]);
  for (const { url: service } of Object.values(services))
    expect((await get(`${service}/metrics`)).body).not.toMatch(
      /http_request_duration_seconds_count\{(?!.*route="\/healthz\/ready").*status="5/,
    );
});

// The bus did not refuse such events in the past, so they are in logs.
test.each(['0000-01-01T00:00:00Z', '2026-06-31T12:00:00Z', '9999-12-31T23:59:59-01:00', '2030-01-31T12:00:00+16:00'])(
  'a subscriber refuses an event of %s permanently',
  async (time) => {
    for (const name of ['posts', 'comments', 'moderation', 'query']) {
      const [id, postId] = [crypto.randomUUID(), ids[0]!];
      const reply = await deliver(
        services[name]!.url,
        event('CommentCreated', postId, { id, postId, content: 'a' }, { time }),
      );
      expect([name, reply.status, reply.body.error?.code]).toEqual([name, 422, 'invalid_time']);
    }
  },
);

/** The routes in the text that Fastify prints as a tree. Without HEAD, which Fastify adds to each GET. */
function routesOf(tree: string): string[] {
  const parents: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent, part, methods] = /^([│ ]*(?:├── |└── ))(\S+)(?: \((.*)\))?/.exec(line) ?? [];
    if (indent === undefined) return [];
    const depth = indent.length / 4 - 1;
    parents.splice(depth, parents.length, part!);
    const path = parents
      .join('')
      .replaceAll('//', '/')
      .replace(/(.)\/$/, '$1');
    return (methods ?? '')
      .split(', ')
      .filter((method) => method !== '' && method !== 'HEAD')
      .map((method) => `${method} ${path}`);
  });
}

function problemWith(answer: Answer | undefined, bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1');
  // There is nothing to answer to blank lines.
  if (!answer) return /^[\r\n]*$/.test(text) ? undefined : 'no answer';
  const { status, headers, body } = answer;
  if (!(status >= 200 && status < 500)) return `the status is ${status}`;
  if (!/^[\w.-]{1,64}$/.test(headers.get('x-request-id') ?? '')) return 'no request id';
  if (status < 400 || text.startsWith('HEAD ')) return undefined;
  if (!headers.get('content-type')?.startsWith('application/json')) return 'the error is not JSON';
  const { code, message } = (JSON.parse(body) as { error?: Record<string, unknown> }).error ?? {};
  return typeof code === 'string' && typeof message === 'string' && message !== '' ? undefined : 'no code or message';
}
