import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../src/k8s/objects';
import { DOCS } from './pages';

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('docs/agents.md', () => {
  const guide = read('docs/agents.md');
  const [, steps = ''] = /^## Add a service to your own project\n(.*?)^## /ms.exec(guide) ?? [];
  const blocks = [...steps.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language, file, text]) => ({
    language: language!,
    file,
    text: text!,
  }));
  let project: string;

  /** A project with one service, before the steps of the guide. */
  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'callsign-agents-'));
    mkdirSync(join(project, 'node_modules/callsign-k8s'), { recursive: true });
    for (const name of ['cdk8s', 'constructs', '@types', '@kubernetes'])
      symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
    write(
      'node_modules/callsign-k8s/index.js',
      `module.exports = require(${JSON.stringify(join(root, 'src/index.ts'))});`,
    );
    write(
      'src/charts/app.ts',
      `import { defineApp } from 'callsign-k8s';
import { Shop } from './shop';

export default defineApp((app) => {
  new Shop(app, 'shop');
});
`,
    );
    write('src/charts/shop.ts', shop(2));
  });
  afterAll(() => rmSync(project, { recursive: true }));

  const shop = (replicas: number) => `import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Image, Microservice, Namespace } from 'callsign-k8s';

export class Shop extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'shop' });
    new Namespace(this, 'shop');
    new Microservice(this, 'web', { image: Image.of('shop/web:1.0.0'), replicas: ${replicas} });
  }
}
`;

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  }

  function run(program: string, ...args: string[]): { status: number | null; out: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, program), ...args], {
      cwd: project,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    return { status, out: `${stdout}${stderr}` };
  }
  const callsign = (...args: string[]) => run('bin/callsign.js', ...args);

  const objects = () =>
    readdirSync(join(project, 'k8s-out')).flatMap((file) =>
      parseAllDocuments(readFileSync(join(project, 'k8s-out', file), 'utf8')).map(
        (document) => document.toJS() as KubeObject,
      ),
    );
  const names = () => objects().map(({ kind, metadata }) => `${kind} ${metadata.name}`);

  test('is short', () => {
    const prose = guide.replaceAll(/^```.*?^```$/gms, '').match(/[\p{L}\p{N}][^\s|]*/gu) ?? [];
    expect(prose.length).toBeLessThanOrEqual(600);
  });

  test('shows a problem as it is', () => {
    const [, example = ''] = /^```text\n(.*?)^```$/ms.exec(guide) ?? [];
    write('src/charts/shop.ts', shop(-1));
    const { status, out } = callsign('synth');
    write('src/charts/shop.ts', shop(2));
    expect(out).toContain(example);
    expect(status).toBe(1);
  });

  test('its steps add a service, and its commands succeed', () => {
    expect(callsign('synth')).toEqual({ status: 0, out: expect.stringContaining('objects in') });
    expect(names().filter((name) => name.includes('stock'))).toEqual([]);

    const output: Record<string, string> = {};
    for (const { language, file, text } of blocks) {
      if (file) write(file, text);
      else expect(language).toBe('sh');
      for (const line of file ? [] : text.trim().split('\n')) {
        const [npx, name, ...args] = line.split(' ');
        expect([npx, name]).toEqual(['npx', 'callsign']);
        const { status, out } = callsign(...args);
        expect([line, out, status]).toEqual([line, expect.any(String), 0]);
        output[args[0]!] = out;
      }
    }
    const [, copied = ''] = /^COPY (\S+)/m.exec(blocks.find(({ language }) => language === 'dockerfile')!.text) ?? [];
    expect(existsSync(join(project, 'services', copied))).toBe(true);
    expect(Object.keys(output)).toEqual(['synth', 'check', 'graph']);
    expect(output['check']).toContain('no problems');
    expect(output['graph']).toMatch(/n\d+ --> n\d+/);

    expect(names()).toEqual(
      expect.arrayContaining(['Service stock', 'Deployment stock', 'NetworkPolicy stock', 'NetworkPolicy web']),
    );
    const policy = (name: string) =>
      JSON.stringify(objects().find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === name));
    expect(policy('stock')).toContain('"app.kubernetes.io/name":"web"');
    expect(policy('web')).toContain('"app.kubernetes.io/name":"stock"');
    const web = objects().find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'web');
    expect(JSON.stringify(web)).toContain('{"name":"STOCK_URL","value":"http://stock"}');
  });

  test('its charts compile', () => {
    const options = {
      extends: join(root, 'tsconfig.json'),
      // Projects of users choose their own module resolution.
      compilerOptions: {
        module: 'esnext',
        moduleResolution: 'bundler',
        paths: { 'callsign-k8s': [join(root, 'src/index.ts')] },
        types: ['node'],
        rootDir: '/',
      },
      include: ['src'],
    };
    write('tsconfig.json', JSON.stringify(options));
    expect(run('node_modules/typescript/bin/tsc', '-p', '.')).toEqual({ status: 0, out: '' });
  });
});

describe('llms.txt', () => {
  const text = read('llms.txt');
  const links = [...text.matchAll(/^- \[[^\]]+\]\(([^)]+)\): \S.*\.$/gm)].map(([, link]) => link!);

  test('has the form of llmstxt.org: a title, a summary, and sections with one link in each line', () => {
    expect(text).toMatch(/^# .+\n\n> .+\n/);
    const lines = text.slice(text.indexOf('\n## ')).split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('## ') && !line.startsWith('- ['))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('- '))).toHaveLength(links.length);
  });

  test('lists every page of docs', () => {
    // docs/README.md lists the same pages for people.
    const pages = DOCS.filter((page) => page !== 'docs/README.md');
    expect(pages.filter((page) => !links.includes(page))).toEqual([]);
  });
});
