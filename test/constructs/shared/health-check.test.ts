import { spawnSync } from 'node:child_process';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Image, Microservice, type Health } from '../../../src/index';
import { temporaryFolder } from '../../cli/run';
import { chart, find, objectsOf, problemsOf } from '../render';

const worker = (health: Health) =>
  chart((scope) => new Microservice(scope, 'mailer', { image: Image.of('shop/mailer:1.0.0'), http: false, health }));
const containerOf = (health: Health) =>
  find(objectsOf(worker(health)), 'Deployment', 'mailer').spec.template.spec.containers[0];

describe('a worker that touches a file', () => {
  const folder = temporaryFolder();

  test('has a startup and a liveness probe that run a command', () => {
    const { startupProbe, livenessProbe, readinessProbe } = containerOf({
      live: { touched: '/tmp/alive', within: 60 },
    });
    const command = ['sh', '-c', expect.any(String), '/tmp/alive', '60'];
    expect(livenessProbe).toMatchObject({ exec: { command }, periodSeconds: 10, failureThreshold: 3 });
    // A command costs more than a connection, so it runs every five seconds.
    expect(startupProbe).toMatchObject({ exec: { command }, periodSeconds: 5, failureThreshold: 12 });
    expect(readinessProbe).toBeUndefined();
    expect(containerOf({ ready: { touched: '/tmp/alive', within: 60 } }).readinessProbe.exec).toEqual({ command });
  });

  test.each([
    ['now', 0, 0],
    ['58 seconds ago', 58, 0],
    ['70 seconds ago', 70, 1],
  ])('touched %s', (_, seconds, code) => {
    const file = join(folder.path, 'alive file');
    writeFileSync(file, '');
    const time = Date.now() / 1_000 - seconds;
    utimesSync(file, time, time);
    const [program, ...args] = containerOf({ live: { touched: '/tmp/alive', within: 60 } }).livenessProbe.exec.command;
    args[args.indexOf('/tmp/alive')] = file;
    expect(spawnSync(program, args).status).toBe(code);
  });

  test('a missing file fails', () => {
    const [program, ...args] = containerOf({ live: { touched: '/nowhere/alive', within: 60 } }).livenessProbe.exec
      .command;
    expect(spawnSync(program, args).status).not.toBe(0);
  });

  test.each([
    ['a relative path', { touched: 'alive', within: 60 }],
    ['no seconds', { touched: '/tmp/alive', within: 0 }],
    ['half a second', { touched: '/tmp/alive', within: 0.5 }],
  ])('%s is a problem', (_, live) => {
    expect(problemsOf(worker({ live }))).toMatchObject([{ code: 'path-invalid', field: 'health.live' }]);
  });

  test('an unknown option of the file is a problem', () => {
    expect(problemsOf(worker({ live: { touched: '/tmp/alive', within: 60, since: 3 } as never }))).toMatchObject([
      { code: 'option-unknown', field: 'health.live.since' },
    ]);
  });
});
