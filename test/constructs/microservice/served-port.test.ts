import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Image, Microservice, type MicroserviceBase } from '../../../src/index';
import { chart, objectsOf, problemsOf } from '../render';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'callsign-port-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function web(dockerfile: string, options: Partial<MicroserviceBase> = {}) {
  mkdirSync(join(folder, 'web'), { recursive: true });
  writeFileSync(join(folder, 'web/Dockerfile'), dockerfile);
  return chart((scope) => new Microservice(scope, 'web', { image: Image.service('web', { folder }), ...options }));
}

type Case = readonly [title: string, dockerfile: string, options?: Partial<MicroserviceBase>];
const cases = (rows: readonly Case[]) =>
  rows.map(([title, dockerfile, options = {}]) => [title, dockerfile, options] as const);

const UVICORN =
  'FROM python:3.13-slim\nEXPOSE 8000\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]\n';
const STATIC = 'FROM nginx:1.27\nCOPY web/page /usr/share/nginx/html\n';

test('the command passes the only port of EXPOSE: the problem names both places', () => {
  expect(problemsOf(web(UVICORN))).toMatchObject([
    {
      code: 'probe-not-served',
      field: 'port',
      message: 'The program listens on port 8000: its Dockerfile passes this port to the program, and exposes it.',
      expected: `8000, as in ${join(folder, 'web/Dockerfile')}:2`,
      got: '8080',
      fix: 'Set port: 8000. Or let the command in the Dockerfile use the variable PORT.',
      place: { file: expect.stringContaining('served-port.test.ts') as string },
    },
  ]);
  expect(objectsOf(web(UVICORN, { port: 8000 }))).not.toEqual([]);
});

test.each([
  ['gunicorn', 'FROM python:3\nEXPOSE 5000\nCMD gunicorn -b 0.0.0.0:5000 app:app\n'],
  ['the test server of Python', 'FROM python:3\nEXPOSE 5000/tcp\nCMD ["python", "-m", "http.server", "5000"]\n'],
  ['Django', 'FROM python:3\nEXPOSE 5000\nCMD ["python", "manage.py", "runserver", "0.0.0.0:5000"]\n'],
  ['PHP', 'FROM php:8\nEXPOSE 5000\nCMD ["php", "-S", "0.0.0.0:5000"]\n'],
  ['Spring', 'FROM eclipse-temurin:21\nEXPOSE 5000\nENTRYPOINT ["java", "-Dserver.port=5000", "-jar", "/app.jar"]\n'],
  ['ASP.NET', 'FROM shop/dotnet\nENV ASPNETCORE_URLS=http://+:5000\nEXPOSE 5000\nENTRYPOINT ["dotnet", "App.dll"]\n'],
  ['a build argument', 'FROM python:3\nARG P=5000\nEXPOSE $P\nCMD ["flask", "run", "--port=5000"]\n'],
  ['a port of a stage', 'FROM python:3 AS base\nEXPOSE 5000\nFROM base\nCMD ["flask", "run", "--port=5000"]\n'],
])('a written port: %s', (_, dockerfile) => {
  expect(problemsOf(web(dockerfile))).toMatchObject([{ code: 'probe-not-served', got: '8080' }]);
});

test.each(
  cases([
    ['the program may read PORT', 'FROM node:24\nEXPOSE 3000\nCMD ["node", "main.js"]\n'],
    ['the command uses PORT', 'FROM node:24\nEXPOSE 3000\nCMD serve --port $PORT\n'],
    ['the default of PORT', 'FROM node:24\nENV PORT=3000\nEXPOSE 3000\nCMD ["node", "main.js"]\n'],
    ['several ports', 'FROM python:3\nEXPOSE 8000 9000\nCMD ["uvicorn", "--port", "8000"]\n'],
    ['a port that is not known', 'FROM python:3\nEXPOSE $UNKNOWN\nCMD ["uvicorn", "--port", "8000"]\n'],
    ['another option', 'FROM python:3\nEXPOSE 9000\nCMD ["run", "--metrics-port", "9000"]\n'],
    ['another port in the command', 'FROM python:3\nEXPOSE 8000\nCMD ["uvicorn", "--port", "8080"]\n'],
    ['a command of the chart', UVICORN, { command: ['uvicorn', '--port', '8080'] }],
    ['a variable of the chart', 'FROM a\nENV SERVER_PORT=5000\nEXPOSE 5000\n', { env: { SERVER_PORT: 8080 } }],
    ['a port for health checks', UVICORN, { health: { port: 8000 } }],
    ['UDP', 'FROM python:3\nEXPOSE 8000/udp\nCMD ["uvicorn", "--port", "8000"]\n'],
  ]),
)('no problem: %s', (_, dockerfile, options) => {
  expect(objectsOf(web(dockerfile, options))).not.toEqual([]);
});

test('files that are added to a well-known server do not change its port', () => {
  expect(problemsOf(web(STATIC))).toMatchObject([
    {
      code: 'probe-not-served',
      field: 'port',
      message: 'The image is based on nginx, which listens on 80 and not on 8080.',
      got: `8080, with FROM nginx:1.27 in ${join(folder, 'web/Dockerfile')}:1`,
      fix: "Set port: 80, health: { live: '/', ready: '/' }. Or let the image serve HTTP on 8080.",
    },
  ]);
  expect(problemsOf(web('FROM postgres:17\n'))).toMatchObject([
    { field: 'http', expected: 'http: false', fix: 'Set http: false, ports: { postgres: 5432 }.' },
  ]);
});

test.each(
  cases([
    ['its port', STATIC, { port: 80 }],
    ['another default port', STATIC.replace('nginx:', 'nginxinc/nginx-unprivileged:')],
    ['its configuration is replaced', `${STATIC}COPY web/site /etc/nginx/conf.d/\n`],
    ['a file of configuration in any folder', `${STATIC}COPY web/nginx.conf /x/\n`],
    ['a command changes it', `${STATIC}RUN sed -i s/80/8080/ /etc/nginx/conf.d/default.conf\n`],
    ['a whole root file system', 'FROM nginx:1.27\nCOPY web/root /\n'],
    ['the working directory', 'FROM nginx:1.27\nCOPY web .\n'],
    ['another command', `${STATIC}CMD ["run"]\n`],
    ['an exposed port', `${STATIC}EXPOSE 8080\n`],
    ['a file of the chart', STATIC, { files: { '/etc/nginx/conf.d/default.conf': 'server {}' } }],
    ['an image of another registry', STATIC.replace('nginx:', 'registry.example.com/nginx:')],
    ['an image that is not known', 'ARG BASE\nFROM $BASE\n'],
  ]),
)('no problem with a well-known server: %s', (_, dockerfile, options) => {
  mkdirSync(join(folder, 'web/page'), { recursive: true });
  expect(objectsOf(web(dockerfile, options))).not.toEqual([]);
});
