import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Context, Step } from '../context';
import { PROJECT } from '../support/blog';
import { chromium } from '../support/chromium';
import { must } from '../support/command';
import { Gateway } from '../support/gateway';
import { imagesHere, removeImages } from '../support/images';
import { PUBLIC } from '../support/public-gateway';
import { holds } from '../support/promise';
import { secondsSince, sleep, until } from '../support/until';

const NAMESPACE = 'callsign-e2e-site';
const HOST = 'site.localhost';

export const staticSite: Step = {
  name: 'static-site',
  promise:
    'An open page can still load its files after the next release, and no visitor misses a file during the rollout.',
  apart: true,
  async run(context) {
    const { kubectl, gateway, signal, say } = context;
    const site = new Site(context);
    const client = new Gateway(`127.0.0.1:${gateway.port}`, HOST);
    const { chromium: engine } = await import('playwright-core');
    const browser = await engine.launch({
      executablePath: chromium,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
    });
    try {
      await site.release(1);
      await until('the page answers through the gateway', 120, async () =>
        (await client.ask('/')).text.includes('Release 1'),
      );
      const page = await browser.newPage();
      page.setDefaultTimeout(30_000);
      const complaints: string[] = [];
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      await page.goto(`${client.url}/posts/17`);
      await page.getByRole('heading', { name: 'Release 1' }).waitFor();

      const visitors = visit(client, signal);
      await sleep(2_000);
      const start = Date.now();
      await site.release(2);
      const secondsToRelease = secondsSince(start);
      await sleep(3_000);
      const { visits, missing } = await visitors.stop();
      say(`${visits} visits during the release`);
      holds(
        missing.length === 0,
        'every page that a visitor got, old or new, gets all its files',
        missing.slice(0, 10),
      );
      holds((await client.ask('/')).text.includes('Release 2'), 'the new page is served');

      await page.getByRole('button', { name: 'More' }).click();
      await page.getByText('More of release 1').waitFor();
      await page.reload();
      await page.getByText('Release 2').waitFor();
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByText('More of release 2').waitFor();
      holds(complaints.length === 0, 'the browser reports no error', complaints);

      const answers = Object.fromEntries(
        await Promise.all(
          ['/posts/17', '/assets/none-B9xK3d9a.js', '/api/posts', '/none.png'].map(
            async (path) => [path, (await client.ask(path)).status] as const,
          ),
        ),
      );
      holds(
        JSON.stringify(Object.values(answers)) === '[200,404,404,404]',
        'client-side routes return the page, and missing files return 404',
        answers,
      );
      return {
        visitsDuringRelease: visits,
        filesMissing: 0,
        secondsToRelease,
        openPageAfterRelease: 'works',
        ...answers,
      };
    } finally {
      await browser.close();
      await kubectl.run(['delete', 'namespace', NAMESPACE, '--wait=false']);
      await site.remove();
    }
  },
};

/** Opens the page repeatedly, and loads all files that it names. */
function visit(client: Gateway, signal: AbortSignal): { stop(): Promise<{ visits: number; missing: string[] }> } {
  const missing: string[] = [];
  const end = new AbortController();
  let visits = 0;
  const done = (async () => {
    while (!AbortSignal.any([signal, end.signal]).aborted) {
      visits++;
      const page = await client.ask('/');
      const [, hash = 'no page'] = /index-(\w+)\.js/.exec(page.text) ?? [];
      for (const path of [`/assets/index-${hash}.js`, `/assets/more-${hash}.js`]) {
        const { status } = await client.ask(path);
        if (status !== 200) missing.push(`${page.status} ${path} ${status}`);
      }
    }
  })();
  return {
    async stop() {
      end.abort();
      await done;
      return { visits, missing };
    },
  };
}

/** A separate project with a page, built and applied as a user does. */
class Site {
  readonly #folder = mkdtempSync(join(tmpdir(), 'callsign-e2e-site-'));

  constructor(private readonly context: Context) {
    const library = JSON.stringify(join(PROJECT, 'src/index'));
    this.#put(
      'app.ts',
      `
import { Chart } from ${JSON.stringify(join(PROJECT, 'node_modules/cdk8s'))};
import { defineApp, Gateway, Namespace, StaticSite } from ${library};
export default defineApp((app) => {
  const chart = new Chart(app, 'site', { namespace: '${NAMESPACE}' });
  new Namespace(chart, '${NAMESPACE}');
  const page = new StaticSite(chart, 'e2e-page', { folder: 'dist' });
  new Gateway(chart, 'gateway', { host: '${HOST}', httpRoute: ${JSON.stringify(PUBLIC)}, routes: { '/': page } });
});
`,
    );
  }

  /** Builds a page whose file names change with each release, and deploys it. */
  async release(n: number): Promise<void> {
    const { cluster, kubectl, signal } = this.context;
    rmSync(join(this.#folder, 'dist'), { recursive: true, force: true });
    const hash = `B${n}xK3d9a`;
    this.#put(
      'dist/index.html',
      `<!doctype html><html lang="en"><title>Release ${n}</title><link rel="icon" href="data:,"><h1>Release ${n}</h1><button>More</button><p></p><script type="module" src="/assets/index-${hash}.js"></script></html>`,
    );
    this.#put(
      `dist/assets/index-${hash}.js`,
      `document.querySelector('button').onclick = () => import('/assets/more-${hash}.js');`,
    );
    this.#put(`dist/assets/more-${hash}.js`, `document.querySelector('p').textContent = 'More of release ${n}';`);
    const callsign = (...args: string[]) =>
      must('node', [join(PROJECT, 'bin/callsign.js'), ...args, '--app', 'app.ts'], {
        cwd: this.#folder,
        signal,
        timeoutMs: 300_000,
      });
    await callsign('images', '--kind', cluster.name);
    await callsign('synth');
    await kubectl.must(['apply', '-f', join(this.#folder, 'k8s-out')]);
    await kubectl.must(['-n', NAMESPACE, 'rollout', 'status', 'deployment/e2e-page', '--timeout=240s'], {
      timeoutMs: 250_000,
    });
  }

  async remove(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    await removeImages(await imagesHere('callsign/e2e-page'));
  }

  #put(name: string, text: string): void {
    mkdirSync(dirname(join(this.#folder, name)), { recursive: true });
    writeFileSync(join(this.#folder, name), text);
  }
}
