// A page that is open in a real browser during a rollout.
import { chromium as engine, type Browser } from 'playwright-core';
import { chromium, flags } from '../services/support/chromium.ts';
import { release, useSites } from './site';

if (!chromium)
  console.warn(
    'The static site is not tested in a browser: no Chromium was found. Name one in CHROMIUM, or install it (Debian: apt-get install chromium).',
  );
const withBrowser = chromium ? describe : describe.skip;

jest.setTimeout(120_000);
const sites = useSites();

withBrowser('a static site', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await engine.launch({ executablePath: chromium as string, args: flags });
  });
  afterAll(() => browser?.close());

  test('the browser caches assets, an open page finds its assets after the next release, and a reload shows the new release', async () => {
    const one = await sites.image(sites.page(release(1)));
    const first = await sites.start(one);
    const page = await browser.newPage();
    page.setDefaultTimeout(40_000);
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    // A client-side route of the app.
    await page.goto(`${first.url}/posts/17`);
    const asked: string[] = [];
    page.on('response', (response) => asked.push(`${new URL(response.url()).pathname} ${response.status()}`));

    await sites.stop(first.child);
    const second = await sites.start(await sites.image(sites.page(release(2)), { previous: one }), {
      PORT: String(first.port),
    });
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByText('More of release 1').waitFor();
    expect(asked).toEqual(['/assets/more-B1xK3d9a.js 200']);

    await page.reload();
    await page.getByRole('heading', { name: 'Release 2' }).waitFor();
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByText('More of release 2').waitFor();

    // The page is opened again from a server without its assets. They are in the cache of the browser.
    await sites.stop(second.child);
    await sites.start(await sites.image(sites.page({ 'index.html': release(2)['index.html']! })), {
      PORT: String(first.port),
    });
    await page.goto('about:blank');
    await page.goto(`${first.url}/`);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByText('More of release 2').waitFor();
    expect(complaints).toEqual([]);
  });
});
