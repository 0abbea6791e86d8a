import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { containerCommand, containerEnvironment } from '../../../src/local/docker/container';
import { findDocker } from '../../../src/local/docker/docker';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsign-docker-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An environment in which `docker` is a script. */
function withDocker(script: string): { PATH: string } {
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'docker'), 0o755);
  return { PATH: `${folder}:${process.env.PATH}` };
}

test('a container that does not exist yet at the end signal is stopped as soon as it exists', async () => {
  // The container exists after half a second, and runs until it is stopped.
  const environment = withDocker(`up='${folder}/up'
case $1 in
  run) sleep 0.5; touch "$up"; while [ -e "$up" ]; do sleep 0.05; done ;;
  stop) rm "$up" ;;
esac`);
  const [program = '', ...args] = containerCommand({
    name: 'web',
    label: 'test',
    image: 'example/web:1',
    container: { name: 'web' },
    user: undefined,
    ports: new Map(),
    env: {},
    mounts: [],
    grace: 30,
  });
  const child = spawn(program, args, { env: environment, stdio: 'ignore' });
  await sleep(200);
  child.kill('SIGTERM');
  const ended = await Promise.race([once(child, 'exit'), sleep(10_000, 'it runs', { ref: false })]);
  rmSync(join(folder, 'up'), { force: true });
  // 128 and the number of SIGTERM.
  expect(ended).toEqual([143, null]);
});

test('the command has everything of the chart, and no values', () => {
  const command = containerCommand({
    name: 'callsign-1-web-2',
    label: 'callsign-1',
    image: 'example/web:1',
    container: {
      name: 'web',
      command: ['run', 'this'],
      args: ['--fast'],
      ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'TCP' }, { containerPort: 53, protocol: 'UDP' }],
      workingDir: '/app',
      securityContext: {
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'], add: ['CHOWN'] },
      },
    },
    user: '1000:2000',
    ports: new Map([
      [80, 20_001],
      [53, 20_002],
    ]),
    env: { TOKEN: 'hidden', PATH: '/bin' },
    mounts: ['type=volume,target=/data'],
    grace: 7,
  });
  expect(command.slice(0, 2)).toEqual(['sh', '-c']);
  expect(command.slice(3)).toEqual([
    'sh',
    'callsign-1-web-2',
    '7',
    'run',
    '--rm',
    '--name=callsign-1-web-2',
    '--label=callsign-1',
    '--publish=127.0.0.1:20001:80',
    '--publish=127.0.0.1:20002:53',
    '--publish=127.0.0.1:20002:53/udp',
    '--env=TOKEN',
    // The command docker needs its own.
    '--env=PATH=/bin',
    '--mount=type=volume,target=/data',
    '--user=1000:2000',
    '--read-only',
    '--security-opt=no-new-privileges',
    '--cap-drop=ALL',
    '--cap-add=CHOWN',
    '--workdir=/app',
    '--entrypoint=run',
    'example/web:1',
    'this',
    '--fast',
  ]);
});

test('without settings, the image decides', () => {
  const nothing = { user: undefined, ports: new Map(), env: {}, mounts: [], grace: 30 };
  const command = containerCommand({ name: 'n', label: 'l', image: 'i', container: { name: 'c' }, ...nothing });
  expect(command.slice(6)).toEqual(['run', '--rm', '--name=n', '--label=l', 'i']);
});

test('the environment has the values of the chart, and what docker needs', () => {
  expect(
    containerEnvironment(
      { PATH: '/bin', DOCKER_HOST: 'tcp://far', HOME: '/root', OTHER: 'x', DOCKER_CONTEXT: undefined },
      { TOKEN: 'hidden', PATH: '/in/the/image' },
    ),
  ).toEqual({ PATH: '/bin', DOCKER_HOST: 'tcp://far', HOME: '/root', TOKEN: 'hidden' });
});

test.each([
  ['none', 'exit 1', undefined],
  ['one for Windows', 'echo windows', undefined],
  [
    'one on this machine',
    'case $1 in version) echo linux;; network) echo 127.0.0.1,127.0.0.0/8;; esac',
    { listens: '127.0.0.1', host: '127.0.0.1' },
  ],
  [
    'one that names only the network of its bridge',
    'case $1 in version) echo linux;; network) echo ,127.0.0.0/8;; esac',
    { listens: '127.0.0.1', host: '127.0.0.1' },
  ],
  [
    'one that names no IPv4 network',
    'case $1 in version) echo linux;; network) echo ,fd00::/64;; esac',
    { listens: '127.0.0.1', host: 'host.docker.internal' },
  ],
  [
    'one in a virtual machine',
    'case $1 in version) echo linux;; network) echo 203.0.113.7,203.0.113.0/24;; esac',
    { listens: '127.0.0.1', host: 'host.docker.internal' },
  ],
  [
    'one without a bridge',
    'case $1 in version) echo linux;; *) exit 1;; esac',
    { listens: '127.0.0.1', host: 'host.docker.internal' },
  ],
])('finds Docker: %s', async (_, script, found) => {
  expect(await findDocker(withDocker(script))).toEqual(found);
});

test('finds no Docker that is not installed', async () => {
  expect(await findDocker({ PATH: folder })).toBeUndefined();
});
