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

test('what cannot run', () => {
  expect(program(['FROM node:24-slim'], [])).toMatch(/Dockerfile has no CMD$/);
  expect(program(['FROM node:24-slim', 'WORKDIR /app', 'COPY . .', 'CMD ["node", "none.js"]'], [])).toMatch(
    /^no folder on this machine has the files of its command \(node none\.js\) as .*Dockerfile copies them$/,
  );
});
