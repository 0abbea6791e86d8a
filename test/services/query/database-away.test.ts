import { setTimeout as sleep } from 'node:timers/promises';
import { build } from '../../../services/query/app.ts';
import { schema } from '../../../services/query/config.ts';
import { useDatabase } from '../support/database.ts';
import { deliver, event, get } from '../support/http.ts';
import { startProxy } from '../support/proxy.ts';
import { startService, until } from '../support/service.ts';

const database = useDatabase();

test('while the database is away query reads on, stays ready, and refuses events for now; afterwards all is new again', async () => {
  const proxy = await startProxy(database.url());
  const query = await startService('query', schema, build, { DATABASE_URL: proxy.url });
  const created = (title: string) => {
    const id = crypto.randomUUID();
    return event('PostCreated', id, { id, title });
  };
  const titles = async () =>
    (await get(`${query.url}/api/query`)).body.posts.map((post: { title: string }) => post.title);
  try {
    await until(async () => (await get(`${query.url}/healthz/ready`)).status === 200);
    await deliver(query.url, created('before'));
    expect(await titles()).toEqual(['before']);

    await proxy.cut();
    const later = created('later');
    expect((await deliver(query.url, later)).status).toBe(503);
    await until(async () => (await get(`${query.url}/posts`)).headers.has('age'), 'an old answer says so');
    expect(await titles()).toEqual(['before']);
    expect((await get(`${query.url}/healthz/ready`)).status).toBe(200);
    // Nobody asked for this page before.
    expect((await get(`${query.url}/posts?limit=7`)).status).toBe(503);

    await proxy.mend();
    await until(async () => (await deliver(query.url, later)).status === 200);
    await until(async () => (await titles()).includes('later'));
    await until(async () => !(await get(`${query.url}/posts`)).headers.has('age'));
  } finally {
    await query.stop();
    await proxy.stop();
  }
});

test('a copy that never had an answer is not ready before the database is there', async () => {
  const proxy = await startProxy(database.url());
  await proxy.cut();
  let ready = false;
  const starting = startService('query', schema, build, { DATABASE_URL: proxy.url }).finally(() => (ready = true));
  await sleep(1_000);
  expect(ready).toBe(false);
  await proxy.mend();
  await (await starting).stop();
  await proxy.stop();
});
