import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1Deployment } from '@kubernetes/client-node';
import type { KubeObject } from '../../src/k8s/objects';
import { find, objectsOf } from '../constructs/render';
import { SHAPES } from './all';

const root = join(__dirname, '../..');
const names = Object.keys(SHAPES) as (keyof typeof SHAPES)[];
/** The source as a reader with a project of their own writes it. */
const source = (name: string) =>
  readFileSync(join(root, `src/charts/patterns/${name}.ts`), 'utf8').replace("'../../index'", "'callsign-k8s'");

describe('docs/shapes.md', () => {
  const page = readFileSync(join(root, 'docs/shapes.md'), 'utf8');
  const diffs = [...page.matchAll(/^```diff\n(.*?)^```$/gms)].map(([, text]) => text!.replace(/\n$/, '').split('\n'));
  const side = (lines: string[], dropped: string) =>
    `${lines
      .filter((line) => line[0] !== dropped)
      .map((line) => line.slice(1))
      .join('\n')}\n`;

  test('contains the source of the first shape', () => {
    expect(page).toContain(`\`\`\`ts\n${source(names[0]!)}\`\`\``);
  });

  test.each(names.slice(1).map((name, i) => [names[i]!, name, i] as const))(
    'shows the way from %s to %s as it is',
    (from, to, i) => {
      expect(diffs).toHaveLength(names.length - 1);
      expect(side(diffs[i]!, '+')).toBe(source(from));
      expect(side(diffs[i]!, '-')).toBe(source(to));
      // Skip the lines that are the same on both sides.
      const changed = diffs[i]!.filter((line) => /^[+-]/.test(line)).map((line) => line.slice(1).trim());
      expect(changed.filter((line, at) => line !== '' && changed.indexOf(line) !== at)).toEqual([]);
    },
  );
});

interface HttpRoute {
  readonly spec: {
    readonly rules: readonly {
      readonly matches: readonly { readonly path: { readonly value: string } }[];
      readonly backendRefs: readonly { readonly name: string }[];
    }[];
  };
}

/** The processes of a shape, each with the environment of its pod. This class replaces the gateway and the Services. */
class Running {
  readonly #objects: KubeObject[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'callsign-shapes-'));
  readonly #parts = new Map<
    string,
    { service: Server; port: number; process?: { child: ChildProcess; port: number } }
  >();

  constructor(name: keyof typeof SHAPES) {
    this.#objects = objectsOf(SHAPES[name].make());
  }

  /** The parts. A part comes after the parts that it calls. */
  get parts(): string[] {
    const deployments = new Set(
      this.#objects.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name),
    );
    return ['store', 'notes', 'web'].filter((name) => deployments.has(name));
  }

  async start(name: string): Promise<void> {
    if (!this.#parts.has(name)) await this.#addService(name);
    const [container] = (find(this.#objects, 'Deployment', name) as V1Deployment).spec!.template.spec!.containers;
    const env = Object.fromEntries(
      (container!.env ?? []).map((variable) => [variable.name, this.#local(variable.value!)]),
    );
    const child = spawn(process.execPath, ['examples/notes.mjs'], {
      cwd: root,
      env: { PATH: process.env.PATH, ...env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout.on('data', (text) => resolve(Number(/listening on (\d+)/.exec(String(text))?.[1])));
      child.on('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
    });
    this.#parts.get(name)!.process = { child, port };
  }

  async stop(name: string): Promise<void> {
    const part = this.#parts.get(name)!;
    const { child } = part.process!;
    part.process = undefined;
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGTERM');
    if ((await ended) !== 0) throw new Error(`${name} was told to end, and did not do it by itself`);
  }

  /** Sends a request to a part. */
  ask(name: string, path: string, request?: RequestInit): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.#parts.get(name)!.port}${path}`, {
      redirect: 'manual',
      ...request,
      headers: { connection: 'close' },
    });
  }

  /** Sends a request to the gateway, which selects the longest matching path. */
  enter(path: string, request?: RequestInit): Promise<Response> {
    const { rules } = (find(this.#objects, 'HTTPRoute', 'gateway') as HttpRoute).spec;
    const fitting = rules
      .map(({ matches, backendRefs }) => ({ prefix: matches[0]!.path.value, service: backendRefs[0]!.name }))
      .filter(({ prefix }) => prefix === '/' || path === prefix || path.startsWith(`${prefix}/`));
    const [route] = fitting.toSorted((a, b) => b.prefix.length - a.prefix.length);
    return this.ask(route!.service, path, request);
  }

  async end(): Promise<void> {
    for (const name of [...this.#parts.keys()].toReversed()) await this.stop(name);
    for (const { service } of this.#parts.values()) service.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** A stable address in front of a process that may restart, like a Service. */
  async #addService(name: string): Promise<void> {
    const service = createServer((socket) => {
      const port = this.#parts.get(name)?.process?.port;
      socket.on('error', () => socket.destroy());
      if (port === undefined) return void socket.destroy();
      const to = connect(port, '127.0.0.1').on('error', () => socket.destroy());
      socket.on('close', () => to.destroy());
      return void socket.pipe(to).pipe(socket);
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    this.#parts.set(name, { service, port: (service.address() as AddressInfo).port });
  }

  #local(value: string): string {
    const [, name] = /^http:\/\/(\w+)$/.exec(value) ?? [];
    return name ? `http://127.0.0.1:${this.#parts.get(name)!.port}` : value.replace(/^\/data/, this.#folder);
  }
}

const form = (text: string): RequestInit => ({ method: 'POST', body: new URLSearchParams({ text }) });

describe.each(names)('%s', (name) => {
  let running: Running;
  beforeAll(async () => {
    running = new Running(name);
    for (const part of running.parts) await running.start(part);
  }, 60_000);
  afterAll(() => running.end(), 60_000);

  test('people can write and read notes with any text', async () => {
    expect((await running.enter('/', form('first <b>note</b>'))).status).toBe(303);
    const page = await running.enter('/');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('<li>first &#60;b&#62;note&#60;/b&#62;</li>');
    expect((await running.enter('/', form(' '))).status).toBe(400);
    expect((await running.enter('/', form('x'.repeat(5_000)))).status).toBe(413);
    expect((await running.enter('/elsewhere')).status).toBe(404);
    expect((await running.enter('/', { method: 'DELETE' })).status).toBe(405);
  });

  test('every part answers its probes', async () => {
    for (const part of running.parts)
      for (const path of ['/healthz/live', '/healthz/ready']) expect((await running.ask(part, path)).status).toBe(200);
  });

  test('programs can use /api if the gateway has that route', async () => {
    const answer = await running.enter('/api/notes');
    expect([answer.status, await answer.json()]).toEqual([200, ['first <b>note</b>']]);
  });
});

test.each(names.filter((name) => name !== 'one-process'))(
  '%s: while one part starts again the others go on, and nothing is lost',
  async (name) => {
    const running = new Running(name);
    for (const part of running.parts) await running.start(part);
    await running.enter('/', form('kept'));
    await running.stop('store');
    const away = await running.enter('/');
    expect([away.status, await away.text()]).toEqual([200, expect.stringContaining('away for a moment')]);
    expect((await running.enter('/', form('refused'))).status).toBe(503);
    await running.start('store');
    expect(await (await running.enter('/')).text()).toContain('<ul><li>kept</li></ul>');
    await running.end();
  },
  60_000,
);
