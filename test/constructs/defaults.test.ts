import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runInThisContext } from 'node:vm';
import { App } from 'cdk8s';
import { ExistingService, Image, Internet } from '../../src/index';
import { ANNOTATIONS } from '../../src/k8s/keys';
import { resolveDatabase } from '../../src/constructs/database/resolve';
import { resolveEventLog } from '../../src/constructs/event-log/resolve';
import { resolveGateway, type ResolvedListen, type RouteForm } from '../../src/constructs/gateway/resolve';
import { fileMounts } from '../../src/constructs/program/config-files';
import { existingSecrets } from '../../src/constructs/program/existing-secrets';
import { resolveMicroservice, type ResolvedStrategy } from '../../src/constructs/microservice/resolve';
import { resolveAutoscale } from '../../src/constructs/microservice/scaling/resolve-autoscale';
import type { MicroserviceOptions } from '../../src/constructs/microservice/options';
import { resolveNamespace } from '../../src/constructs/namespace/resolve';
import { resolveImageSettings } from '../../src/constructs/shared/image-settings';
import { prometheusSettings } from '../../src/constructs/shared/prometheus-settings';
import { resolveProgram } from '../../src/constructs/program/resolve';
import { resolveCronTask, resolveTask } from '../../src/constructs/task/resolve';
import { resolveStaticSite } from '../../src/constructs/site/resolve';
import { resolveVolume } from '../../src/constructs/volume/resolve';

// Every option has a `@default` in its doc comment or is required, and the `@default` is what `resolve` returns.

const root = join(__dirname, '../..');
const image = Image.of('shop/cart:1');
const microservice = (options: Partial<MicroserviceOptions> = {}) => resolveMicroservice({ image, ...options });
const strategy = (given: MicroserviceOptions['strategy']) =>
  microservice({ strategy: given }).strategy as Exclude<ResolvedStrategy, string>;
const plain = microservice();
const { listen } = resolveGateway(
  { name: 'entry', namespace: 'shop' },
  {
    routes: {},
    listen: { className: 'traefik', issuer: 'letsencrypt' },
  },
).form as RouteForm & { listen: ResolvedListen };

/** The resolved value of an empty set of options, by the interface of the options. */
const RESOLVED: Readonly<Record<string, object | undefined>> = {
  Autoscale: resolveAutoscale({ max: 4 }),
  BackupOptions: resolveDatabase('orders', { backup: {} }).backup,
  BlueGreen: strategy({ blueGreen: { green: image } }).blueGreen,
  Canary: strategy({ canary: { image, weight: 10 } }).canary,
  CertificateIssuer: listen.issuer,
  Cors: resolveGateway({ name: 'entry', namespace: 'shop' }, { routes: {}, cors: { origins: ['*'] } }).cors,
  DatabaseOptions: resolveDatabase('orders', {}),
  EventLogOptions: resolveEventLog({}),
  ExistingEventLogOptions: {},
  ExistingServiceOptions: { port: new ExistingService('legacy').endpoint.options.ports?.[0] },
  FixedReplicas: plain.scaling,
  GatewayBase: resolveGateway({ name: 'entry', namespace: 'shop' }, { routes: {} }),
  Health: plain.health,
  InternetOptions: { ports: new Internet().endpoint.options.ports },
  Listen: { ...listen, issuer: undefined },
  ImageSettings: resolveImageSettings({}),
  Metrics: microservice({ metrics: {} }).metrics,
  MicroserviceBase: plain,
  NamespaceOptions: resolveNamespace({}),
  ProgramOptions: resolveProgram({ image }),
  ProjectFile: { executable: fileMounts({ '/a': { file: 'README.md' } })[0]!.name === 'executable-files' },
  PrometheusSettings: prometheusSettings(new App()),
  Resources: plain.resources,
  RunHistory: resolveCronTask({ image, schedule: '@daily' }).history,
  ScheduledReplicas: microservice({ schedule: [{ at: '10:00', replicas: 2 }] }).scaling,
  SecretKey: {
    existing:
      existingSecrets(microservice({ env: { TOKEN: { secret: 'keys', key: 'token' } } }), { calls: [] })[
        ANNOTATIONS.existingSecrets
      ]!() !== undefined,
  },
  Shutdown: plain.shutdown,
  CronTaskOptions: resolveCronTask({ image, schedule: '@daily' }),
  TaskBase: resolveTask({ image }),
  TaskOptions: resolveTask({ image }),
  StaticSiteBase: resolveStaticSite({ folder: 'dist' }),
  VolumeOptions: resolveVolume({}),
};

/**
 * Options with a default that depends on something else or is a group of options. All other defaults in prose mean that
 * no value is set.
 */
