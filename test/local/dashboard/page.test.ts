import { join } from 'node:path';
import { chromium as driver, type Browser, type Page } from 'playwright-core';
import { accessibilityProblems } from '../../services/support/accessibility';
import { chromium, flags } from '../../services/support/chromium';
import { ask, startedRuns } from '../started';

jest.setTimeout(90_000);
const runs = startedRuns();
let browser: Browser | undefined;
beforeAll(async () => {
  if (chromium) browser = await driver.launch({ executablePath: chromium, args: flags });
});
afterAll(() => browser?.close());
// The test of the page of the blog says how to install it.
const withBrowser = chromium ? describe : describe.skip;

async function opened() {
  const run = runs.start(['--app', join(__dirname, '../shop/app.js'), '--port', '0'], runs.folder());
  const port = await run.ready();
  const [, address] = await run.says(/dashboard is at (\S+)/);
  const page = await browser!.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(address!);
  await page.getByText('everything is ready').waitFor();
  return { run, port, page, errors };
}

const row = (page: Page, ...texts: string[]) =>
  texts.reduce((rows, text) => rows.filter({ hasText: text }), page.getByRole('row'));

withBrowser('the dashboard', () => {
  test('shows parts and calls, and its buttons act', async () => {
    const { run, port, page, errors } = await opened();
    await row(page, 'cart', 'restart', '2/2').waitFor();
    await page
      .getByText('mailer is not started: example/mailer:1 is an image from a registry, which needs Docker.')
      .waitFor();

    // Calls: declared, never made, refused.
    await ask(port, '/call');
    await ask(port, '/call?url=http://hidden/');
    await page.locator('tr', { hasText: /^webcartdeclared/ }).waitFor();
    await page.locator('tr', { hasText: /^webhiddennot declared, refused/ }).waitFor();
    await page.locator('tr', { hasText: /^hiddencartdeclared, never made/ }).waitFor();
    await page.locator('.diagram g.edge.busy title', { hasText: 'shop/web->shop/cart' }).waitFor({ state: 'attached' });

    // Faults.
    const fault = page.getByRole('combobox', { name: 'fault of web to cart' });
    await fault.selectOption('half: 503');
    await run.says('web → cart: fault: half: 503');
    const statuses = await Promise.all(Array.from({ length: 30 }, async () => (await ask(port, '/call')).status));
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    await fault.selectOption('none');
    await run.says('web → cart: no fault any more');
    expect((await ask(port, '/call')).status).toBe(200);

    await page.getByRole('button', { name: 'one replica of cart more' }).click();
    await row(page, 'cart', 'restart', '3/3').waitFor();
    await page.getByRole('button', { name: 'one replica of cart less' }).click();
    await row(page, 'cart', 'restart', '2/2').waitFor();
    await page.getByRole('button', { name: 'kill one of cart' }).click();
    await run.says('cart-1 ended with code');
    await page.locator('tr', { hasText: /^cart2\/2.*1restart/ }).waitFor();
    await page.getByRole('button', { name: 'restart web' }).click();
    await run.says(/cart-1 ended[^]*web-1 is ready/);

    // Logs of one part, by text.
    await page.getByRole('combobox', { name: 'Part' }).selectOption('cart');
    await page.getByLabel('Text or request id').fill('cart ends');
    await page.locator('.logs .line', { hasText: 'cart ends' }).first().waitFor();
    expect(await page.locator('.logs .line').count()).toBeLessThan(5);

    expect(errors).toEqual([]);
    await run.stop();
    await page.getByText('the run has ended').waitFor();
  });

  test('a trace shows the calls and the spans of programs, and leads to the lines of the request', async () => {
    const { port, page, errors } = await opened();
    await ask(port, '/call?url=http://hidden/');
    await ask(port, '/call');
    await ask(port, '/cart/work');
    const trace = page.getByRole('button', { name: 'GET /call' });
    await page.getByText('1 of 3 traces').waitFor();
    await trace.click();
    const spans = page.getByRole('list', { name: 'Spans' }).getByRole('listitem');
    await spans.nth(1).waitFor();
    expect(await spans.locator('.what').allInnerTexts()).toEqual(['gate → web GET /call', 'web → cart GET /']);
    expect(await spans.locator('.status').allInnerTexts()).toEqual(['200', '200']);
    await trace.click();
    expect(await spans.count()).toBe(0);

    await page.getByLabel('also those of one part').check();
    await page.getByText('3 of 3 traces').waitFor();
    await page.getByLabel('Text of a trace').fill('cart/work');
    await page.getByText('1 of 3 traces').waitFor();
    await page.getByRole('button', { name: 'GET /cart/work' }).click();
    await spans.nth(1).waitFor();
    expect(await spans.locator('.what').allInnerTexts()).toEqual(['gate → cart GET /cart/work', 'cart count words']);
    expect(await accessibilityProblems(page)).toEqual([]);
    const button = page.getByRole('button', { name: 'show the lines of the request' });
    const [id] = /[\da-f-]{36}/.exec(await button.innerText())!;
    await button.click();
    expect(await page.getByLabel('Text or request id').inputValue()).toBe(id);
    expect(errors).toEqual([]);
  });

  test('ten thousand lines are in the list, and few in the page', async () => {
    const { port, page } = await opened();
    // On a busy machine, the scroll event of one batch of lines arrives when the next batch is already in the page.
    await page.evaluate(`
      const box = document.querySelector('.logs');
      const late = () => box.dispatchEvent(new Event('scroll'));
      new MutationObserver(late).observe(box.firstElementChild, { attributeFilter: ['style'] });
    `);
    await ask(port, '/cart/noisy');
    await page.getByText('10000 of 10000 lines').waitFor();
    await page.locator('.logs .line', { hasText: 'line 12000' }).waitFor();
    expect(await page.locator('.logs .line').count()).toBeLessThan(100);
    await page.locator('.logs').evaluate((box) => {
      box.scrollTop = 0;
    });
    await page
      .locator('.logs .line', { hasText: /line 2\d\d\d$/ })
      .first()
      .waitFor();
    expect(await page.locator('.logs .line', { hasText: 'line 12000' }).count()).toBe(0);
    await page.getByLabel('Text or request id').fill('line 1199');
    await page.getByText('10 of 10000 lines').waitFor();
  });

  test.each(['light', 'dark'] as const)('has no problem for assistive programs: %s', async (colorScheme) => {
    const { page } = await opened();
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
