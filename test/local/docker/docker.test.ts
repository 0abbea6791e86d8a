import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ask, startedRuns } from '../started';

// It takes half a minute, and minutes on a busy machine.
jest.setTimeout(400_000);
const runs = startedRuns();
const IMAGES = ['node:24-slim', 'mariadb:11.8'];

function docker(...args: string[]): string {
  return execFileSync('docker', args, { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }).trim();
}

/** Docker with the images of the test. The end-to-end test has them. */
const hasDocker = (() => {
  try {
    return docker('image', 'inspect', '--format', '{{.Id}}', ...IMAGES) !== '';
  } catch {
    return false;
  }
})();
const withDocker = hasDocker ? describe : describe.skip;

const start = (folder: string) =>
  runs.start(['--app', join(__dirname, 'app.js'), '--port', '0'], folder, {
    DOCKER_HOST: process.env.DOCKER_HOST ?? '',
  });

interface Front {
  readonly host: string;
  readonly store: string;
  readonly count?: number;
}

const front = async (port: number, path = '/') => JSON.parse((await ask(port, path)).text) as Front;

/** The names of the containers of a run, by a container of it. */
function containers(host: string): string[] {
  const label = docker('inspect', '--format', '{{json .Config.Labels}}', host);
  const [, own] = /"(callsign-[^"]+)"/.exec(label)!;
  return docker('ps', '--filter', `label=${own}`, '--format', '{{.Names}}').split('\n').filter(Boolean);
}

const volumes = () => docker('volume', 'ls', '--quiet', '--filter', 'name=^callsign-').split('\n').filter(Boolean);

withDocker('images from a registry', () => {
  let before = new Set<string>();
  beforeAll(() => {
    before = new Set(volumes());
  });
  afterAll(() => {
    for (const volume of volumes()) if (!before.has(volume)) docker('volume', 'rm', volume);
  });

  test('run in containers, call others, and leave nothing behind but their data', async () => {
    const folder = runs.folder();
    const first = start(folder);
    let port = await first.ready();
    await first.says('front-2 is ready');
    const answers = [await front(port), await front(port)];
    expect(new Set(answers.map(({ host }) => host)).size).toBe(2);
    expect(answers[0]).toMatchObject({
      words: 'from a file',
      token: expect.stringMatching(/^[\w-]{32}$/),
      args: ['some argument'],
      api: 'page',
      store: expect.stringContaining('MariaDB'),
      user: '1000:1000',
      writes: ['EROFS', 'written'],
      hasProxy: true,
    });
    // No secret is in the list of processes.
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain((answers[0] as never)['token']);
    expect((await front(port, '/count')).count).toBe(1);
    expect((await front(port, '/count')).count).toBe(2);
    expect(containers(answers[0]!.host)).toHaveLength(3);

    // A request with a body is not repeated at the other replica.
    await ask(port, '/crash', { body: {} });
    await first.says(/front-\d ended with code 3/);
    const { host } = await front(port);
    const names = containers(host);
    expect(await first.stop()).toBe(0);
    expect(first.output).toContain('front ends');
    for (const name of names) expect(docker('ps', '--quiet', '--filter', `name=${name}`)).toBe('');

    // The data is still there after the end, and after a kill.
    const second = start(folder);
    port = await second.ready();
    expect((await front(port, '/count')).count).toBe(3);
    const left = await front(port);
    const killed = containers(left.host);
    await second.stop('SIGKILL');
    const third = start(folder);
    port = await third.ready();
    expect((await front(port, '/count')).count).toBe(4);
    const after = containers((await front(port)).host);
    for (const name of killed) expect(after).not.toContain(name);
    await third.stop();
  });
});
