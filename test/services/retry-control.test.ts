// The ledger's writers and audit of doubled writes, with answers that are lost after the write was stored. Without keys
// the audit must find doubled writes: otherwise the ledger proves nothing.
import { auditWrites } from './ledger/audit-writes.ts';
import { Balancer } from './ledger/balancer.ts';
import { writeAll } from './ledger/write.ts';
import { startBlog } from './support/blog.ts';
import type { Blog } from './support/blog.ts';
import { openDatabase, useDatabase } from './support/database.ts';
import { until } from './support/service.ts';

const fresh = useDatabase();
let blog: Blog;

beforeAll(async () => {
  blog = await startBlog(fresh.url(), ['orange']);
});
afterAll(() => blog.stop());

/** Writes until enough answers are lost: every third one is. Returns the problems that the audit found. */
async function run(keyed: boolean) {
  let connections = 0;
  const lossy = (name: 'posts' | 'comments') =>
    Balancer.before([Number(new URL(blog.services[name].url).port)], () => ++connections % 3 === 0);
  const [posts, comments] = [await lossy('posts'), await lossy('comments')];
  const stop = new AbortController();
  const counts = { repeated: 0, replayed: 0 };
  const writing = writeAll(
    { postsUrl: posts.url, commentsUrl: comments.url, writers: 4, pauseMs: 10, stop: stop.signal, keyed },
    counts,
  );
  await until(() => counts.repeated > 10 && (!keyed || counts.replayed > 10), 'eleven writes are repeated');
  stop.abort();
  const written = await writing;
  for (const balancer of [posts, comments]) balancer.close();
  const inspect = await openDatabase(fresh.url());
  const left = async () =>
    (await inspect.query('SELECT FROM posts.outbox UNION ALL SELECT FROM comments.outbox')).rows.length;
  await until(async () => (await left()) === 0, 'all events are published');
  const problems = await auditWrites(fresh.url(), written);
  await inspect.query('TRUNCATE posts.posts, comments.comments, event_bus.event');
  await inspect.close();
  return { written: written.length, ...counts, problems };
}

test('with keys, each write is stored once although answers are lost', async () => {
  const { written, repeated, replayed, problems } = await run(true);
  expect(written).toBeGreaterThan(20);
  expect(repeated).toBeGreaterThan(10);
  expect(replayed).toBeGreaterThan(10);
  expect(problems).toEqual([]);
});

test('without keys, the audit finds every doubled write', async () => {
  const { repeated, replayed, problems } = await run(false);
  expect(repeated).toBeGreaterThan(10);
  expect(replayed).toBe(0);
  const extra = problems.map((problem) => Number(/^doubled: .* is stored (\d+) times$/.exec(problem)?.[1] ?? 1) - 1);
  expect(extra.reduce((sum, n) => sum + n, 0)).toBe(repeated);
});
