// The replay of query with real processes, which are killed on the way.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../services/common/database.ts';
import * as posts from '../../../services/posts/app.ts';
import { schema as postsSchema } from '../../../services/posts/config.ts';
import * as query from '../../../services/query/app.ts';
import { schema } from '../../../services/query/config.ts';
import { openDatabase, useDatabase } from '../support/database.ts';
import { event, get, post } from '../support/http.ts';
import { spawnProcess, startProcess } from '../support/process.ts';
import type { ServiceProcess } from '../support/process.ts';
import { startService, until } from '../support/service.ts';
import type { RunningService } from '../support/service.ts';

const BUS = 'services/event-bus/main.ts';
const QUERY = 'services/query/main.ts';
const POSTS = 300;

const fresh = useDatabase();
let inspect: Database;
let bus: ServiceProcess;
let receiver: ServiceProcess;
/** A second replica of query, which is never killed. Readers use it. */
let reader: RunningService;
let source: RunningService;
let env: Record<string, string>;
const titles = new Map<string, string>();

const port = ({ url }: { url: string }) => new URL(url).port;
const restart = (main: string, { url }: ServiceProcess) => startProcess(main, { ...env, PORT: port({ url }) });
const command = (name: string) => spawnProcess(BUS, env, ['replay', name]);
const printed = ({ logs }: Pick<ServiceProcess, 'logs'>) => logs.map(({ msg }) => String(msg));
const lag = async () =>
  (await get(`${bus.url}/status`)).body.subscribers.find((s: { name: string }) => s.name === 'query').lag as number;

async function publish(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const [id, comment] = [crypto.randomUUID(), crypto.randomUUID()];
    const all = [
      event('PostCreated', id, { id, title: `post ${titles.size}` }),
      event('CommentCreated', id, { id: comment, postId: id, content: 'text' }),
      event('CommentModerated', id, { id: comment, postId: id, status: 'approved' }),
    ];
    for (const each of all)
      await until(async () => (await post(`${bus.url}/events`, each).catch(() => undefined))?.status === 202);
    titles.set(id, `post ${titles.size}`);
  }
}

/** What a replay must build: each post with its title and one approved comment, and each event once in the inbox. */
async function expectComplete(): Promise<void> {
  await until(async () => (await lag()) === 0, 'query has every event');
  const rows = await inspect.query<{ id: string; title: string; comments: number }>(
    `SELECT p.id, p.title, (SELECT count(*)::int FROM query.comments c WHERE c.post_id = p.id AND c.status = 'approved' AND c.content = 'text') AS comments FROM query.posts p`,
  );
  expect(new Map(rows.rows.map(({ id, title }) => [id, title]))).toEqual(titles);
  expect(rows.rows.filter(({ comments }) => comments !== 1)).toEqual([]);
  const { rows: left } = await inspect.query(
    `SELECT (SELECT count(*)::int FROM query.inbox) AS inbox, (SELECT count(*)::int FROM event_bus.cursor WHERE subscriber LIKE '%@%') AS cursors,
       (SELECT array_agg(nspname::text) FROM pg_namespace WHERE nspname LIKE 'query%') AS schemas`,
  );
  expect(left).toEqual([{ inbox: titles.size * 3, cursors: 0, schemas: ['query'] }]);
}

beforeAll(async () => {
  inspect = await openDatabase(fresh.url(), 'inspect');
  const common = {
    DATABASE_URL: fresh.url(),
    DELIVERY_TIMEOUT_MS: '1000',
    LEASE_MS: '2000',
    POLL_MS: '50',
    RETRY_MAX_MS: '500',
  };
  receiver = await startProcess(QUERY, common);
  reader = await startService('query', schema, query.build, common);
  source = await startService('posts', postsSchema, posts.build, { ...common, EVENT_BUS_URL: 'http://127.0.0.1:1' });
  env = { ...common, SUBSCRIBERS: 'query,posts', QUERY_URL: receiver.url, POSTS_URL: source.url };
  bus = await startProcess(BUS, env);
  await publish(POSTS);
  await until(async () => (await lag()) === 0);
}, 120_000);
afterAll(async () => {
  for (const { child } of [bus, receiver]) child.kill('SIGKILL');
  await reader.stop();
  await source.stop();
  await inspect.close();
});

