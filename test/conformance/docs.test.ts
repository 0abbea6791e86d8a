import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { COMMANDS, main } from '../../src/cli/main';
import { rulesPage } from '../../src/check/explain';
import { CODES } from '../../src/problems/codes';
import { graphOf, mermaid } from '../../src/index';
import { ALL_CHARTS } from '../charts/all';
import { DOCS, PAGES, root, snippetsOf, textOf as text } from './pages';

const snippets = (page: string, language: string) =>
  snippetsOf(page).filter((snippet) => snippet.language === language);

test.each([
  ['blog', 'docs/blog.md'],
  ['examples/shop', 'docs/shapes.md'],
])('the diagram of %s in %s is the output of `callsign graph`', (chart, page) => {
  const [, picture] = /<!-- picture: [^>]*-->\n+```mermaid\n(.*?)```\n+<!-- \/picture -->/s.exec(text(page)) ?? [];
  expect(picture).toBe(mermaid(graphOf(ALL_CHARTS[chart]!())));
});

test('every snippet of TypeScript compiles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'callsign-docs-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['cdk8s', 'constructs', '@types', '@kubernetes', 'cdk8s-plus-28'])
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    const found = PAGES.flatMap((page) =>
      snippets(page, 'ts').map(
        ({ path, code }, i) => [join(page.replaceAll(/[/.]/g, '-'), path ?? `${i}.ts`), code] as const,
      ),
    );
    expect(found.length).toBeGreaterThan(30);
    for (const [name, code] of found) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), /^import /m.test(code) ? code : inChart(code));
    }
    const options = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        paths: { 'callsign-k8s': [join(root, 'src/index.ts')] },
        types: ['node'],
        noUnusedLocals: false,
        rootDir: '/',
      },
      include: ['**/*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    expect(spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' }).stdout).toBe('');
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
import { CronTask, Database, EventLog, ExistingCaller, ExistingEventLog, ExistingService, External, Gateway, Image, Internet, Microservice, Namespace, StaticSite, Task, Volume } from 'callsign-k8s';
${given.map((name) => `declare const ${name}: Microservice;`).join('\n')}
declare const database: Database;
void [CronTask, EventLog, ExistingCaller, ExistingEventLog, ExistingService, External, Gateway, Image, Internet, Namespace, StaticSite, Task, Volume, database];
export class Shop extends Chart { declare() {
${code}
} }`;
}

test('every command on the pages exists', async () => {
  const scripts = (JSON.parse(text('package.json')) as { scripts: Record<string, string> }).scripts;
  const lines = PAGES.flatMap((page) => [
    ...snippets(page, 'sh').flatMap(({ code }) => code.split('\n')),
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
    const listed = new Set(snippetsOf(page).map(({ path }) => path));
    // NAME stands for a name that the reader chooses.
    const isThere = (path: string) => /\bNAME\b/.test(path) || existsSync(join(root, path)) || listed.has(path);
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
    const codes = [...text(page).matchAll(/\[([a-z]+(?:-[a-z]+)+)\](?!\()/g)].map(([, code]) => code!);
    expect(codes.filter((code) => !Object.hasOwn(CODES, code))).toEqual([]);
  }
});

/** The links of a page to files and headings, and the paths of its images. */
const linksOf = (page: string) =>
  [
    ...text(page)
      .replaceAll(/^ *```.*?^ *```$/gms, '')
      .matchAll(/\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]+))?\)/g),
  ].map(([, path, anchor]) => ({ file: path ? normalize(join(dirname(page), path)) : page, anchor }));

/** The anchors of the headings of a page, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  return [
    ...text(page)
      .replaceAll(/^ *```.*?^ *```$/gms, '')
      .matchAll(/^#+ (.+)$/gm),
  ].map(([, heading]) => {
    const anchor = heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

test('every link within the repository points to a file, and to a heading in it', () => {
  const links = PAGES.flatMap((page) => linksOf(page).map((link) => ({ page, ...link })));
  expect(links.length).toBeGreaterThan(80);
  expect(links.filter(({ file }) => !existsSync(join(root, file)))).toEqual([]);
  expect(links.filter(({ anchor }) => anchor !== undefined).length).toBeGreaterThan(10);
  expect(links.filter(({ file, anchor }) => anchor !== undefined && !anchorsOf(file).includes(anchor))).toEqual([]);
});

test('the README is short, and its links work in the package', () => {
  expect(text('README.md').split(/\s+/).length).toBeLessThanOrEqual(900);
  const { files } = JSON.parse(text('package.json')) as { files: string[] };
  const packed = ['README.md', 'LICENSE', ...files];
  expect(linksOf('README.md').filter(({ file }) => !packed.some((name) => `${file}/`.startsWith(`${name}/`)))).toEqual(
    [],
  );
});

test('the versions on the pages are those of the package', () => {
  const { engines, peerDependencies } = JSON.parse(text('package.json')) as Record<string, Record<string, string>>;
  const node = engines!.node!.replace('>=', '');
  for (const page of ['README.md', 'docs/blog.md', 'docs/project.md', 'docs/upgrading.md'])
    expect(text(page)).toContain(`Node.js ${node} or newer`);
  for (const name of ['cdk8s', 'constructs'])
    expect(text('docs/upgrading.md')).toContain(`\`${name}\` ${peerDependencies![name]!.replace('^', '')}`);
  const [kubernetes] = /(?<=kindest\/node:v)\d+\.\d+/.exec(text('test/e2e/kind.yaml')) ?? [];
  expect(text('README.md')).toContain(`Kubernetes ${kubernetes}`);
});

test('the table of contents has each page once', () => {
  const others = DOCS.filter((page) => page !== 'docs/README.md');
  const listed = linksOf('docs/README.md')
    .map(({ file }) => file)
    .filter((file) => file.startsWith('docs/'));
  expect(listed.toSorted()).toEqual(others.toSorted());
});

test('pictures are small, and each is on a page', () => {
  const pictures = readdirSync(join(root, 'docs/images')).map((name) => `docs/images/${name}`);
  const shown = new Set(PAGES.flatMap((page) => linksOf(page).map(({ file }) => file)));
  expect(pictures.filter((file) => !shown.has(file))).toEqual([]);
  expect(pictures.filter((file) => statSync(join(root, file)).size > 150_000)).toEqual([]);
});

test('docs/rules.md is up to date', () => {
  // `npm run rules` writes it.
  expect(text('docs/rules.md')).toBe(rulesPage());
});
