import { parseDockerfile } from '../../../../src/images/source/dockerfile';
import { builtImage } from '../../../../src/compose/load/images/base-image';

const facts = (text: string, command = '', target?: string, scripts = '') => {
  const file = parseDockerfile(text, target === undefined ? {} : { target });
  return builtImage(file, [command, ...file.entrypoint, ...file.command].join(' '), scripts);
};
const ROOT = { runAs: expect.any(String), rootFilesystem: expect.any(String) };

test.each([
  ['a number', 'FROM alpine\nUSER 1234:1234\n', 1234],
  ['the user of the base image', 'FROM node:24\nUSER node\n', 1000],
  ['a user that the file creates', 'FROM debian\nRUN useradd -r -u 4711 -g app app && mkdir /data\nUSER app\n', 4711],
  ['a user of adduser', 'FROM alpine\nRUN adduser -D --uid 4712 app\nUSER app:app\n', 4712],
  ['www-data on Debian', 'FROM php:8.4-apache\nUSER www-data\n', 33],
  ['www-data on Alpine', 'FROM php:8.4-cli-alpine\nUSER www-data\n', 82],
  ['the app user of .NET', 'FROM mcr.microsoft.com/dotnet/aspnet:9.0\nUSER app\n', 1654],
  ['the user of an earlier stage', 'FROM alpine AS base\nUSER 77\nFROM base\nRUN true\n', 77],
  ['the last USER', 'FROM alpine\nUSER 77\nUSER 78\n', 78],
  ['a user in a variable', 'FROM alpine\nARG ID=79\nUSER $ID\n', 79],
])('the user is %s', (_, text, user) => {
  expect(facts(text)).toMatchObject({ user });
  expect(facts(text).needs?.runAs).toBeUndefined();
});

test.each([
  ['root', 'FROM node:24\nUSER root\n'],
  ['0', 'FROM node:24\nUSER node\nUSER 0:0\n'],
  ['a name without a number', 'FROM debian\nRUN useradd app\nUSER app\n'],
  ['nobody knows: the base image is not known', 'FROM example.com/team/base:3\n'],
])('with the user %s it starts as in Docker', (_, text) => {
  expect(facts(text)).toMatchObject({ needs: ROOT });
  expect(facts(text).user).toBeUndefined();
});

test('a language runtime without USER runs as any user', () => {
  for (const base of [
    'node:24-slim',
    'python:3.13',
    'golang:1.25',
    'scratch',
    'gcr.io/distroless/static-debian12',
    'eclipse-temurin:21',
  ])
    expect(facts(`FROM ${base}\nCMD ["serve"]\n`).needs).toBeUndefined();
});

test.each([
  'npm run dev',
  'vite --host',
  'nodemon server.js',
  'yarn start',
  'flask --debug run',
  'go run .',
  'bundle exec rails s',
])('%s writes next to the sources', (command) => {
  const isCompiler = !command.startsWith('flask');
  expect(facts('FROM node:24\n', command).needs).toEqual(isCompiler ? ROOT : undefined);
  expect(facts(`FROM node:24\nCMD ${command}\n`).needs).toEqual(isCompiler ? ROOT : undefined);
  expect(facts('FROM node:24\nUSER node\n', command).needs).toEqual(
    isCompiler ? { rootFilesystem: expect.any(String) } : undefined,
  );
});

test.each(['["nginx", "-g", "daemon off;"]', '/usr/sbin/apache2ctl -D FOREGROUND', 'exec supervisord -n'])(
  'the server %s of a system package starts as in Docker',
  (command) => {
    expect(facts(`FROM debian:13\nCMD ${command}\n`).needs).toEqual(ROOT);
    expect(facts(`FROM nginx:1.29\nCMD ${command}\n`).needs).toBeUndefined();
    expect(facts(`FROM debian:13\nUSER 33\nCMD ${command}\n`).needs).toBeUndefined();
  },
);

test('it has the folders and the needs of its base image, but is no database', () => {
  expect(facts('FROM nginx:1.29\nCOPY . /usr/share/nginx/html\n')).toMatchObject({
    user: 101,
    writable: ['/tmp', '/var/cache/nginx', '/var/run'],
  });
  expect(facts('FROM postgres:17\n')).toMatchObject({ engine: undefined, user: 999 });
  expect(facts('FROM traefik:3\n').instead).toBeUndefined();
  expect(facts('FROM ghost:6\nVOLUME ["/extra", "/more"]\nVOLUME /last\n').data).toEqual([
    '/var/lib/ghost/content',
    '/extra',
    '/more',
    '/last',
  ]);
});

test('a user that owns folders of the image can write to them', () => {
  expect(facts('FROM node:24\nRUN mkdir /app/cache && chown node /app/cache\nUSER node\n')).toMatchObject({
    user: 1000,
    needs: { rootFilesystem: 'The Dockerfile gives folders to the user node.' },
  });
});

test('the stage of the target counts', () => {
  const text = 'FROM node:24 AS build\nUSER root\nFROM node:24 AS run\nUSER 55\nFROM run AS debug\nUSER root\n';
  expect(facts(text, '', 'run')).toMatchObject({ user: 55 });
  expect(facts(text).user).toBeUndefined();
  expect(parseDockerfile(text, { target: 'none' }).unclear).toEqual([{ line: 1, why: 'there is no stage none' }]);
});

test.each([
  ['exec gosu node "$@"', true],
  ['chown -R app /data', true],
  ['exec nginx -g "daemon off;"', true],
  ['exec node server.js', false],
])('a script with %s starts as root: %p', (script, isRoot) => {
  expect(facts('FROM node:24\n', '/start.sh', undefined, script).needs).toEqual(isRoot ? ROOT : undefined);
  // With a user of its own, the script cannot do that either.
  expect(facts('FROM node:24\nUSER node\n', '/start.sh', undefined, script)).toMatchObject({ user: 1000 });
});
