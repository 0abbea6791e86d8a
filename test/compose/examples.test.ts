import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callsign } from '../cli/run';
import { allText, EXAMPLES, SECRETS, type Example } from './examples';

const root = join(__dirname, '../..');
let folder: string;

/** A project of a user, with charts that import the package. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsign-compose-'));
  mkdirSync(join(folder, 'node_modules/callsign-k8s'), { recursive: true });
  for (const name of ['cdk8s', 'cdk8s-plus-28', 'constructs', '@types', '@kubernetes'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  writeFileSync(
    join(folder, 'node_modules/callsign-k8s/index.js'),
    `module.exports = require(${JSON.stringify(join(root, 'src/index.ts'))});`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = new Map<string, string>();

test('there are examples of every style', () => expect(EXAMPLES.length).toBeGreaterThanOrEqual(20));

describe.each(EXAMPLES)('$name', (example) => {
  test('becomes this chart, with this report', async () => {
    const keys = join(folder, `${example.name}.txt`);
    const { code, out, error } = await callsign(['import', 'compose', ...example.args, '--report', keys], {
      environment: example.environment,
    });
    // `npm run golden` rewrites test/golden.
    expect(`${out}\n${error.replaceAll(folder, 'FOLDER')}\n${readFileSync(keys, 'utf8')}`).toMatchSnapshot();
    expect(code).toBe(example.whole ? 0 : 1);
    written.set(example.name, out);
  });
});

test('no chart or report contains a secret, and the examples contain all secrets of the list', async () => {
  const input = allText();
  expect(SECRETS.filter((secret) => !input.includes(secret))).toEqual([]);
  for (const { name, args, environment } of EXAMPLES) {
    const { out, error } = await callsign(['import', 'compose', ...args], { environment });
    const { out: json } = await callsign(['import', 'compose', ...args, '--json'], { environment });
    expect([name, SECRETS.filter((secret) => `${out}${error}${json}`.includes(secret))]).toEqual([name, []]);
  }
});

test('every chart compiles', () => {
  for (const [name, text] of written) writeFileSync(join(folder, `${name}.ts`), text);
  const options = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { paths: { 'callsign-k8s': [join(root, 'src/index.ts')] }, types: ['node'], rootDir: '/' },
    include: ['*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
  expect(written.size).toBe(EXAMPLES.length);
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
}, 240_000);

test('the command line synthesizes every chart, and its manifests have no problems', async () => {
  const waiting = [...EXAMPLES];
  const results: { name: string; code: number | null; out: string }[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      results.push({ name: next.name, ...(await synth(next)) });
  };
  await Promise.all([work(), work()]);
  for (const { name, code, out } of results) {
    const { left } = EXAMPLES.find((example) => example.name === name)!;
    expect([name, out, code]).toEqual([name, expect.stringContaining(left ? `[${left}]` : 'contains'), left ? 1 : 0]);
    if (left) continue;
    const manifests = join(folder, `k8s-${name}`);
    expect([name, await callsign(['check', manifests])]).toEqual([
      name,
      { code: 0, out: expect.stringContaining('no problems'), error: '' },
    ]);
    const yaml = readdirSync(manifests)
      .map((file) => readFileSync(join(manifests, file), 'utf8'))
      .join('');
    expect([name, SECRETS.filter((secret) => yaml.includes(secret))]).toEqual([name, []]);
  }
}, 300_000);

/** Runs in the root of the project, because the paths of a chart are relative to it. */
function synth({ name }: Example): Promise<{ code: number | null; out: string }> {
  const args = ['bin/callsign.js', 'synth', '--app', join(folder, `${name}.ts`), '--out', join(folder, `k8s-${name}`)];
  return new Promise((resolve) => {
    let out = '';
    const child = spawn(process.execPath, args, { cwd: root });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (out += String(text)));
    child.on('close', (code) => resolve({ code, out }));
  });
}
