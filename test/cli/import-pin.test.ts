import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useFakeDocker } from '../images/docker/fake-docker';
import { callsign, callsignProcess, temporaryFolder } from './run';
import type { Imported } from '../../src/compose/import';

// Each test runs several processes, and the machine may be busy.
jest.setTimeout(120_000);

const folder = temporaryFolder();
const docker = useFakeDocker();
const imports = (text: string, args: readonly string[] = [], PATH = docker.path) => {
  folder.put('compose.yaml', `name: shop\nservices:\n${text}`);
  return callsignProcess(['import', 'compose', 'compose.yaml', '--pin', ...args], {
    cwd: folder.path,
    env: { PATH },
  });
};
const json = (text: string, PATH?: string) => {
  const { code, out } = imports(text, ['--json'], PATH);
  return { code, ...(JSON.parse(out) as Imported) };
};
const PULLED = `sha256:${'1'.repeat(64)}`;

test('--pin writes what an image means, once for all services', () => {
  docker.pulled('redis');
  docker.inRegistry('shop/web:latest');
  const { code, chart, report, unpinned } = json(
    '  cache: { image: redis }\n  queue: { image: redis }\n  web: { image: "shop/web:latest", ports: ["80:80"] }\n  fixed: { image: "busybox:1" }\n',
  );
  expect([code, unpinned]).toEqual([0, []]);
  expect(chart.match(/Image\.of\('redis:latest@sha256:1{64}'\)/g)).toHaveLength(2);
  expect(chart).toMatch(/Image\.of\('shop\/web:latest@sha256:[0-9a-f]{64}'\)/);
  expect(chart).toContain("Image.of('busybox:1')");
  // The facts about a known image do not depend on its version.
  expect(chart).toContain('redis: 6379');
  const [, first, , web] = report;
  expect(first).toEqual({
    status: 'converted',
    path: 'services.cache.image',
    file: 'compose.yaml',
    line: 3,
    why: `Docker on this machine has it as redis:latest@${PULLED}.`,
  });
  expect(web!.why).toMatch(/^The registry has it as shop\/web:latest@sha256:[0-9a-f]{64}\.$/i);
});

test('a database with another image gets a version too', () => {
  docker.pulled('postgis/postgis');
  const { code, chart } = json('  db: { image: postgis/postgis }\n');
  expect([code, chart]).toEqual([0, expect.stringContaining(`image: Image.of('postgis/postgis:latest@${PULLED}')`)]);
});

test('an image without an answer keeps its name, and the report says what to do', () => {
  docker.pulled('redis');
  const { code, out, error } = imports('  cache: { image: redis }\n  web: { image: away.example/web }\n');
  expect(code).toBe(1);
  expect(out).toContain("Image.of('away.example/web')");
  expect(error).toContain(
    "  to start  services.web.image (compose.yaml:4): away.example/web has no version. Docker does not find it: ERROR: dial tcp: connect: connection refused. Write one: Image.of('away.example/web:VERSION') in the chart, or image: away.example/web:VERSION in the Compose file. Or run docker pull away.example/web, and import again with --pin. docs/compose.md shows how to accept it with a waiver.\n",
  );
  expect(error).not.toContain('means now');
});

test('without Docker, the report says how to install it', () => {
  const { code, decisions } = json('  cache: { image: redis:latest }\n', '/nowhere');
  expect([code, decisions[0]]).toEqual([
    1,
    {
      rank: 'start',
      message: expect.stringMatching(
        /^redis:latest has no version\. The command docker cannot be run\. Install Docker .*Image\.of\('redis:VERSION'\)/,
      ),
      places: [{ file: 'compose.yaml', line: 3, path: 'services.cache.image' }],
    },
  ]);
});

test('an image that another service builds is not refused there', () => {
  folder.put('web/Dockerfile', 'FROM scratch\n');
  const { decisions } = json('  web: { build: web, image: shop }\n  worker: { image: shop }\n');
  expect(decisions.flatMap(({ places }) => places.map(({ path }) => path))).toEqual(['services.worker.image']);
});

test('docker does not run if each image has a version', () => {
  expect(json('  cache: { image: "redis:8" }\n', '/nowhere').code).toBe(0);
});

test('without --pin, the report offers it with the whole command, which works', async () => {
  const file = folder.put('my shop.yaml', 'name: shop\nservices:\n  cache: { image: redis }\n');
  const { error } = await callsign(['import', 'compose', file]);
  expect(error).toContain(
    `To write what redis means now as a fixed version, run: npx callsign import compose '${file}' --pin\n`,
  );
  const chart = join(folder.path, 'shop.ts');
  const { out } = await callsign(['import', 'compose', file, '--out', chart]);
  expect(out).toContain(`delete ${chart} and run: npx callsign import compose '${file}' --pin --out ${chart}\n`);
  expect(readFileSync(chart, 'utf8')).toContain("Image.of('redis')");
});

test('crd has no --pin', async () => {
  const { code, error } = await callsign(['import', 'crd', 'cdk8s.yaml', '--pin']);
  expect([code, error]).toEqual([2, expect.stringContaining('import crd has no option --pin.')]);
});
