import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, startedRuns } from './started';

jest.setTimeout(60_000);
const runs = startedRuns();

/** A copy of the shop whose files a test can change. */
function shop() {
  const folder = runs.folder();
  cpSync(join(__dirname, 'shop'), folder, { recursive: true });
  const edit = (file: string, from: string, to: string) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  };
  edit('app.js', "'../../../src/index'", JSON.stringify(join(__dirname, '../../src/index')));
  const run = runs.start(['--app', 'app.js', '--port', '0'], folder, {
    NODE_PATH: join(__dirname, '../../node_modules'),
  });
  return { run, edit };
}

/** The process ids of the replicas of cart that answer. */
async function replicas(port: number, requests = 12): Promise<Set<number>> {
  const answers = await Promise.all(Array.from({ length: requests }, () => ask(port, '/cart')));
  return new Set(answers.map(({ text }) => (JSON.parse(text) as { pid: number }).pid));
}

test('a saved source replaces the replicas one after the other, and no request fails', async () => {
  const { run, edit } = shop();
  const port = await run.ready();
  await run.says('cart-2 is ready');
  const before = await replicas(port);
  let failed = 0;
  const done = new AbortController();
  const load = (async () => {
    for (; !done.signal.aborted; await sleep(10)) if ((await ask(port, '/cart')).status !== 200) failed++;
  })();
  edit('services/cart.cjs', 'pid: process.pid,', "pid: process.pid, version: 'new',");
  await run.says('cart: the source changed. Its replicas are replaced one after the other.');
  await run.says(/source changed[^]*cart-1 is ready[^]*cart-2 is ready/);
  await sleep(300);
  done.abort();
  await load;
  expect(failed).toBe(0);
  const after = await replicas(port);
  expect(after.size).toBe(2);
  for (const pid of after) expect(before).not.toContain(pid);
  expect((await ask(port, '/cart')).text).toContain('"version":"new"');
});

test('with a broken source the old replicas continue, and the next save repairs it', async () => {
  const { run, edit } = shop();
  const port = await run.ready();
  await run.says('cart-2 is ready');
  const before = await replicas(port);
  edit('services/cart.cjs', 'const { createServer }', "throw new Error('broken'); const { createServer }");
  await run.says('cart-1 did not become ready with the new source. The old replicas continue.');
  expect(run.output).toMatch(/cart-1 \| .*broken/);
  expect(await replicas(port)).toEqual(before);
  edit('services/cart.cjs', "throw new Error('broken'); ", '');
  await run.says(/old replicas continue[^]*cart-1 is ready[^]*cart-2 is ready/);
  await sleep(300);
  const after = await replicas(port);
  for (const pid of after) expect(before).not.toContain(pid);
});

test('the number of replicas follows the chart, and the others stay', async () => {
  const { run, edit } = shop();
  const port = await run.ready();
  await run.says('cart-2 is ready');
  const two = await replicas(port);
  edit('app.js', 'replicas: 2', 'replicas: 3');
  await run.says('cart: 3 replicas instead of 2');
  await run.says('cart-3 is ready');
  const three = await replicas(port);
  expect(three.size).toBe(3);
  for (const pid of two) expect(three).toContain(pid);
  edit('app.js', 'replicas: 3', 'replicas: 1');
  await run.says('cart: 1 replica instead of 3');
  await sleep(500);
  const one = await replicas(port);
  expect(one.size).toBe(1);
  expect(two).toContain([...one][0]);
});

test('a saved file of a static site', async () => {
  const { run, edit } = shop();
  const port = await run.ready();
  edit('page/page.txt', 'first', 'second');
  await run.says(/site: the source changed[^]*site-1 is ready/);
  await sleep(300);
  expect((await ask(port, '/page.txt')).text).toBe('the second page\n');
});

test('charts with a problem, and changes that need a new start, are named', async () => {
  const { run, edit } = shop();
  await run.ready();
  edit('app.js', 'replicas: 2', 'replicas: -2');
  await run.says('The old charts continue.');
  expect(run.output).toContain('replicas');
  edit('app.js', 'replicas: -2', 'replicas: {');
  await run.says(/old charts continue[^]*synthesis-failed[^]*old charts continue/);
  edit('app.js', 'replicas: {', 'replicas: 2');
  edit('app.js', "'some words'", "'other words', '/etc/cart/more.txt': ''");
  await run.says('cart: the charts changed. Start again to use the change.');
});
