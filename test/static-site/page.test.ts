// A page that is open while the next release goes out, in a real browser.
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

  test('assets come from the browser itself the second time, an open page finds its parts after the next release, and a reload shows that', async () => {
    const one = await sites.image(sites.page(release(1)));
    const first = await sites.start(one);
    const page = await browser.newPage();
    page.setDefaultTimeout(40_000);
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    // A path of the app's own.
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

    // Opened anew from a server that has the page alone: its assets are in the browser for good.
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
