import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { stageSite } from '../../src/images/docker/stage-site';

const root = join(__dirname, '../..');

/** The output of a bundler: the names of the assets change with each release. The button loads another asset. */
export function release(n: number): Record<string, string> {
  const hash = `B${n}xK3d9a`;
  return {
    'index.html': `<!doctype html><html lang="en"><title>Release ${n}</title><link rel="icon" href="data:,"><h1>Release ${n}</h1><button>More</button><p></p><script type="module" src="/assets/index-${hash}.js"></script></html>`,
    [`assets/index-${hash}.js`]: `document.querySelector('button').onclick = () => import('/assets/more-${hash}.js');\n${'// A long line that compresses well.\n'.repeat(60)}`,
    [`assets/more-${hash}.js`]: `document.querySelector('p').textContent = 'More of release ${n}';`,
  };
}

/** Pages, images and servers in temporary folders, which are removed after each test. */
export function useSites() {
  let folder = '';
  const children: ChildProcess[] = [];
  let n = 0;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'callsign-site-'))));
  afterEach(async () => {
    for (const child of children.splice(0)) await stop(child);
    rmSync(folder, { recursive: true });
  });
  return {
    /** A built page with these files. */
    page(files: Record<string, string>): string {
      const page = join(folder, `page-${n++}`);
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(page, name)), { recursive: true });
        writeFileSync(join(page, name), text);
      }
      return page;
    },
    /** The folder `site` of the image of a page. */
    async image(
      page: string,
      { previous, keep = 3, assets = ['assets'] }: { previous?: string; keep?: number; assets?: string[] } = {},
    ): Promise<string> {
      const image = join(folder, `image-${n++}`);
      await stageSite({ folder: page, assets, keep }, image, previous);
      return join(image, 'site');
    },
    /** Starts the server of an image as a process, and waits until it listens. */
    async start(
      site: string,
      env: Record<string, string> = {},
    ): Promise<{ url: string; port: number; child: ChildProcess }> {
      const child = spawn(process.execPath, ['--import', 'tsx', 'static-site/server.mts'], {
        cwd: root,
        env: { ...process.env, PORT: '0', SITE: site, SITE_FALLBACK: '/index.html', SITE_SETTLE_MS: '0', ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      for await (const line of createInterface(child.stdout)) {
        const { port } = JSON.parse(line) as { port?: number };
        if (port !== undefined) return { url: `http://${env.HOST ?? '127.0.0.1'}:${port}`, port, child };
      }
      throw new Error('The server exited before it listened.');
    },
    stop,
  };
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  return child.exitCode;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Requests a path without normalization. */
export function ask(url: string, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const outgoing = request({ host: hostname, port, path, headers, method, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode!, headers: incoming.headers, body: Buffer.concat(chunks) }),
      );
    });
    outgoing.on('error', reject).end();
  });
}
