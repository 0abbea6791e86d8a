import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { V1Container } from '@kubernetes/client-node';
import { programOf } from '../../../src/local/model/program';

let context = '';
beforeEach(() => {
  context = mkdtempSync(join(tmpdir(), 'callsign-program-'));
});
afterEach(() => rmSync(context, { recursive: true }));

/** The program of a Dockerfile whose context contains these files. */
function program(dockerfile: string[], files: string[], container: Partial<V1Container> = {}, args = {}) {
  for (const file of files) {
    mkdirSync(dirname(join(context, file)), { recursive: true });
    writeFileSync(join(context, file), '');
  }
  writeFileSync(join(context, 'Dockerfile'), dockerfile.join('\n'));
  const source = { context, dockerfile: join(context, 'Dockerfile'), args, found: true };
  return programOf(source, { name: 'any', ...container });
}

test.each([
  ['the whole context', ['COPY . .', 'CMD ["node", "main.js"]'], ['main.js'], '', ['node', 'main.js']],
  ['a folder', ['COPY src /app', 'CMD ["node", "main.js"]'], ['src/main.js'], 'src', ['node', 'main.js']],
  ['files', ['COPY main.js ./', 'CMD ["node", "main.js"]'], ['main.js'], '', ['node', 'main.js']],
  ['a folder below', ['COPY api ./api', 'CMD ["node", "api/main.js"]'], ['api/main.js'], '', ['node', 'api/main.js']],
  ['an absolute path', ['COPY . .', 'CMD ["node", "/app/main.js"]'], ['main.js'], '', ['node', 'main.js']],
  ['an entrypoint', ['COPY . .', 'ENTRYPOINT ["node"]', 'CMD ["main.js"]'], ['main.js'], '', ['node', 'main.js']],
  ['a command without a file', ['COPY api .', 'CMD ["npm", "start"]'], ['api/package.json'], 'api', ['npm', 'start']],
  ['a line for a shell', ['COPY . .', 'ENV APP=main', 'CMD exec node $APP.js'], ['main.js'], '', ['node', 'main.js']],
])('%s', (_, lines, files, folder, command) => {
  const found = program(['FROM node:24-slim', 'WORKDIR /app', ...lines], files);
  expect(found).toMatchObject({ command, folder: join(context, folder) });
});

test('the variables of the image, with build arguments, but not the arguments themselves', () => {
  const lines = [
    'FROM node:24-slim AS base',
    'ENV A=1',
    'FROM base',
    'ARG NAME=none',
    'ENV B=$NAME',
    'COPY . .',
    'CMD ["node", "main.js"]',
  ];
  expect(program(lines, ['main.js'], { workingDir: '/' }, { NAME: 'cart' })).toMatchObject({
    env: { A: '1', B: 'cart' },
  });
});

test('the command and the arguments of the chart', () => {
  const lines = ['FROM node:24-slim', 'WORKDIR /app', 'COPY . .', 'ENTRYPOINT ["node"]', 'CMD ["main.js"]'];
  expect(program(lines, ['main.js', 'other.js'], { args: ['other.js'] })).toMatchObject({
    command: ['node', 'other.js'],
  });
  expect(program(lines, ['main.js'], { command: ['node', '--trace-warnings', 'main.js'] })).toMatchObject({
    command: ['node', '--trace-warnings', 'main.js'],
  });
});

const BUILD = ['FROM node:24 AS build', 'WORKDIR /app', 'COPY package.json ./'];
const RUN = ['FROM node:24-slim', 'WORKDIR /app'];

test.each([
  ['the whole context', 'COPY . .', 'COPY --from=build /app/dist ./dist', '', 'dist/main.js'],
  ['only sources', 'COPY src ./src', 'COPY --from=build /app/dist ./dist', '', 'dist/main.js'],
  ['its build at the folder of the command', 'COPY . .', 'COPY --from=build /app/dist ./', 'dist', 'main.js'],
  ['the folder of the build', 'COPY . .', 'COPY --from=build /app .', '', 'dist/main.js'],
  ['a stage by its number', 'COPY . .', 'COPY --from=0 /app/dist dist', '', 'dist/main.js'],
])('a compiled program: %s', (_, copy, copyBuilt, folder, file) => {
  const found = program(
    [...BUILD, copy, ...RUN, copyBuilt, `CMD ["node", "${file}"]`],
    ['package.json', 'src/main.ts', 'dist/main.js'],
  );
  expect(found).toMatchObject({ command: ['node', file], folder: join(context, folder) });
});

test('a compiled program that comes through two stages', () => {
  const lines = [...BUILD, 'COPY . .', 'FROM build AS test', 'FROM node:24', 'COPY --from=TEST /app/dist /out'];
  const last = ['FROM node:24-slim', 'WORKDIR /srv', 'COPY --from=2 /out ./dist', 'CMD ["node", "dist/main.js"]'];
  expect(program([...lines, ...last], ['dist/main.js'])).toMatchObject({ folder: context });
});

test('files of other images and stages without files of the context', () => {
  const lines = [
    ...RUN,
    'COPY --from=nginx /etc/nginx ./',
    'COPY --from=build /etc/hosts ./',
    'CMD ["node", "main.js"]',
  ];
  expect(program(['FROM node:24 AS build', ...lines], ['main.js'])).toMatch(/copies no files of /);
});

test('what cannot run', () => {
  expect(program(['FROM node:24-slim'], [])).toMatch(/Dockerfile has no CMD$/);
  expect(program([...RUN, 'CMD ["node", "main.js"]'], [])).toMatch(
    /Dockerfile copies no files of .* to \/app, where its command runs$/,
  );
  expect(program([...RUN, 'COPY . .', 'CMD ["node", "none.js"]'], [])).toMatch(
    /none\.js does not exist\. .*Dockerfile copies from .*, and its command runs this file\. If a build writes it, run the build first$/,
  );
});

test('a compiled program that is not built', () => {
  const lines = [...BUILD, 'COPY . .', ...RUN, 'COPY --from=build /app/dist ./dist', 'CMD ["node", "dist/main.js"]'];
  program(lines, ['package.json']);
  writeFileSync(join(context, 'package.json'), '{ "scripts": { "build": "tsc" } }');
  expect(program(lines, [])).toMatch(/dist\/main\.js does not exist\. Run npm run build in .*, and start again$/);
});
