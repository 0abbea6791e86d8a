import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { RULES } from '../../src/check/rules/registry';
import {
  ChartObject,
  CronTask,
  Database,
  EventLog,
  defineApp,
  Gateway,
  Image,
  Microservice,
  Namespace,
  Task,
  Volume,
} from '../../src/index';
import { buildPackage, linkPackages } from './built-package';
import { PAGES, snippetsOf, textOf } from './pages';
import { contains, objectOf, quotesOf } from './quotes';

// Files of a project are on some pages. Each such project is written to a folder, and its commands run there. Another
// test follows docs/agents.md, which adds to a project.

const PROJECTS = PAGES.filter(
  (page) => page !== 'docs/agents.md' && snippetsOf(page).some(({ path }) => path !== undefined),
);
/** Commands that need no cluster, no Docker and no network. */
const OFFLINE = /^(?:\w+=\S+ )*(?:npx callsign (?:synth|check|graph)\b|npx tsc\b|node )/;

let folder: string;
/** Writes the projects next to the compiled package. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsign-projects-'));
  const modules = join(folder, 'node_modules');
  buildPackage(join(modules, 'callsign-k8s'));
  linkPackages(modules);
  for (const page of PROJECTS) {
    for (const { path, code } of snippetsOf(page)) {
      if (path === undefined) continue;
      mkdirSync(dirname(join(projectOf(page), path)), { recursive: true });
      writeFileSync(join(projectOf(page), path), code);
    }
    writeFileSync(join(projectOf(page), 'package.json'), '{ "name": "shop", "private": true }');
  }
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const projectOf = (page: string) => join(folder, page.replaceAll(/\W/g, '-'));

function run(command: string, page: string): { status: number | null; output: string } {
  const node = (program: string) => `"${process.execPath}" ../node_modules/${program}`;
  const line = command
    .replace('npx callsign', node('callsign-k8s/bin/callsign.js'))
    .replace('npx tsc', node('typescript/bin/tsc'));
  const { status, stdout, stderr } = spawnSync(line, { cwd: projectOf(page), encoding: 'utf8', shell: true });
  return { status, output: stdout + stderr };
}

describe.each(PROJECTS)('the project in %s', (page) => {
  const snippets = snippetsOf(page);
  const apps = snippets.flatMap(({ path, code }) => (path && /^export default/m.test(code) ? [path] : []));

  test.each(apps)(
    '%s synthesizes',
    (app) => {
      const { status, output } = run(`npx callsign synth --app ${app} --out k8s-${app.replaceAll(/\W/g, '-')}`, page);
      expect([status, output]).toEqual([0, output]);
    },
    60_000,
  );
});

/** The names of the getters of an object, those of its base classes too. */
function gettersOf(object: object): string[] {
  const base = Object.getPrototypeOf(object) as object;
  if (base === Object.prototype) return [];
  const own = Object.entries(Object.getOwnPropertyDescriptors(base)).filter(([, one]) => 'get' in one);
  return [...own.map(([name]) => name), ...gettersOf(base)];
}

/** The commands of a page, each with its output if the page shows it. */
const commandsOf = (page: string) =>
  snippetsOf(page).flatMap(({ language, code }, i, all) => {
    const next = all[i + 1];
    const shown = next?.language === 'text' && next.before.trim() === '' ? next.code : undefined;
    const lines = language === 'sh' ? code.split('\n').map((line) => line.trim()) : [];
    return lines.filter((line) => OFFLINE.test(line)).map((line) => [page, line, shown] as const);
  });

test.each(['README.md', 'docs/project.md', 'docs/environments.md'].flatMap(commandsOf))(
  '%s: %s',
  (page, line, shown) => {
    const { status, output } = run(line, page);
    expect([output, status]).toEqual([shown ?? output, 0]);
  },
  60_000,
);

describe('docs/custom-resources.md', () => {
  const PAGE = 'docs/custom-resources.md';
  const fileOf = (path: string) => snippetsOf(PAGE).find((snippet) => snippet.path === path)!.code;

  test('shows the module that the import writes', () => {
    const { status, output } = run('npx callsign import crd crds.yaml', PAGE);
    expect([status, output]).toEqual([0, fileOf('src/crds/mailboxes.mail.example.com.ts')]);
  }, 60_000);

  test('shows the problem of a wrong address', () => {
    const [app, code] = ['src/charts/app.ts', fileOf('src/charts/app.ts')];
    writeFileSync(join(projectOf(PAGE), app), code.replace('orders@example.com', 'orders'));
    const { status, output } = run('npx callsign check --profile wiring', PAGE);
    writeFileSync(join(projectOf(PAGE), app), code);
    const shown = snippetsOf(PAGE).find(({ language }) => language === 'text')!.code;
    for (const line of shown.trim().split('\n')) expect(output).toContain(line);
    expect(status).toBe(1);
  }, 60_000);
});

