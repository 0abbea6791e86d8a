import { CronTask, Image, Microservice, type SecurityException } from '../../../src/index';
import { localApp } from '../../../src/local/model/local-app';
import { synthesize } from '../../../src/synth/synthesize';
import { chart } from '../../constructs/render';

const image = Image.of('shop/search:2.4.1');
const reason = 'The image needs it.';

/** The user of a microservice and of a task with these exceptions. */
function users(exceptions: readonly SecurityException[], user?: number): (string | undefined)[] {
  const app = chart((scope) => {
    new Microservice(scope, 'search', { image, exceptions, user });
    new CronTask(scope, 'report', { image, exceptions, user, schedule: '0 3 * * *' });
  });
  const { parts, tasks } = localApp(
    app,
    synthesize(app).flatMap(({ manifests }) => manifests),
  );
  return [...parts, ...tasks].map((one) => one.user);
}

test.each<[SecurityException[], number | undefined, string | undefined]>([
  [[], undefined, '1000:1000'],
  [[], 70, '70:70'],
  [[{ runAs: 'root', reason }], undefined, '0:0'],
  [[{ runAs: 'image', reason }], undefined, undefined],
  [[{ runAs: 'as-in-docker', reason }], undefined, undefined],
])('with %j and the user %s, the container runs as %s', (exceptions, user, expected) => {
  expect(users(exceptions, user)).toEqual([expected, expected]);
});
