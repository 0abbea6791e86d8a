// The page in a real browser, with the whole blog as real processes.
import { readFileSync } from 'node:fs';
import { chromium as engine } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { startBlog } from '../support/blog.ts';
import type { Blog } from '../support/blog.ts';
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
    await page.getByText('Your text is still here.').waitFor();
    expect(await page.getByLabel('Title').inputValue()).toBe('Not lost');

    await Promise.all(down.map((name) => blog.restart(name)));
    await page.keyboard.press('Enter');
    await article('Not lost').waitFor();
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
    await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    });
    expect(violations).toEqual([]);
  });

  test('the page fits a narrow screen', async () => {
    await newPost(`A very long word: ${'w'.repeat(150)}`);
    await page.setViewportSize({ width: 320, height: 640 });
    await page.getByText('A very long word').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
  });
});
