// The charts and the services do not import each other. This test checks that they agree.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1ConfigMap, V1Container, V1Deployment } from '@kubernetes/client-node';
import { variableNames } from '../../services/common/config.ts';
import type { Schema } from '../../services/common/config.ts';
import definition from '../../src/charts/app';
import { synthesize } from '../../src/index';
import { useDatabase } from './support/database.ts';
import { startProcess } from './support/process.ts';

const database = useDatabase();
const objects = synthesize(definition.make()).flatMap(({ manifests }) => manifests.map(({ object }) => object));
const programs = readdirSync(join(__dirname, '../../services'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'common' && entry.name !== 'node_modules')
  .map(({ name }) => name);
const deployments = objects.filter(({ kind }) => kind === 'Deployment') as unknown as V1Deployment[];

test('every service has a Deployment, and every Deployment a service', () => {
  expect(new Set(deployments.map(({ metadata }) => metadata!.name))).toEqual(new Set(programs));
});

describe.each(programs)('%s', (name) => {
  const { template } = deployments.find(({ metadata }) => metadata?.name === name)!.spec!;
  const container = template.spec!.containers[0]!;
  const { 'prometheus.io/port': metricsPort, 'prometheus.io/path': metricsPath } = template.metadata?.annotations ?? {};
  const given = (container.env ?? []).map((variable) => variable.name);

  test('reads every variable that its chart sets, and requires no other', async () => {
    const { schema } = (await import(`../../services/${name}/config.ts`)) as { schema: Schema };
    const { required, optional } = variableNames(schema);
    expect(given.filter((variable) => !required.includes(variable) && !optional.includes(variable))).toEqual([]);
    expect(required.filter((variable) => !given.includes(variable))).toEqual([]);
  });

  test('with the environment from the chart, it answers the probes and Prometheus on their port', async () => {
    const { url, healthUrl, child, ended, logs } = await startProcess(
      `services/${name}/main.ts`,
      environment(container),
    );
    for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      const { path, port } = probe!.httpGet!;
      expect(container.ports).toContainEqual({ name: 'health', containerPort: port, protocol: 'TCP' });
      expect((await fetch(`${healthUrl}${path}`)).status).toBe(200);
      expect((await fetch(`${url}${path}`)).status).toBe(404);
    }
    // The page has no metrics.
    expect(metricsPort).toBe(name === 'web' ? undefined : String(container.livenessProbe!.httpGet!.port));
    if (metricsPath)
      expect(await (await fetch(`${healthUrl}${metricsPath}`)).text()).toContain(
        '# TYPE http_request_duration_seconds',
      );
    expect(logs.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});

/** The environment from the chart, but with the database of the test and a free port. */
function environment({ env = [] }: V1Container): Record<string, string> {
  const { hostname, port, pathname, username, password } = new URL(database.url());
  const here: Record<string, string> = {
    PORT: '0',
    EVENTS_PORT: '0',
    HEALTH_PORT: '0',
    DATABASE_HOST: hostname,
    DATABASE_PORT: port,
    DATABASE_NAME: pathname.slice(1),
    DATABASE_USER: username,
    DATABASE_PASSWORD: password,
  };
  return Object.fromEntries(
    env.map(({ name, value = '' }) => [name, here[name] ?? (name.endsWith('_FILE') ? mounted(value) : value)]),
  );
}

/** Writes the file that the chart mounts at `path`, and returns where it is. */
function mounted(path: string): string {
  const key = path.slice(1).replaceAll('/', '.');
  const maps = objects.filter(({ kind }) => kind === 'ConfigMap') as unknown as V1ConfigMap[];
  const file = join(mkdtempSync(join(tmpdir(), 'callsign-contract-')), 'file');
  writeFileSync(
    file,
    maps.map(({ data }) => data?.[key]).find((text) => text !== undefined)!,
  );
  return file;
}
