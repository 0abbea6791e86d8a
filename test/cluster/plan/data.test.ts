import type { ObjectPlan } from '../../../src/cluster/plan/object-plan';
import { dataProblems } from '../../../src/cluster/plan/plan';

const database = (image: string, engine?: string) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'orders', namespace: 'shop', ...(engine && { annotations: { 'callsign.dev/engine': engine } }) },
  spec: { template: { spec: { containers: [{ name: 'db', image }] } } },
});
const plan = (live: object | undefined, body: object) =>
  ({ manifest: { object: body, place: () => undefined }, body, live }) as unknown as ObjectPlan;

test('a new major version of PostgreSQL cannot read the data in the cluster', () => {
  const [problem] = dataProblems([plan(database('postgres:17', 'postgres'), database('postgres:18', 'postgres'))]);
  expect(problem).toMatchObject({ code: 'data-unreadable', object: 'StatefulSet shop/orders', got: '"postgres:18"' });
  expect(problem!.fix).toContain('dump the data');
});

test.each([
  ['a new minor version', plan(database('postgres:17.1', 'postgres'), database('postgres:17.2', 'postgres'))],
  ['a new database', plan(undefined, database('postgres:18', 'postgres'))],
  ['no database', plan(database('shop/web:1'), database('shop/web:2'))],
])('%s', (_, changed) => {
  expect(dataProblems([changed])).toEqual([]);
});
