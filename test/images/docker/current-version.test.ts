import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { DockerError, type Ended } from '../../../src/images/docker/docker';
import { currentVersions } from '../../../src/images/docker/current-version';
import { temporaryFolder } from '../../cli/run';

const folder = temporaryFolder();
const [LOCAL, INDEX] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`);
const ended = (out: string): Ended => ({ code: 0, out, error: '' });
const failed = (error: string): Ended => ({ code: 1, out: '', error });
const THERE = ended(`Name:      docker.io/library/redis:latest\nMediaType: x\nDigest:    ${INDEX}\n\nManifests:\n`);

type Answer = Ended | 'late' | Error;
const asked: string[] = [];
beforeEach(() => asked.splice(0));

/** What an image means, if Docker gives these answers. */
async function versionOf(reference: string, local: Answer, registry: Answer = failed('not asked')) {
  const versions = await currentVersions([reference], (milliseconds, ...args) => {
    asked.push(`${args.join(' ')} within ${milliseconds}`);
    const answer = args[0] === 'image' ? local : registry;
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(answer === 'late' ? undefined : answer);
  });
  return versions.get(reference);
}
const pulled = (...digests: string[]) => ended(JSON.stringify(digests));

test.each([
  ['redis', `redis@${LOCAL}`, `redis:latest@${LOCAL}`],
  ['redis:latest', `redis@${LOCAL}`, `redis:latest@${LOCAL}`],
  ['docker.io/library/redis', `redis@${LOCAL}`, `docker.io/library/redis:latest@${LOCAL}`],
  ['docker.io/shop/cart:latest', `shop/cart@${LOCAL}`, `docker.io/shop/cart:latest@${LOCAL}`],
  ['localhost:5000/cart', `localhost:5000/cart@${LOCAL}`, `localhost:5000/cart:latest@${LOCAL}`],
])('%s means what Docker pulled', async (reference, digest, expected) => {
  expect(await versionOf(reference, pulled(`other@${INDEX}`, digest))).toEqual({
    reference: expected,
    from: 'Docker on this machine',
  });
  expect(asked).toEqual([`image inspect --format {{json .RepoDigests}} ${reference} within 5000`]);
});

test.each<[string, Answer]>([
  ['is not on this machine', failed('Error: No such image: redis')],
  ['was built on this machine', ended('[]')],
  ['has no digests', ended('null')],
  ['was pulled from another registry', pulled(`example.com/redis@${LOCAL}`)],
  ['is asked of an engine that does not answer', 'late'],
])('an image that %s means what the registry has', async (_, local) => {
  expect(await versionOf('redis', local, THERE)).toEqual({ reference: `redis:latest@${INDEX}`, from: 'the registry' });
  expect(asked[1]).toBe('buildx imagetools inspect redis within 15000');
});

test.each<[string, Answer, string | RegExp]>([
  ['the registry does not answer', 'late', 'The registry did not answer in time.'],
  [
    'there is no such image',
    failed('ERROR: one\nERROR: redis: not found'),
    'Docker does not find it: ERROR: redis: not found',
  ],
  ['Docker fails without a word', failed(''), 'Docker does not find it: no answer'],
  [
    'Docker has no buildx',
    failed("docker: 'buildx' is not a docker command.\nSee 'docker --help'"),
    /without the plugin buildx\.$/,
  ],
  [
    'Docker has no buildx in newer words',
    failed('docker: unknown command: docker buildx'),
    /without the plugin buildx\.$/,
  ],
  ['the answer has no digest', ended('Name: redis'), 'The registry returned no digest.'],
  ['Docker is missing', new DockerError('The command docker cannot be run.'), 'The command docker cannot be run.'],
])('if %s, the reason is said', async (_, registry, reason) => {
  const said = typeof reason === 'string' ? reason : expect.stringMatching(reason);
  expect(await versionOf('redis', failed('No such image'), registry)).toEqual({ failed: said });
});

test('another error is not hidden', async () => {
  await expect(versionOf('redis', new TypeError('a mistake'))).rejects.toThrow('a mistake');
});

test('docker is killed after its time, even if a plugin keeps the output open', () => {
  chmodSync(
    folder.put('docker', '#!/bin/sh\nif [ "$1" = quick ]; then echo done; exit 3; fi\nsleep 60 &\nwait\n'),
    0o755,
  );
  const ask = (argument: string, milliseconds: number) => {
    const program = `require(${JSON.stringify(join(__dirname, '../../../src/images/docker/docker.ts'))}).dockerWithin(${milliseconds}, '${argument}').then((ended) => console.log(JSON.stringify(ended) ?? 'late'))`;
    return spawnSync(process.execPath, ['--require', require.resolve('tsx/cjs'), '--eval', program], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${folder.path}:${process.env.PATH}` },
    }).stdout.trim();
  };
  expect(ask('slow', 300)).toBe('late');
  expect(JSON.parse(ask('quick', 60_000))).toEqual({ code: 3, out: 'done', error: '' });
});
