import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callsign, callsignProcess } from '../cli/run';
import { freePort } from '../../src/local/network/ports';
import { compile, filesIn, linkPackages, remove } from './project';

jest.setTimeout(120_000);

const root = join(__dirname, '../..');
let parent: string;

beforeAll(() => (parent = mkdtempSync(join(tmpdir(), 'callsign-init-'))));
afterAll(() => remove(parent));

/** Makes the example with this name. */
async function example(name: string): Promise<string> {
  const project = join(parent, name);
  await callsign(['init', project]);
  linkPackages(project);
  return project;
}

describe('the chart of the example', () => {
  let project: string;
  beforeAll(async () => (project = await example('shop')));

  test('compiles', () => {
    expect(compile(project)).toEqual({ status: 0, output: '' });
  });

  test('does not compile with the override of an unknown part', async () => {
    const other = await example('typo');
    const app = join(other, 'src/charts/app.ts');
    const text = readFileSync(app, 'utf8').replace('greeter: { replicas: 3 }', 'greter: { replicas: 3 }');
    writeFileSync(app, text);
    expect(compile(other)).toEqual({ status: 1, output: expect.stringContaining("'greter' does not exist") as string });
  });

  test.each([[[]], [['--env', 'prod']]])('passes the check %j', (env) => {
    expect(callsignProcess(['check', '--profile', 'hardened', ...env], { cwd: project })).toEqual({
      code: 0,
      out: expect.stringMatching(/^\d+ objects, no problems\n$/) as string,
      error: '',
    });
  });

  test('has an environment that changes the number of replicas', () => {
    expect(callsignProcess(['synth', '--env', 'prod', '--explain', 'greeter.replicas'], { cwd: project }).out).toMatch(
      /→ 3 {2}the environment prod/,
    );
  });
});

// `npm run example` writes the manifests of the template.
test.each(['my-shop', 'greeter', 'x'.repeat(63)])(
  'the manifests of the example with the name %s are up to date',
  async (name) => {
    const project = await example(name);
    const before = filesIn(project);
    expect(Object.keys(before).filter((path) => path.startsWith('k8s-out/'))).toHaveLength(2);
    const { code, out } = callsignProcess(['synth'], { cwd: project });
    expect([code, out]).toEqual([0, expect.stringContaining('no changes')]);
  },
);

describe('the programs of the example', () => {
  const running: ChildProcess[] = [];
  afterEach(() => running.splice(0).forEach((child) => child.kill('SIGKILL')));

  /** Starts a program, and waits until it is ready. */
  async function start(name: string, env: Record<string, string> = {}): Promise<{ url: string; child: ChildProcess }> {
    const port = await freePort();
    const child = spawn(process.execPath, ['main.mjs'], {
      cwd: join(root, 'templates/example/services', name),
      env: { PATH: process.env.PATH, PORT: String(port), ...env },
      stdio: 'inherit',
    });
    running.push(child);
    const url = `http://127.0.0.1:${port}`;
    for (let attempt = 1; ; attempt++) {
      try {
        if ((await fetch(`${url}/healthz/ready`)).ok) return { url, child };
      } catch (error) {
        if (attempt > 100) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  test('the greeter answers with the time of the clock, and both stop on SIGTERM', async () => {
    const clock = await start('clock');
    const greeter = await start('greeter', { CLOCK_URL: clock.url });
    for (const { url } of [clock, greeter]) expect((await fetch(`${url}/healthz/live`)).status).toBe(200);
    const answer = await fetch(greeter.url);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringMatching(/^Hello! It is \d{4}-.*Z\.\n$/)]);
    for (const { child } of [greeter, clock]) {
      const end = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await end).toEqual([0, null]);
    }
  });

  test('the greeter answers 502 while the clock does not answer, and stays live', async () => {
    const { url } = await start('greeter', { CLOCK_URL: `http://127.0.0.1:${await freePort()}` });
    expect((await fetch(url)).status).toBe(502);
    expect((await fetch(`${url}/healthz/live`)).status).toBe(200);
  });
});
