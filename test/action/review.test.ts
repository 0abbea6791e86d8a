import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'yaml';
import { temporaryFolder } from '../cli/run';
import { allowCall, app, denyAll } from '../connectivity/manifests';

// Each run starts several processes.
jest.setTimeout(60_000);

const root = join(__dirname, '../..');
const action = join(root, '.github/actions/review');
const folder = temporaryFolder();
const shop = [app('web'), app('cart'), denyAll()].join('---\n');
const open = `${shop}---\n${allowCall('web', 'cart')}`;

/** The part of GitHub that the action uses. */
class GitHub {
  readonly comments: { id: number; body: string }[] = [];
  readonly requests: string[] = [];
  isReadOnly = false;
  readonly #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      this.requests.push(`${method} ${url}`);
      const isAllowed = request.headers.authorization === 'Bearer secret';
      const { status, content } = isAllowed
        ? this.#answer(method, url, Buffer.concat(chunks).toString())
        : { status: 401, content: {} };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #answer(method: string, url: string, text: string): { status: number; content: unknown } {
    const { pathname, searchParams } = new URL(url, this.url);
    if (method === 'GET' && pathname === '/repos/shop/shop/issues/7/comments') {
      const start = (Number(searchParams.get('page')) - 1) * 100;
      return { status: 200, content: this.comments.slice(start, start + 100) };
    }
    if (this.isReadOnly) return { status: 403, content: {} };
    const { body } = JSON.parse(text) as { body: string };
    if (method === 'POST' && pathname === '/repos/shop/shop/issues/7/comments') {
      this.comments.push({ id: this.comments.length + 1, body });
      return { status: 201, content: {} };
    }
    const [, id] = /^\/repos\/shop\/shop\/issues\/comments\/(\d+)$/.exec(pathname) ?? [];
    const comment = method === 'PATCH' ? this.comments.find((one) => one.id === Number(id)) : undefined;
    if (!comment) return { status: 404, content: {} };
    comment.body = body;
    return { status: 200, content: {} };
  }

  /** The requests that wrote something. */
  get writes(): string[] {
    return this.requests.filter((request) => !request.startsWith('GET '));
  }
}

let github: GitHub;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: folder.path,
  }).toString();

beforeEach(async () => {
  github = new GitHub();
  await github.start();
  git('init', '--quiet', '--initial-branch', 'main');
  folder.put('k8s-out/a.yaml', shop);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'a');
});
afterEach(() => github.stop());

async function review(
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [join(action, 'review.mjs')], {
    cwd: folder.path,
    env: {
      ...process.env,
      CALLSIGN_PROGRAM: join(root, 'bin/callsign.js'),
      CALLSIGN_BASE: 'main',
      CALLSIGN_PULL_REQUEST: '7',
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'shop/shop',
      GITHUB_TOKEN: 'secret',
      GITHUB_STEP_SUMMARY: '',
      ...environment,
    },
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out };
}

test('the first run writes a comment, the second updates it, and an equal one changes nothing', async () => {
  folder.put('k8s-out/a.yaml', open);
  expect(await review()).toEqual({ code: 0, out: '' });
  expect(github.writes).toEqual(['POST /repos/shop/shop/issues/7/comments']);
  expect(github.comments[0]!.body).toMatch(
    /^<!-- callsign review: k8s-out -->\n### Connectivity: 1 opened\n[^]*`shop\/web` \| `shop\/cart:8080`[^]*```mermaid\n/,
  );
  await review();
  expect(github.writes).toHaveLength(1);
  folder.put('k8s-out/a.yaml', shop);
  expect((await review()).code).toBe(0);
  expect(github.writes.slice(1)).toEqual(['PATCH /repos/shop/shop/issues/comments/1']);
  expect(github.comments).toEqual([{ id: 1, body: expect.stringContaining('### Connectivity: no difference') }]);
});

test('no difference writes no comment, and comments of others stay', async () => {
  const others = Array.from({ length: 100 }, (_, i) => ({ id: i + 100, body: `Comment ${i} of a person.` }));
  github.comments.push(...others);
  expect(await review()).toEqual({ code: 0, out: '' });
  expect(github.writes).toEqual([]);
  folder.put('k8s-out/a.yaml', open);
  await review();
  expect(github.comments.slice(0, 100)).toEqual(others);
  await review();
  expect(github.comments).toHaveLength(101);
});

test('problems become annotations, and fail the run', async () => {
  folder.put('k8s-out/a.yaml', open.replace('registry.example/cart:1', 'registry.example/cart'));
  const { code, out } = await review();
  expect(code).toBe(1);
  expect(out).toMatch(/^::error file=k8s-out\/a\.yaml,line=\d+,col=\d+,title=image-unpinned/);
  expect(github.comments).toHaveLength(1);
});

test('a token that can only read does not fail the run', async () => {
  github.isReadOnly = true;
  folder.put('k8s-out/a.yaml', open);
  const { code, out } = await review();
  expect(code).toBe(0);
  expect(out).toContain('::warning::The comment was not written: GitHub answers 403');
  expect(out).toContain('### Connectivity: 1 opened');
});

test('an unknown base, a wrong profile and broken YAML are errors', async () => {
  expect(await review({ CALLSIGN_BASE: 'gone' })).toMatchObject({
    code: 2,
    out: expect.stringContaining('::error::git cannot fetch'),
  });
  expect(await review({ CALLSIGN_PROFILE: 'none' })).toMatchObject({
    code: 2,
    out: expect.stringContaining('::error::'),
  });
  folder.put('k8s-out/a.yaml', 'a: [');
  expect(await review()).toMatchObject({ code: 2, out: expect.stringContaining('yaml-invalid') });
  expect(github.requests).toEqual([]);
});

test('without a pull request it only checks', async () => {
  expect(await review({ CALLSIGN_PULL_REQUEST: '', CALLSIGN_BASE: '' })).toEqual({ code: 0, out: '' });
  expect(github.requests).toEqual([]);
});

test('the action passes each of its inputs, and the script reads no other variable of ours', () => {
  const { inputs, runs } = parse(readFileSync(join(action, 'action.yml'), 'utf8')) as {
    inputs: Readonly<Record<string, { description: string; default: string }>>;
    runs: { using: string; steps: { shell: string; run: string; env: Readonly<Record<string, string>> }[] };
  };
  const [step] = runs.steps;
  expect(runs.using).toBe('composite');
  expect(runs.steps).toHaveLength(1);
  expect(step!.run).toBe('node "$GITHUB_ACTION_PATH/review.mjs"');
  const passed = Object.values(step!.env).flatMap((value) => /^\$\{\{ inputs\.(\w+) \}\}$/.exec(value)?.[1] ?? []);
  expect(passed.toSorted()).toEqual(Object.keys(inputs).toSorted());
  const script = readFileSync(join(action, 'review.mjs'), 'utf8');
  const read = new Set([...script.matchAll(/\b(CALLSIGN_\w+)/g)].map(([, name]) => name!));
  // Only this test sets it.
  read.delete('CALLSIGN_PROGRAM');
  expect([...read].toSorted()).toEqual(
    Object.keys(step!.env)
      .filter((name) => name.startsWith('CALLSIGN_'))
      .toSorted(),
  );
});
