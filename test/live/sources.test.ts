import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Sources } from '../../src/live/sources';

let context: string;
const put = (path: string, text = path) => {
  mkdirSync(dirname(join(context, path)), { recursive: true });
  writeFileSync(join(context, path), text);
};
beforeEach(() => {
  context = mkdtempSync(join(tmpdir(), 'callsign-sources-'));
  for (const path of ['package.json', 'package-lock.json', 'cart/main.js', 'cart/deep/a.js', 'common/log.js'])
    put(path);
});
afterEach(() => rmSync(context, { recursive: true }));

function sourcesOf(...lines: string[]): Sources {
  put('cart/Dockerfile', ['FROM node:24-slim', 'WORKDIR /app', ...lines].join('\n'));
  return new Sources({ context, dockerfile: join(context, 'cart/Dockerfile'), found: true }, '/app');
}
const targets = (sources: Sources) =>
  Object.fromEntries(sources.files.map(({ file, target }) => [file.slice(context.length + 1), target]));

test.each<[string, Record<string, string>]>([
  ['COPY cart ./cart', { 'cart/deep/a.js': '/app/cart/deep/a.js', 'cart/main.js': '/app/cart/main.js' }],
  ['COPY cart/ .', { 'cart/deep/a.js': '/app/deep/a.js', 'cart/main.js': '/app/main.js' }],
  ['COPY cart/main.js server.js', { 'cart/main.js': '/app/server.js' }],
  ['COPY cart/main.js ./lib/', { 'cart/main.js': '/app/lib/main.js' }],
  ['COPY package.json common/log.js ./', { 'common/log.js': '/app/log.js', 'package.json': '/app/package.json' }],
  ['COPY package*.json ./', { 'package-lock.json': '/app/package-lock.json', 'package.json': '/app/package.json' }],
  ['COPY ./cart/* ./', { 'cart/deep/a.js': '/app/a.js', 'cart/main.js': '/app/main.js' }],
  ['COPY --chown=1000:1000 common \\\n  /app/common', { 'common/log.js': '/app/common/log.js' }],
  ['COPY common /elsewhere', {}],
  ['COPY --from=build /app ./', {}],
])('%s', (line, expected) => {
  const { 'cart/Dockerfile': _, ...found } = targets(sourcesOf(line));
  expect(found).toEqual(expected);
});

test('a file of an earlier build stage is watched, but needs a new image', () => {
  const sources = sourcesOf('COPY package.json ./', 'FROM node:24-slim', 'WORKDIR /app', 'COPY cart ./cart');
  put('package.json', 'changed, and longer');
  put('cart/main.js', 'changed, and longer');
  const { changed, removed } = sources.changes();
  expect(changed.map(({ file, target }) => [file.slice(context.length + 1), target])).toEqual([
    ['package.json', undefined],
    ['cart/main.js', '/app/cart/main.js'],
  ]);
  expect([removed, sources.changes()]).toEqual([[], { changed: [], removed: [] }]);
  rmSync(join(context, 'cart/deep'), { recursive: true });
  expect(sources.changes().removed.map(({ target }) => target)).toEqual(['/app/cart/deep/a.js']);
});
