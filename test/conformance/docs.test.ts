import { execFileSync } from 'node:child_process';
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
import { join } from 'node:path';
import { COMMANDS, main } from '../../src/cli/main';
import { rulesPage } from '../../src/check/explain';
import { CODES } from '../../src/problems/codes';
import { graphOf, mermaid } from '../../src/index';
import { ALL_CHARTS } from '../charts/all';

const root = join(__dirname, '../..');
/** Without CHANGELOG.md, which may name removed things. */
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CODE_OF_CONDUCT.md',
  'SECURITY.md',
  '.github/pull_request_template.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const text = (page: string) => readFileSync(join(root, page), 'utf8');
const snippets = (page: string, language: string) =>
  [...text(page).matchAll(/^```(\w*)\n(.*?)^```$/gms)].filter(([, is]) => is === language).map(([, , code]) => code!);

test('the diagram in the README is the output of `callsign graph`', () => {
  const [, picture] =
    /<!-- picture: [^>]*-->\n+```mermaid\n(.*?)```\n+<!-- \/picture -->/s.exec(text('README.md')) ?? [];
  expect(picture).toBe(mermaid(graphOf(ALL_CHARTS.blog!())));
});

test('every snippet of TypeScript compiles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'callsign-docs-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['cdk8s', 'constructs', '@types', '@kubernetes', 'cdk8s-plus-28'])
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    const found = PAGES.flatMap((page) =>
      snippets(page, 'ts').map((code, i) => [`${page.replaceAll('/', '-')}-${i}.ts`, code] as const),
    );
    expect(found.length).toBeGreaterThan(3);
    for (const [name, code] of found) writeFileSync(join(folder, name), /^import /m.test(code) ? code : inChart(code));
    const options = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        paths: { 'callsign-k8s': [join(root, 'src/index.ts')] },
        types: ['node'],
        noUnusedLocals: false,
        rootDir: '/',
      },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Wraps a snippet in a chart and declares the names that it uses from other snippets. */
function inChart(code: string): string {
  const given = ['bus', 'posts', 'comments', 'query', 'web'].filter(
    (name) => !new RegExp(`const ${name}\\b`).test(code),
  );
  return `
import { Chart } from 'cdk8s';
import { Database, ExistingService, External, Gateway, Image, Microservice, Namespace, StaticSite, Volume } from 'callsign-k8s';
${given.map((name) => `declare const ${name}: Microservice;`).join('\n')}
declare const database: Database;
void [ExistingService, External, Gateway, Image, Namespace, StaticSite, Volume, database];
export class Shop extends Chart { declare() {
${code}
} }`;
}

test('every command on the pages exists', async () => {
  const scripts = (JSON.parse(text('package.json')) as { scripts: Record<string, string> }).scripts;
  const lines = PAGES.flatMap((page) => [
    ...snippets(page, 'sh').flatMap((code) => code.split('\n')),
    ...[...text(page).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!),
  ]);
  const named = lines.flatMap((line) => [...line.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name!));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  for (const [, name, rest = ''] of lines.flatMap((line) => [
    ...line.matchAll(/callsign ([a-z]+)((?: --?[\w-]+)*)/g),
  ])) {
    expect(Object.keys(COMMANDS)).toContain(name);
    for (const [, option] of rest.matchAll(/--([\w-]+)/g))
      expect([...Object.keys(COMMANDS[name!]!.options), 'help']).toContain(option);
  }
  const io = { out: () => undefined, error: () => undefined, environment: {}, terminal: false };
  for (const name of Object.keys(COMMANDS)) expect(await main([name, '--help'], io)).toBe(0);
});

test('every file and problem code on the pages exists', () => {
  for (const page of PAGES) {
    const paths = [...text(page).matchAll(/`((?:src|test|services|bin|docs)\/[\w./-]*\w)`/g)].map(([, path]) => path!);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const codes = [...text(page).matchAll(/\[([a-z]+(?:-[a-z]+)+)\](?!\()/g)].map(([, code]) => code!);
    expect(codes.filter((code) => !Object.hasOwn(CODES, code))).toEqual([]);
  }
});

test('every link within the repository points to a file', () => {
  const links = PAGES.flatMap((page) =>
    [
      ...text(page)
        .replaceAll(/^```.*?^```$/gms, '')
        .matchAll(/\]\((?!https?:)([^)#]+)/g),
    ].map(([, link]) => [page, link!] as const),
  );
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter(([page, link]) => !existsSync(join(root, page, '..', link)))).toEqual([]);
});

test('docs/rules.md is up to date', () => {
  // `npm run rules` writes it.
  expect(text('docs/rules.md')).toBe(rulesPage());
});
