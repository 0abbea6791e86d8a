import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { linkPackages } from '../init/project';
import { callsignProcess, temporaryFolder } from './run';

// Each test runs several processes, and the machine may be busy.
jest.setTimeout(120_000);

const root = join(__dirname, '../..');
const folder = temporaryFolder();
const inFolder = (name: string) => join(folder.path, name);
const COMPOSE = `services:
  web:
    build: web
    ports: ["8080:80"]
    volumes: ["./conf/nginx.conf:/etc/nginx/nginx.conf:ro"]
    depends_on: [db]
  db:
    image: postgres:17
    volumes: ["./init.sql:/docker-entrypoint-initdb.d/init.sql"]
`;

/** Writes a Compose project. Returns the path of its file. */
function composeProject(name: string): string {
  folder.put(`${name}/web/Dockerfile`, 'FROM nginx:1.29\nCOPY page.html /\n');
  folder.put(`${name}/web/page.html`, 'Hello');
  folder.put(`${name}/conf/nginx.conf`, 'events {}\n');
  folder.put(`${name}/init.sql`, 'CREATE TABLE a (b int);\n');
  return folder.put(`${name}/compose.yaml`, COMPOSE);
}

/** Runs a printed command in a shell, as a person who copies it. `npx callsign` is the program of this checkout. */
function runPrinted(command: string, cwd: string): string {
  const program = `"${process.execPath}" "${join(root, 'bin/callsign.js')}"`;
  return execFileSync('/bin/sh', ['-c', command.replace(/^npx callsign/, program)], {
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

/** Imports, and runs the command that the import prints. Returns the chart. */
function importAndSynth(cwd: string, args: readonly string[], chart: string): string {
  const { code, out, error } = callsignProcess(['import', 'compose', ...args], { cwd });
  expect([code, error]).toEqual([0, '']);
  const [, command = ''] = /^Wrote .* Next, in the same folder: (.*)$/m.exec(out) ?? [];
  expect(runPrinted(`${command} --out ${join(folder.path, 'k8s')}`, cwd)).toMatch(/k8s contains \d+ objects/);
  return readFileSync(chart, 'utf8');
}

describe('in an own project', () => {
  beforeEach(() => {
    mkdirSync(inFolder('own/deep er'), { recursive: true });
    writeFileSync(inFolder('own/package.json'), '{ "name": "own" }');
    linkPackages(inFolder('own'));
  });

  test.each([
    ['its own Compose file', 'own', 'own', 'charts/shop.ts'],
    ['a file in a folder below it', 'own', 'own/it is "here"', 'charts/shop.ts'],
    ['a file outside of it, to a folder that does not exist', 'own', 'else where', "a b/$c/it's.ts"],
    ['a file, from a folder below it', 'own/deep er', 'own', '../charts/shop.ts'],
  ])('the import of %s, and the printed command, work', (_, from, compose, out) => {
    const file = composeProject(compose);
    const cwd = inFolder(from);
    const chart = importAndSynth(cwd, [relative(cwd, file), '--out', out], join(cwd, out));
    expect(chart).toContain("from 'callsign-k8s'");
    expect(importAndSynth(cwd, [file, '--out', join(cwd, 'absolute/shop.ts')], join(cwd, 'absolute/shop.ts'))).toBe(
      chart,
    );
  });

  test('the command that lists all keys works, and the paths in it have quotes', () => {
    const cwd = inFolder('own');
    const file = relative(cwd, composeProject('the shop'));
    folder.put('the shop/more keys.yaml', 'services: { web: { environment: { COLOR: green } } }\n');
    const { error } = callsignProcess(
      ['import', 'compose', file, '--file', '../the shop/more keys.yaml', '--profile', '*'],
      { cwd },
    );
    const [, command = ''] = /To write the list of all keys to a file: (.*)$/m.exec(error) ?? [];
    expect(command).toBe(
      "npx callsign import compose '../the shop/compose.yaml' --file '../the shop/more keys.yaml' --profile '*' --report import.txt",
    );
    runPrinted(command, cwd);
    expect(readFileSync(join(cwd, 'import.txt'), 'utf8')).toContain('services.web.environment.COLOR');
  });

  test('a file of a Secret has quotes too', () => {
    const text =
      'services:\n  web: { image: "shop/web:1", secrets: [key] }\nsecrets: { key: { file: "./the key.txt" } }\n';
    folder.put('own/compose.yaml', text);
    folder.put('own/the key.txt', 'word');
    const { error } = callsignProcess(['import', 'compose', 'compose.yaml'], { cwd: inFolder('own') });
    expect(error).toContain("--from-file=key='the key.txt'");
  });
});

test('a chart outside of a project says which packages it needs', () => {
  const file = composeProject('shop');
  callsignProcess(['import', 'compose', file, '--out', 'shop.ts'], { cwd: folder.path });
  const { code, out } = callsignProcess(['synth', '--app', 'shop.ts'], { cwd: folder.path });
  expect([code, out]).toEqual([
    1,
    expect.stringContaining(
      'fix: Run npm install callsign-k8s cdk8s constructs in the project that contains shop.ts, or move the file',
    ),
  ]);
});

describe('in a fresh clone', () => {
  let clone = '';
  beforeEach(() => (clone = mkdtempSync(join(root, 'test-charts-'))));
  afterEach(() => rmSync(clone, { recursive: true, force: true }));

  test('the chart imports the sources, and the printed command works', () => {
    const file = composeProject('shop');
    const out = relative(root, join(clone, 'charts/shop.ts'));
    const chart = importAndSynth(root, [file, '--out', out], join(root, out));
    expect(chart).toContain("from '../../src/index'");
    expect(readdirSync(join(clone, 'charts'))).toEqual(['shop.import.txt', 'shop.ts']);
  });

  test('npx callsign is the program of the clone', () => {
    const { bin, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      bin: Record<string, string>;
      version: string;
    };
    expect(bin).toEqual({ callsign: 'bin/callsign.js' });
    const npx = (cwd: string) =>
      execFileSync('npx', ['--no-install', ...Object.keys(bin), '--version'], { cwd, encoding: 'utf8' }).trim();
    expect([npx(root), npx(join(root, 'docs'))]).toEqual([version, version]);
  });
});
