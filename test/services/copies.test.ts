// Two copies of a service, killed without warning: nothing that was answered with 201 is lost, nothing is told out of order.
import { setTimeout as sleep } from 'node:timers/promises';
import { startBus } from './support/bus.ts';
import type { TestBus } from './support/bus.ts';
import { openDatabase, useDatabase } from './support/database.ts';
import { deliver, event, get, post } from './support/http.ts';
import { startProcess } from './support/process.ts';
import { until } from './support/service.ts';

const fresh = useDatabase();
let bus: TestBus;

beforeAll(async () => {
  bus = await startBus();
});
afterAll(() => bus.stop());

test('killed between the commit and the bus: another copy tells of it', async () => {
  const env = { DATABASE_URL: fresh.url(), EVENT_BUS_URL: bus.url };
  const first = await startProcess('services/comments/main.ts', env);
  const postId = crypto.randomUUID();
  bus.answer = () => 'hang';
  const created: string[] = [];
  for (let n = 0; n < 5; n++)
    created.push((await post(`${first.url}/comments/${postId}`, { content: String(n) })).body.id);
  await until(() => bus.received.length > 0);
  first.child.kill('SIGKILL');
  expect(await first.ended).toBe('SIGKILL');
  expect(bus.accepted).toHaveLength(0);

  bus.answer = () => 202;
  const second = await startProcess('services/comments/main.ts', env);
  await until(() => bus.accepted.length === 5);
  expect(bus.accepted.map((one) => one.event.data['id'])).toEqual(created);
  // What had reached the bus before comes again as the same event.
  expect(bus.received[0]?.body).toBe(bus.accepted[0]?.body);
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
});

test('copies killed one after the other under load', async () => {
  bus.accepted.length = 0;
  // The bus itself fails now and then.
  bus.answer = () => (Math.random() < 0.02 ? 503 : { status: 202, afterMs: 2 });
  const env = { DATABASE_URL: fresh.url(), EVENT_BUS_URL: bus.url };
  const start = () => startProcess('services/comments/main.ts', env);
  const copies = [await start(), await start()];
  const posts = Array.from({ length: 8 }, () => crypto.randomUUID());
  const answered = new Map<string, string[]>(posts.map((id) => [id, []]));
  const writing = new AbortController();

  // One writer for each post, one comment after the other, so that their order is known.
  const writers = posts.map(async (id, index) => {
    for (let n = 0; !writing.signal.aborted; n++) {
      const reply = await post(`${copies[(n + index) % 2]?.url}/comments/${id}`, { content: String(n) }).catch(
        () => undefined,
      );
      if (reply?.status === 201) answered.get(id)?.push(reply.body.id);
    }
  });
  for (const turn of [0, 1]) {
    await sleep(300);
    copies[turn]?.child.kill('SIGKILL');
    copies[turn] = await start();
  }
  writing.abort();
  await Promise.all(writers);
  const inspect = await openDatabase(fresh.url(), 'comments');
  await until(async () => (await inspect.query('SELECT FROM outbox')).rows.length === 0);

  // First appearance counts: a repetition is the same event and the bus drops it.
  const told = new Map<string, string[]>();
  for (const {
    event: { subject, data },
  } of bus.accepted) {
    const ids = told.get(subject) ?? [];
    if (!ids.includes(data['id'] as string)) ids.push(data['id'] as string);
    told.set(subject, ids);
  }
  for (const [id, ids] of answered) {
    expect(ids.length).toBeGreaterThan(10);
    const acknowledged = new Set(ids);
    expect(told.get(id)?.filter((one) => acknowledged.has(one))).toEqual(ids);
  }
  // Nothing is told of that is not stored, and nothing stored that is not told of.
  const { rows } = await inspect.query<{ id: string }>('SELECT id FROM comments WHERE post_id = ANY($1)', [posts]);
  expect(new Set([...told.values()].flat())).toEqual(new Set(rows.map((row) => row.id)));
  await inspect.close();
  for (const copy of copies) copy.child.kill('SIGTERM');
  expect(await Promise.all(copies.map((copy) => copy.ended))).toEqual([0, 0]);
});

test('two copies of a subscriber get the same events at once: each takes effect once', async () => {
  bus.answer = () => 202;
  const env = { DATABASE_URL: fresh.url(), EVENT_BUS_URL: bus.url };
  const copies = await Promise.all([
    startProcess('services/posts/main.ts', env),
    startProcess('services/posts/main.ts', env),
  ]);
  const { body } = await post(`${copies[0]?.url}/posts`, { title: 'Counted' });
  const events = Array.from({ length: 50 }, () =>
    event('CommentModerated', body.id, { id: crypto.randomUUID(), postId: body.id, status: 'approved' }),
  );
  const deliveries = copies.flatMap((copy) => events.map((one) => deliver(copy.url, one)));
  const results = (await Promise.all(deliveries)).map((reply) => reply.body.status);
  expect(results.filter((result) => result === 'applied')).toHaveLength(50);
  expect((await get(`${copies[1]?.url}/posts/${body.id}`)).body.commentCount).toBe(50);
  for (const copy of copies) copy.child.kill('SIGTERM');
  expect(await Promise.all(copies.map((copy) => copy.ended))).toEqual([0, 0]);
});