test('the old model answers until the new one is complete, although the command, query and the bus are killed', async () => {
  // A replay must repair this.
  await inspect.query(`UPDATE query.posts SET title = 'wrong'`);
  const done = new AbortController();
  const failures: unknown[] = [];
  const reading = (async () => {
    for (; !done.signal.aborted; await sleep(10)) {
      const { status, body } = await get(`${reader.url}/posts?limit=100`);
      // At any moment there is a full page, with all titles old or all new. Posts of this test are new in both.
      const shown = (body.posts ?? []).filter(({ id }: { id: string }) => old.has(id));
      const wrong = shown.filter(({ title }: { title: string }) => title === 'wrong').length;
      if (status !== 200 || body.posts.length !== 100 || (wrong !== 0 && wrong !== shown.length))
        failures.push([status, wrong]);
    }
  })();
  const old = new Set(titles.keys());
  const writing = (async () => {
    while (!done.signal.aborted) await publish(1).then(() => sleep(30));
  })();

  const first = command('query');
  await until(
    () => printed(first).some((line) => /^query: \d+ of \d+ events/.test(line)),
    'the command shows progress',
  );
  first.child.kill('SIGKILL');
  await first.ended;
  const { live, next } = (await get(`${reader.url}/replay`)).body;
  expect(live).toBe('0');
  const second = command('query');
  receiver.child.kill('SIGKILL');
  await receiver.ended;
  receiver = await restart(QUERY, receiver);
  bus.child.kill('SIGKILL');
  await bus.ended;
  bus = await restart(BUS, bus);
  expect([await second.ended, printed(second).at(-1)]).toEqual([0, expect.stringContaining('the new model answers')]);
  done.abort();
  await Promise.all([reading, writing]);
  expect(failures).toEqual([]);
  // If the first command had begun to build, the second one continued with the same generation.
  const now = (await get(`${reader.url}/replay`)).body;
  expect(now.next).toBeNull();
  if (next !== null) expect(now.live).toBe(next);
  await expectComplete();
}, 180_000);

test('a command that was killed between the switch and the end is finished by the next one', async () => {
  const { live } = (await get(`${reader.url}/replay`)).body;
  await inspect.query(
    `INSERT INTO event_bus.cursor (subscriber, partition, position) SELECT 'query@' || $1, partition, position FROM event_bus.cursor WHERE subscriber = 'query'`,
    [live],
  );
  const again = command('query');
  expect(await again.ended).toBe(0);
  expect((await get(`${reader.url}/replay`)).body).toEqual({ live, next: null });
  await publish(1);
  await expectComplete();
}, 60_000);

test('two commands at once build one generation', async () => {
  const both = [command('query'), command('query')];
  expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
  await expectComplete();
}, 90_000);

test('what cannot be replayed is refused', async () => {
  const [refused, unknown] = [command('posts'), command('nobody')];
  expect([await refused.ended, await unknown.ended]).toEqual([2, 2]);
  expect(printed(refused)).toEqual([expect.stringContaining('posts cannot be replayed')]);
  expect(printed(unknown)).toEqual([expect.stringContaining('no such subscriber: nobody')]);
}, 60_000);

test('an event for a generation that does not exist is refused, and changes nothing', async () => {
  const id = crypto.randomUUID();
  const reply = await post(`${reader.url}/replay/17/events`, event('PostCreated', id, { id, title: 'a' }));
  expect([reply.status, reply.body.error.code]).toEqual([409, 'no_generation']);
  expect((await post(`${reader.url}/replay/17/switch`, {})).status).toBe(409);
  await expectComplete();
});

test('the page about the replay names the command and its output', () => {
  const page = readFileSync(join(__dirname, '../../../docs/replay.md'), 'utf8');
  expect(page).toContain('node event-bus/main.ts replay query');
  const lines = [...page.matchAll(/^query: .*$/gm)].map(([line]) => line);
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines)
    expect(line).toMatch(/^query: (\d+ of \d+ events \(\d+ %\), \d+ dead letters|the new model answers, after \d+ s)$/);
});
