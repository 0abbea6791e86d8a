import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Image, Microservice } from '../../../src/index';
import { serviceImages } from '../../../src/images/docker/build';
import { callsign } from '../../cli/run';
import { chart } from '../../constructs/render';
import { ALL_CHARTS } from '../../charts/all';

const SERVICES = ['event-bus', 'posts', 'comments', 'moderation', 'query', 'web'];

test('each image of a service in the charts is built once', () => {
  expect(serviceImages(ALL_CHARTS.blog!()).map(({ name, source }) => [name, source.dockerfile, source.args])).toEqual(
    SERVICES.map((name) => [name, 'services/Dockerfile', { SERVICE: name }]),
  );
  const app = chart((scope) => {
    new Microservice(scope, 'theirs', { image: Image.of('shop/theirs:1') });
    new Microservice(scope, 'one', { image: Image.service('web') });
    new Microservice(scope, 'two', { image: Image.service('web') });
  });
  expect(serviceImages(app)).toHaveLength(1);
});

test('--check rejects an environment with live microservices, because they run another program', async () => {
  expect(await callsign(['images', '--check', '--env', 'dev'])).toMatchObject({
    code: 2,
    error: expect.stringContaining('--check requires an environment without live microservices.'),
  });
});

test('without docker the error says what to install, and the exit code is 1', () => {
  const root = join(__dirname, '../../..');
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'bin/callsign.js'), 'images'], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: '/nowhere' },
  });
  expect(status).toBe(1);
  expect(stdout).toMatch(/\[image-not-built\]\n {2}The command docker cannot be run\. Install Docker/);
});
