import { resolveDatabase } from '../../src/constructs/database/resolve';
import { resolveEventLog } from '../../src/constructs/event-log/resolve';
import { resolveGateway } from '../../src/constructs/gateway/resolve';
import { resolveMicroservice } from '../../src/constructs/microservice/resolve';
import { resolveAutoscale } from '../../src/constructs/microservice/scaling/resolve-autoscale';
import { resolveNamespace } from '../../src/constructs/namespace/resolve';
import { resolveStaticSite } from '../../src/constructs/site/resolve';
import { resolveVolume } from '../../src/constructs/volume/resolve';
import { Image } from '../../src/index';
import { textOf } from './pages';

// The tables of defaults in README.md, docs/charts.md and docs/gateway.md contain the values that the code uses.

const image = Image.of('shop/cart:1');
const microservice = resolveMicroservice({ image });
const scheduled = resolveMicroservice({ image, schedule: [{ at: '10:00', replicas: 2 }] });
const REAL = {
  ...microservice,
  ...microservice.scaling,
  autoscale: resolveAutoscale({ max: 4 }),
  timeZone: (scheduled.scaling as { timeZone?: string }).timeZone,
  Namespace: resolveNamespace({}),
  Database: resolveDatabase('orders', { backup: {} }),
  EventLog: resolveEventLog({}),
  Volume: resolveVolume({}),
  StaticSite: resolveStaticSite({ folder: 'dist' }),
  cors: resolveGateway({ name: 'entry', namespace: 'shop' }, { routes: {}, cors: { origins: ['*'] } }).cors,
};

const valueAt = (path: string) =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], REAL);

/** The rows of all tables whose first cell is an option and whose second cell is a value. */
const rowsOf = (page: string) =>
  [...textOf(page).matchAll(/^\| `([\w.]+)` +\| `(.+?)` +\|/gm)].map(([, option, value]) => [option!, value!] as const);

test.each([...rowsOf('README.md'), ...rowsOf('docs/charts.md')])('%s: %s', (option, value) => {
  expect(JSON.parse(value)).toEqual(valueAt(option));
});

test('the README has the defaults that a program must match', () => {
  expect(rowsOf('README.md').map(([option]) => option)).toEqual(
    expect.arrayContaining(['port', 'health.live', 'health.ready', 'user']),
  );
});

test('the table of a microservice contains its important defaults', () => {
  const options = rowsOf('docs/charts.md').map(([option]) => option);
  expect(options.length).toBeGreaterThan(30);
  expect(options).toEqual(expect.arrayContaining(['replicas', 'port', 'user', 'health.live', 'health.ready']));
  for (const group of ['health', 'resources', 'shutdown'] as const)
    for (const [name, value] of Object.entries(microservice[group]))
      if (value !== undefined) expect(options).toContain(`${group}.${name}`);
});

test('the defaults of CORS', () => {
  const rows = [...textOf('docs/gateway.md').matchAll(/^\| `cors\.(\w+)` +\| (.+?) +\|$/gm)];
  const values = Object.fromEntries(
    rows.map(([, option, cell]) => [option, [...cell!.matchAll(/`([^`]+)`/g)].map(([, value]) => value)]),
  );
  const { methods, headers, credentials, maxAge } = REAL.cors!;
  expect(values).toEqual({ methods, headers, credentials: [String(credentials)], maxAge: [String(maxAge)] });
});
