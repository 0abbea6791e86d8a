// The page in a real browser, with the whole blog as real processes.
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium as engine } from 'playwright-core';
import type { Browser, Page, Route } from 'playwright-core';
import { startBlog } from '../support/blog.ts';
import type { Blog } from '../support/blog.ts';
import { accessibilityProblems } from '../support/accessibility.ts';
import { chromium, flags } from '../support/chromium.ts';
import { useDatabase } from '../support/database.ts';
import { get, post } from '../support/http.ts';
import { until } from '../support/service.ts';

if (!chromium)
  console.warn(
    'The page is not tested, because no Chromium was found. Set CHROMIUM to its path, or install it (Debian: apt-get install chromium).',
  );
const withBrowser = chromium ? describe : describe.skip;

withBrowser('the page', () => {
  const fresh = useDatabase();
  let blog: Blog;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    [blog, browser] = await Promise.all([
      startBlog(fresh.url(), ['orange']),
      engine.launch({ executablePath: chromium as string, args: flags }),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await blog?.stop();
  });
  beforeEach(async () => {
    errors.length = 0;
    page = await browser.newPage();
    page.setDefaultTimeout(40_000);
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('dialog', (dialog) => errors.push(dialog.message()));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(blog.url);
  });
  afterEach(() => page.close());

  /** Makes the page read the posts now, not in two seconds. */
  const refresh = () => page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
  /** Creates a post without the page. */
  const newPost = async (title: string): Promise<string> => {
    const { id } = (await post(`${blog.url}/api/posts`, { title })).body;
    await until(async () =>
      (await get(`${blog.url}/api/query`)).body.posts.some((one: { id: string }) => one.id === id),
    );
    await refresh();
    return id;
  };
  const article = (title: string) => page.getByRole('article', { name: title, exact: true });

  test('a user writes a post and comments, and sees the verdicts without reloading', async () => {
    await page.evaluate('window.neverReloaded = true');
    await page.getByLabel('Title').fill('Names beat addresses');
    await page.getByRole('button', { name: 'Publish' }).click();
    const shown = article('Names beat addresses');
    await shown.waitFor();
    expect(await page.getByLabel('Title').inputValue()).toBe('');

    // While moderation is down, comments stay pending.
    blog.services.moderation.child.kill('SIGTERM');
    await blog.services.moderation.ended;
    for (const content of ['So true', 'An orange remark']) {
      await shown.getByLabel('Your comment').fill(content);
      await shown.getByRole('button', { name: 'Comment' }).click();
      await until(async () => (await shown.getByLabel('Your comment').inputValue()) === '');
    }
    await until(async () => (await shown.getByText('This comment is waiting for moderation.').count()) === 2);
    expect(await shown.getByText('So true').count()).toBe(0);

    await blog.restart('moderation');
    await shown.getByText('So true').waitFor();
    await shown.getByText('This comment was rejected by moderation.').waitFor();
    await shown.getByText('1 comment', { exact: true }).waitFor();
    expect(await shown.getByText('waiting for moderation').count()).toBe(0);
    expect(await page.getByText('An orange remark').count()).toBe(0);
    await until(async () => (await page.locator('#said').textContent())?.startsWith('Your comment was'));
    expect(await page.evaluate('window.neverReloaded')).toBe(true);
    expect(errors).toEqual([]);
  });

  test('markup in every field is shown as text', async () => {
    const markup = `<img src=x onerror="alert(1)"><script>alert(2)</script>"><b onclick='alert(3)'>&amp;</b>`;
    const id = await newPost(markup);
    await post(`${blog.url}/api/comments/${id}`, { content: markup });
    await until(async () => (await page.getByText(markup, { exact: true }).count()) === 2);
    expect(await page.locator('main img, main b, main script').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test('even a script in the page cannot turn text into markup', async () => {
    const refused = await page.evaluate(`(() => {
      try {
        document.body.innerHTML = '<b>x</b>';
        return 'made';
      } catch (error) {
        return error.name;
      }
    })()`);
    expect(refused).toBe('TypeError');
  });

  test('the page can be used with the keyboard only', async () => {
    await newPost('By keyboard');
    await article('By keyboard').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the posts');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Typed and sent');
    await page.keyboard.press('Enter');
    await article('Typed and sent').waitFor();
    // Tab moves to the button, then to the comment field of the newest post.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Also typed');
    await page.keyboard.press('Control+Enter');
    await article('Typed and sent').getByText('Also typed').waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
  });

  test('an update of the page keeps the focus and the text that the user is typing', async () => {
    await newPost('Quiet corner');
    const field = article('Quiet corner').getByLabel('Your comment');
    await field.pressSequentially('half a tho');
    await newPost('Something new');
    await article('Something new').waitFor();
    await page.keyboard.type('ught');
    expect(await field.inputValue()).toBe('half a thought');
  });

  test('an empty form is not sent, and the field shows the reason', async () => {
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('Write a title first.').waitFor();
    expect(await page.getByLabel('Title').getAttribute('aria-invalid')).toBe('true');
    expect(await page.evaluate('document.activeElement.id')).toBe('title');
  });

  test('while posts and comments are down, the page shows the posts and keeps the text of the user', async () => {
    await newPost('Still here');
    await article('Still here').waitFor();
    const down = ['posts', 'comments'] as const;
    for (const name of down) blog.services[name].child.kill('SIGTERM');
    await Promise.all(down.map((name) => blog.services[name].ended));

    await page.reload();
    await article('Still here').waitFor();
    await page.getByLabel('Title').fill('Not lost');
    await page.keyboard.press('Enter');
    const repeating = page.getByText('The blog is not available right now. Your text is kept. Sending it again.');
    await repeating.waitFor();
    expect(await page.getByLabel('Title').inputValue()).toBe('Not lost');
    expect(await page.getByRole('button', { name: 'Publish' }).getAttribute('aria-disabled')).toBe('true');

    // The page sends it by itself.
    await Promise.all(down.map((name) => blog.restart(name)));
    await article('Not lost').waitFor();
    await repeating.waitFor({ state: 'hidden' });
    await until(async () => (await page.getByLabel('Title').inputValue()) === '');
  });

  describe('a write without a clear answer is sent again with its key, and stored once', () => {
    type Failure = (route: Route) => Promise<void>;
    /** Answers although the request was stored, as a gateway does that lost the replica. */
    const instead =
      (status: number, body: object = {}, headers: Record<string, string> = {}): Failure =>
      async (route) => {
        await route.fetch();
        await route.fulfill({ status, json: body, headers });
      };
    const inProgress = { error: { code: 'request_in_progress', message: 'still in progress' } };
    /** Fails the first writes to the path. Returns the keys and times of all writes. */
    const failFirst = async (path: string, failures: readonly Failure[]) => {
      const writes: { key: string | undefined; at: number }[] = [];
      await page.route(path, async (route) => {
        if (route.request().method() !== 'POST') return route.fallback();
        writes.push({ key: route.request().headers()['idempotency-key'], at: Date.now() });
        await (failures[writes.length - 1] ?? ((r: Route) => r.continue()))(route);
      });
      return writes;
    };
    const stored = async (title: string) =>
      (await get(`${blog.url}/api/posts?limit=100`)).body.posts.filter((one: { title: string }) => one.title === title);
    const publish = async (title: string) => {
      await page.getByLabel('Title').fill(title);
      await page.getByRole('button', { name: 'Publish' }).click();
    };

    test.each<[string, Failure]>([
      ['503', instead(503, {}, { 'retry-after': '2' })],
      ['502', instead(502)],
      ['504', instead(504)],
      ['409 in progress', instead(409, inProgress, { 'retry-after': '1' })],
      [
        'a lost connection',
        async (route) => {
          await route.fetch();
          await route.abort('connectionreset');
        },
      ],
    ])('%s', async (name, failure) => {
      const title = `Stored before ${name}`;
      const writes = await failFirst('**/api/posts', [failure, failure]);
      await publish(title);
      await page.getByText('Your text is kept. Sending it again.').waitFor();
      expect(await page.getByLabel('Title').getAttribute('readonly')).not.toBeNull();
      // The post is visible before the page knows that it was stored.
      await until(async () => (await page.getByLabel('Title').inputValue()) === '');
      await article(title).waitFor();
      expect(writes.map(({ key }) => key)).toEqual(Array(3).fill(expect.stringMatching(/^"[0-9a-f]{32}"$/)));
      expect(new Set(writes.map(({ key }) => key)).size).toBe(1);
      if (name === '503') expect(writes[1]!.at - writes[0]!.at).toBeGreaterThanOrEqual(1_990);
      expect(await stored(title)).toHaveLength(1);
      expect(await page.getByLabel('Title').getAttribute('readonly')).toBeNull();
      expect(await page.getByText('Sending it again.').count()).toBe(0);

      // The same text as a new post has a new key.
      await publish(title);
      await until(async () => (await stored(title)).length === 2);
      expect(new Set(writes.map(({ key }) => key)).size).toBe(2);
    });

    test('a comment', async () => {
      const id = await newPost('Commented once');
      await failFirst(`**/api/comments/${id}`, [instead(503, {}, { 'retry-after': '1' })]);
      const field = article('Commented once').getByLabel('Your comment');
      await field.fill('Said once');
      await field.press('Control+Enter');
      await article('Commented once').getByText('Sending it again.').waitFor();
      await article('Commented once').getByText('Said once').waitFor();
      await until(async () => (await field.inputValue()) === '');
      expect((await get(`${blog.url}/api/comments/${id}`)).body.comments).toHaveLength(1);
    });

    test('the page gives up if Retry-After is too long; the user sends the same text with the same key', async () => {
      const writes = await failFirst('**/api/posts', [instead(503, {}, { 'retry-after': '60' })]);
      await publish('By hand');
      await page.getByText('The blog is not available right now. Your text is still here.').waitFor();
      expect(writes).toHaveLength(1);
      await page.getByRole('button', { name: 'Publish' }).click();
      await until(async () => (await page.getByLabel('Title').inputValue()) === '');
      await article('By hand').waitFor();
      expect(writes[1]?.key).toBe(writes[0]?.key);
      expect(await stored('By hand')).toHaveLength(1);
    });

    test('another text has another key', async () => {
      const writes = await failFirst('**/api/posts', [instead(503, {}, { 'retry-after': '60' })]);
      await publish('Before the change');
      await page.getByText('Your text is still here.').waitFor();
      await publish('After the change');
      await article('After the change').waitFor();
      expect(writes[1]?.key).not.toBe(writes[0]?.key);
    });

    test('the page gives up after half a minute', async () => {
      await page.clock.install();
      await page.goto(blog.url);
      const writes = await failFirst(
        '**/api/posts',
        Array<Failure>(100).fill((route) => route.abort()),
      );
      await publish('In vain');
      const failed = page.getByText('The blog is not reachable. Your text is still here.');
      let seconds = 0;
      for (; seconds < 60 && !(await failed.isVisible()); seconds++) await page.clock.runFor(1_000);
      expect(seconds).toBeGreaterThan(20);
      expect(seconds).toBeLessThan(60);
      expect(writes.length).toBeGreaterThan(6);
      expect(writes.length).toBeLessThan(13);
      expect(await page.getByLabel('Title').inputValue()).toBe('In vain');
    });

    test.each([
      [500, {}, 'The blog is not available right now. Your text is still here.'],
      [409, { error: { code: 'other', message: 'Something else.' } }, 'Something else. Your text is still here.'],
      [422, { error: { code: 'invalid', message: 'Refused.' } }, 'Refused. Your text is still here.'],
    ])('%i %j is not sent again', async (status, body, message) => {
      const writes = await failFirst('**/api/posts', [(route) => route.fulfill({ status, json: body })]);
      await publish('Refused');
      await page.getByText(message).waitFor();
      await sleep(1_000);
      expect(writes).toHaveLength(1);
    });
  });

  test('while query is down, the page shows a message, and recovers by itself', async () => {
    blog.services.query.child.kill('SIGTERM');
    await blog.services.query.ended;
    await refresh();
    const notice = page.getByText('The blog is not available right now. Retrying.');
    await notice.waitFor();
    await blog.restart('query');
    await notice.waitFor({ state: 'hidden' });
    expect(await notice.isVisible()).toBe(false);
  });

  test('many posts are shown in pages', async () => {
    for (let n = 0; n < 25; n++) await newPost(`Number ${n}`);
    await page.reload();
    await article('Number 24').waitFor();
    expect(await page.getByRole('article').count()).toBe(20);
    await page.getByRole('button', { name: 'Show more posts' }).click();
    await article('Number 0').waitFor();
  });

  test.each(['light', 'dark'] as const)('the page has no accessibility problems, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.getByRole('article').first().waitFor();
    await page.getByRole('button', { name: 'Publish' }).click();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test('the page fits a narrow screen', async () => {
    await newPost(`A very long word: ${'w'.repeat(150)}`);
    await page.setViewportSize({ width: 320, height: 640 });
    await page.getByText('A very long word').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
  });
});