const IN_PROSE = new Set([
  'BackupOptions.storage',
  'DatabaseOptions.databaseName',
  'DatabaseOptions.image',
  'DatabaseOptions.resources',
  'DatabaseOptions.settings',
  'EventLogOptions.resources',
  'Health.failures',
  'Health.interval',
  'ImageSettings.byDigest',
  'Metrics.port',
  'MicroserviceBase.health',
  'CronTaskOptions.history',
  'ProgramOptions.resources',
  'MicroserviceBase.shutdown',
]);

interface Option {
  readonly name: string;
  readonly optional: boolean;
  readonly default: string | undefined;
}

/** The members of the exported interfaces in a formatted source, with the text of their `@default`. */
function optionsIn(source: string): Map<string, Option[]> {
  const interfaces = source.matchAll(/^export interface (\w+)[^{]*(?:<[^;]*?>)? \{\n(.*?)^\}/gms);
  return new Map(
    [...interfaces].map(([, name, members]) => [
      name!,
      [...members!.matchAll(/^ {2}(?:\/\*\*((?:(?!\*\/).)*)\*\/\s+)?readonly (\w+)(\??): (?!never;)/gms)].map(
        ([, comment = '', option, mark]) => ({
          name: option!,
          optional: mark === '?',
          default: /@default (.*?)\s*(?:\n|$)/.exec(comment)?.[1],
        }),
      ),
    ]),
  );
}

/** The errors in the documented defaults of a source. */
function problemsOf(source: string, resolved: typeof RESOLVED, only?: ReadonlySet<string>): string[] {
  return [...optionsIn(source)].flatMap(([owner, options]) =>
    only && !only.has(owner)
      ? []
      : options.flatMap((option) => {
          const problem = problemOf(option, `${owner}.${option.name}`, resolved[owner]);
          return problem === undefined ? [] : [`${owner}.${option.name}: ${problem}`];
        }),
  );
}

function problemOf(option: Option, path: string, resolved: object | undefined): string | undefined {
  if (!option.optional) return option.default === undefined ? undefined : 'is required, and has a @default';
  if (!option.default) return 'has no @default';
  const value = (resolved as Record<string, unknown> | undefined)?.[option.name];
  if (option.default.startsWith('- ')) {
    return IN_PROSE.has(path) || isNothing(value) ? undefined : `is ${JSON.stringify(value)}, not "${option.default}"`;
  }
  if (resolved === undefined) return 'has a @default that nothing resolves';
  const documented: unknown = runInThisContext(`(Image) => (${option.default})`)(Image);
  return JSON.stringify(documented) === JSON.stringify(value)
    ? undefined
    : `is ${JSON.stringify(value)}, not ${option.default}`;
}

function isNothing(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}

const folder = join(root, 'src/constructs');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => [relative(root, join(folder, name)), readFileSync(join(folder, name), 'utf8')] as const);
/** The names that the public API exports, without those that describe a result. */
const exported = new Set(readFileSync(join(root, 'src/index.ts'), 'utf8').match(/\b[A-Z]\w+/g));
exported.delete('Schedule');

test.each(sources.filter(([, source]) => [...optionsIn(source).keys()].some((name) => exported.has(name))))(
  'the options in %s have the defaults in their doc comments',
  (_, source) => {
    expect(problemsOf(source, RESOLVED, exported)).toEqual([]);
  },
);

test('every resolved value belongs to an interface of the public API', () => {
  const found = new Set(sources.flatMap(([, source]) => [...optionsIn(source).keys()]));
  expect(Object.keys(RESOLVED).filter((name) => !exported.has(name) || !found.has(name))).toEqual([]);
});

test('the test reads every @default in the sources', () => {
  const read = sources.flatMap(([, source]) => [...optionsIn(source).values()].flat());
  const written = sources.flatMap(([, source]) => source.match(/^\s*\* @default/gm) ?? []);
  expect(read.filter((option) => option.default !== undefined)).toHaveLength(written.length);
  expect(written.length).toBeGreaterThan(80);
});

test('a wrong, a missing and a superfluous default are found', () => {
  const source = `
export interface Sample {
  /** @default 3 */
  readonly right?: number;
  /** @default 4 */
  readonly wrong?: number;
  /** @default - none */
  readonly prose?: number;
  /** Nothing about a default. */
  readonly missing?: number;
  /** @default 3 */
  readonly superfluous: number;
  readonly required: number;
  readonly never?: never;
}
export interface Unresolved {
  /** @default 'a' */
  readonly option?: string;
}`;
  expect(problemsOf(source, { Sample: { right: 3, wrong: 5, prose: 7, superfluous: 3 } })).toEqual([
    'Sample.wrong: is 5, not 4',
    'Sample.prose: is 7, not "- none"',
    'Sample.missing: has no @default',
    'Sample.superfluous: is required, and has a @default',
    'Unresolved.option: has a @default that nothing resolves',
  ]);
});