describe('docs/escape-hatches.md', () => {
  const PAGE = 'docs/escape-hatches.md';

  test('shows the problem of a wrong patch', () => {
    const [app] = snippetsOf(PAGE);
    writeFileSync(
      join(projectOf(PAGE), app!.path!),
      app!.code.replace('shareProcessNamespace', 'shareProcesNamespace'),
    );
    const { status, output } = run('npx callsign check', PAGE);
    writeFileSync(join(projectOf(PAGE), app!.path!), app!.code);
    const { code } = snippetsOf(PAGE).find(({ language }) => language === 'text')!;
    expect(code.trim().split('\n').length).toBeGreaterThan(3);
    for (const line of code.trim().split('\n')) expect(output).toContain(line);
    expect(status).toBe(1);
  }, 60_000);

  test.each(['src/charts/app.ts', 'src/charts/waiver.ts', 'src/charts/more.ts'])(
    '%s has no problems',
    (app) => {
      const { status, output } = run(`npx callsign check --app ${app}`, PAGE);
      expect([status, output]).toEqual([0, output]);
    },
    60_000,
  );

  test('the objects of the constructs exist', () => {
    const shop = new Chart(new App(), 'shop', { namespace: 'shop' });
    const database = new Database(shop, 'orders', { backup: {}, roles: 'per-caller' });
    const data = new Volume(shop, 'data');
    const image = Image.of('shop/cart:1.4.0');
    const files = { '/etc/a': 'text' };
    const cart = new Microservice(shop, 'cart', {
      image,
      database,
      autoscale: { max: 4 },
      eventsPort: 8081,
      files,
    });
    const routes = { '/': cart };
    const monitored: Microservice[] = [];
    defineApp(
      (app) => {
        const chart = new Chart(app, 'shop', { namespace: 'shop' });
        monitored.push(
          new Microservice(chart, 'cart', {
            image,
            metrics: {},
            backlog: 'waiting',
            autoscale: { max: 4, backlog: 10 },
          }),
        );
      },
      { test: { prometheus: { finds: 'pod-monitors', autoscaling: 'keda', address: 'http://prometheus' } } },
    ).make('test');
    const parts: Record<string, readonly { readonly objects: object }[]> = {
      Microservice: [cart, ...monitored],
      Task: [new Task(shop, 'migrate', { image, files })],
      CronTask: [new CronTask(shop, 'report', { image, files, schedule: '0 4 * * *', timeZone: 'UTC' })],
      Database: [database, new Database(shop, 'several', { instances: 3, initialSql: 'SELECT 1' })],
      EventLog: [new EventLog(shop, 'log')],
      Gateway: [
        new Gateway(shop, 'ingress', { routes, className: 'traefik' }),
        new Gateway(shop, 'route', { routes, listen: { className: 'traefik' } }),
      ],
      Volume: [data],
      Namespace: [new Namespace(shop, 'shop')],
    };
    const rows = [...textOf(PAGE).matchAll(/^\| `([A-Z]\w+)` +\| (.+?) +\|$/gm)];
    expect(rows.map(([, name]) => name)).toEqual(Object.keys(parts));
    for (const [, name, cell] of rows) {
      const named = [...cell!.matchAll(/`([^`]+)`/g)].map(([, object]) => object!);
      expect(new Set(named)).toEqual(new Set(parts[name!]!.flatMap(({ objects }) => gettersOf(objects))));
      const exists = (objects: object, object: string) => {
        try {
          return Reflect.get(objects, object) instanceof ChartObject;
        } catch {
          return false;
        }
      };
      for (const object of named)
        expect([object, parts[name!]!.some(({ objects }) => exists(objects, object))]).toEqual([object, true]);
    }
  });
});

describe('the first chart in the README', () => {
  const [chart] = snippetsOf('README.md');
  let objects: string[];
  beforeAll(() => {
    run('npx callsign synth', 'README.md');
    const out = join(projectOf('README.md'), 'k8s-out');
    objects = readdirSync(out).flatMap((name) =>
      readFileSync(join(out, name), 'utf8')
        .split(/^---\n/m)
        .slice(1),
    );
  }, 60_000);

  test('has ten lines, and becomes twelve objects', () => {
    expect(chart!.code.trim().split('\n')).toHaveLength(10);
    expect(textOf('README.md')).toContain('These ten lines become twelve objects.');
    expect(objects).toHaveLength(12);
  });

  test('becomes the lines that the README shows', () => {
    const quotes = quotesOf(textOf('README.md'));
    expect(quotes.length).toBeGreaterThan(1);
    for (const [title, lines] of quotes)
      expect([lines, contains(lines, objectOf(title, objects)!)]).toEqual([lines, true]);
  });

  test('the README does not promise too many rules', () => {
    const [, rules] = /more than (\d+) rules/.exec(textOf('README.md').replaceAll('\n', ' ')) ?? [];
    expect(RULES.length).toBeGreaterThan(Number(rules));
  });
});
