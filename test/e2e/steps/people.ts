import { join } from 'node:path';
import type { Context, Step } from '../context';
import type { Gateway } from '../support/gateway';
import { chromium } from '../support/chromium';
import { holds } from '../support/promise';
import { secondsSince, until } from '../support/until';

export const people: Step = {
  name: 'people',
  promise:
    'People write posts and comments through the gateway and see the results of moderation, with HTTP requests and in a real browser.',
  core: true,
  async run(context) {
    return { ...(await byHttp(context.gateway)), ...(await inBrowser(context)) };
  },
};

interface Shown {
  readonly id: string;
  readonly commentCount: number;
  readonly comments: readonly { readonly id: string; readonly content: string | null; readonly status: string }[];
}

async function byHttp(gateway: Gateway): Promise<object> {
  const start = Date.now();
  const post = await gateway.newPost('Names beat addresses');
  const say = (content: string) => gateway.json<{ id: string }>(`/api/comments/${post}`, { content });
  const [kind, rude] = [await say('So true'), await say('Play at the casino')];
  const shown = await until(
    'query shows both comments moderated',
    60,
    async () => {
      const { posts } = await gateway.json<{ posts: Shown[] }>('/api/query');
      const found = posts.find(({ id }) => id === post);
      return (
        found && found.comments.length === 2 && found.comments.every(({ status }) => status !== 'pending') && found
      );
    },
    100,
  );
  const seconds = secondsSince(start);
  const expected = [
    { id: kind.id, content: 'So true', status: 'approved' },
    { id: rude.id, content: null, status: 'rejected' },
  ];
  const seen = shown.comments.map(({ id, content, status }) => ({ id, content, status }));
  holds(
    JSON.stringify(seen) === JSON.stringify(expected),
    'the kind comment is approved, and the other one is rejected and hidden',
    { seen, expected },
  );
  await until(
    'posts counts the approved comment',
    60,
    async () => (await gateway.json<Shown>(`/api/posts/${post}`)).commentCount === 1,
    100,
  );
  return { secondsFromPostToModerated: seconds };
}

/** Opens the page in a browser, writes a post and comments, and waits for moderation. */
async function inBrowser({ gateway, folder }: Context): Promise<object> {
  const { chromium: engine } = await import('playwright-core');
  const browser = await engine.launch({
    executablePath: chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 900, height: 760 } });
    page.setDefaultTimeout(20_000);
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    const start = Date.now();
    await page.goto(gateway.url);
    await page.getByLabel('Title').fill('Scaled by one number');
    await page.getByRole('button', { name: 'Publish' }).click();
    const article = page.getByRole('article', { name: 'Scaled by one number' }).first();
    await article.waitFor();
    for (const content of ['From two replicas to five, and nobody noticed', 'Win the lottery']) {
      await article.getByLabel('Your comment').fill(content);
      await article.getByRole('button', { name: 'Comment' }).click();
      await until(
        'the comment is sent',
        60,
        async () => (await article.getByLabel('Your comment').inputValue()) === '',
        50,
      );
    }
    await article.getByText('From two replicas to five, and nobody noticed').waitFor();
    await article.getByText('This comment was rejected by moderation.').waitFor();
    await article.getByText('1 comment', { exact: true }).waitFor();
    const seconds = secondsSince(start);
    await page.screenshot({ path: join(folder, 'page.png') });
    holds(complaints.length === 0, 'the browser reports no error', complaints);
    return {
      browser: `Chromium ${browser.version()}`,
      secondsInBrowser: seconds,
      screenshot: 'page.png',
      complaints: 0,
    };
  } finally {
    await browser.close();
  }
}
