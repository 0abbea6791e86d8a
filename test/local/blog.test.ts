import { randomUUID } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, startedRuns } from './started';

jest.setTimeout(120_000);
const runs = startedRuns();
const ROOT = join(__dirname, '..', '..');

/** A folder with the services of the blog, so that the test does not use the data of this checkout. */
function project(): string {
  const folder = runs.folder();
  symlinkSync(join(ROOT, 'services'), join(folder, 'services'));
  return folder;
}

const start = (folder: string) => runs.start(['--app', join(ROOT, 'src/charts/app.ts'), '--port', '0'], folder);

interface Comment {
  readonly status: string;
}

/** The comments of a post, as query knows them from events. */
async function commentsOf(port: number, id: string): Promise<readonly Comment[]> {
  const { text } = await ask(port, '/api/query?limit=50');
  const { posts } = JSON.parse(text) as { posts?: readonly { id: string; comments: readonly Comment[] }[] };
  return posts?.find((post) => post.id === id)?.comments ?? [];
}

async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(100)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${what}: not within 30 s`);
}

test('a post and a comment pass through all services, and survive Ctrl-C and a kill', async () => {
  const folder = project();
  const first = start(folder);
  let port = await first.ready();
  expect((await ask(port, '/', { host: `blog.localhost:${port}` })).text).toContain('<!doctype html>');
  const post = await ask(port, '/api/posts', { body: { title: `Local ${randomUUID()}` } });
  expect(post.status).toBe(201);
  const { id } = JSON.parse(post.text) as { id: string };
  const comment = (content: string) => ask(port, `/api/comments/${id}`, { body: { content } });
  const fine = await comment('fine');
  expect(fine.status).toBe(201);
  expect((await comment('an orange comment')).status).toBe(201);
  const isModerated = (comments: readonly Comment[]) =>
    comments.length === 2 && comments.every(({ status }) => status !== 'pending') && comments;
  const moderated = await until('both comments are moderated', async () => isModerated(await commentsOf(port, id)));
  expect(moderated.map(({ status }) => status).toSorted()).toEqual(['approved', 'rejected']);

  // The trace of a comment goes through all of them.
  const [, token] = await first.says(/token=(\S+)/);
  const ends = ['gateway → comments', 'comments → event-bus', 'event-bus → moderation', 'event-bus → query'];
  const trace = String(fine.headers['x-request-id']).replaceAll('-', '');
  await until('one comment is one trace', async () => {
    const { text } = await ask(port, `/_callsign/trace?token=${token}&id=${trace}`);
    const spans = JSON.parse(text) as { from: string; part: string; parent?: string }[];
    const calls = new Set(spans.map(({ from, part }) => `${from} → ${part}`));
    return ends.every((end) => calls.has(end)) && spans.filter(({ parent }) => parent === undefined).length === 1;
  });
  expect(first.output).toContain('rebalance is not started: it runs only in a cluster.');
  expect(await first.stop()).toBe(0);

  const second = start(folder);
  port = await second.ready();
  expect(await until('the data is still there', async () => isModerated(await commentsOf(port, id)))).toEqual(
    moderated,
  );
  await second.stop('SIGKILL');

  const third = start(folder);
  port = await third.ready();
  expect(await until('the data is still there', async () => isModerated(await commentsOf(port, id)))).toEqual(
    moderated,
  );
});
