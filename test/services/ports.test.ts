// A gateway can reach PORT of a service. It must not reach the routes for the bus, the kubelet and Prometheus.
import * as comments from '../../services/comments/app.ts';
import { schema as commentsSchema } from '../../services/comments/config.ts';
import * as posts from '../../services/posts/app.ts';
import { schema as postsSchema } from '../../services/posts/config.ts';
import * as query from '../../services/query/app.ts';
import { schema as querySchema } from '../../services/query/config.ts';
import { useDatabase } from './support/database.ts';
import { event, get, post } from './support/http.ts';
import { startService } from './support/service.ts';
import type { RunningService } from './support/service.ts';

const HEALTH = ['/healthz/live', '/healthz/ready', '/metrics'];
const EVENTS = ['/events', '/replay', '/replay/0/events', '/replay/0/switch'];

const services: RunningService[] = [];
afterAll(() => Promise.all(services.map(({ stop }) => stop())));
const database = useDatabase();

/** Starts a service. Without ports of their own, the routes for the bus and the health checks are at PORT. */
async function start(name: string, ports: Record<string, string>): Promise<RunningService> {
  const env = { DATABASE_URL: database.url(), EVENT_BUS_URL: 'http://127.0.0.1:1', ...ports };
  const service = await {
    posts: () => startService('posts', postsSchema, posts.build, env),
    comments: () => startService('comments', commentsSchema, comments.build, env),
    query: () => startService('query', querySchema, query.build, env),
  }[name]!();
  services.push(service);
  return service;
}

const own = { EVENTS_PORT: '0', HEALTH_PORT: '0' };
const statuses = async (url: string, method: typeof get, paths: readonly string[]) =>
  Promise.all(paths.map(async (path) => (await method(url + path)).status));
const send = (url: string) => post(url, event('Unknown', 'x', {}));

describe.each(['posts', 'comments', 'query'])('%s', (name) => {
  test('with ports of their own, events and health checks are at no other port', async () => {
    const { url, eventsUrl, healthUrl } = await start(name, own);
    expect(new Set([url, eventsUrl, healthUrl]).size).toBe(3);
    expect(await statuses(healthUrl, get, HEALTH)).toEqual([200, 200, 200]);
    for (const other of [url, eventsUrl]) expect(await statuses(other, get, HEALTH)).toEqual([404, 404, 404]);
    expect((await send(`${eventsUrl}/events`)).body).toEqual({ status: 'ignored' });
    for (const other of [url, healthUrl]) {
      expect(await statuses(other, send, EVENTS)).toEqual([404, 404, 404, 404]);
      expect((await send(`${other}/api/events`)).status).toBe(404);
    }
  });

  test('without them, everything is at one port', async () => {
    const { url, eventsUrl, healthUrl } = await start(name, {});
    expect([eventsUrl, healthUrl]).toEqual([url, url]);
    expect(await statuses(url, get, HEALTH)).toEqual([200, 200, 200]);
    expect((await send(`${url}/events`)).body).toEqual({ status: 'ignored' });
  });
});

test('the replay of query is at the port for events', async () => {
  const { url, eventsUrl } = await start('query', own);
  expect((await get(`${eventsUrl}/replay`)).body).toEqual({ live: '0', next: null });
  expect((await get(`${url}/replay`)).status).toBe(404);
  expect((await get(`${eventsUrl}/posts`)).status).toBe(404);
});
