// docs/support.md names versions. The files that decide about them say the same.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { requirementsOf, synthesize } from '../../src/index';
import definition from '../../src/charts/app';

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const page = read('docs/support.md');
const cell = (row: RegExp) => row.exec(page)?.[1];

describe('docs/support.md', () => {
  test('has the versions of Node.js that CI tests', () => {
    const rows = [...page.matchAll(/^\| (\d\d) +\| \w+ \d{4} +\| (.*?) +\|$/gm)].map(
      ([, node, tested]) => [Number(node), tested!] as const,
    );
    const { jobs } = parse(read('.github/workflows/ci.yaml')) as {
      jobs: Record<'test' | 'package', { strategy: { matrix: { node: number[] } } }>;
    };
    const where = (text: string) => rows.filter(([, tested]) => tested.includes(text)).map(([node]) => node);
    expect(rows.map(([node]) => node)).toEqual(jobs.package.strategy.matrix.node);
    expect(where('the package')).toEqual(jobs.package.strategy.matrix.node);
    expect(where('all tests')).toEqual(jobs.test.strategy.matrix.node);
    for (const folder of ['', 'services/']) {
      const { engines } = JSON.parse(read(`${folder}package.json`)) as { engines: { node: string } };
      expect(engines.node).toBe(`>=${/oldest supported version is (\d+\.\d+)\./.exec(page)?.[1]}`);
    }
  });

  test('has the versions of Kubernetes that the manifests need, that we test, and that the check knows', () => {
    const objects = synthesize(definition.make()).flatMap(({ manifests }) => manifests);
    const needed = JSON.stringify(requirementsOf(objects));
    expect(needed).toContain(`Kubernetes ${cell(/^\| manifests of microservices need +\| (\S+) /m)} or newer`);
    const [, tested] = /kindest\/node:v(\d+\.\d+)/.exec(read('test/e2e/kind.yaml')) ?? [];
    expect(cell(/^\| the end-to-end test runs on +\| (\S+) /m)).toBe(tested);
    const [, known] = /"version":"v(\d+\.\d+)/.exec(read('src/check/schema/kubernetes.json')) ?? [];
    expect(cell(/^\| `callsign check` knows the fields of +\| (\S+) /m)).toBe(known);
  });
});
