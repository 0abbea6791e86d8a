import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, callsign, temporaryFolder } from './run';

const folder = temporaryFolder();
const synth = (storage: string, ...more: string[]) =>
  callsign(['synth', '--app', app('database.ts'), '--out', folder.path, ...more], {
    environment: { CALLSIGN_ORDERS_STORAGE: storage },
  });
const written = () => readFileSync(join(folder.path, 'shop.k8s.yaml'), 'utf8');

test('a change that the cluster cannot make in place is a problem, and nothing is written', async () => {
  expect((await synth('2Gi')).code).toBe(0);
  const before = written();
  const { code, out, error } = await synth('1Gi');
  expect([code, error]).toEqual([1, '']);
  expect(out.replace(/:\d+:\d+ /, ':LINE '))
    .toBe(`test/cli/apps/database.ts:LINE  shop/orders/stateful-set · StatefulSet shop/orders · spec.volumeClaimTemplates[data].spec.resources.requests.storage  [change-not-in-place]
  A claim cannot shrink.
  8 │   new Database(shop, 'orders', { storage: '2Gi' });
    │   ^^^
  expected: no change: "2Gi"
  got: "1Gi"
  fix: Undo the change. Or make it by hand: callsign synth --replace statefulset/orders, then dump the data (a Database with backup: kubectl -n shop create job orders-backup-1 --from=cronjob/orders-backup), then kubectl -n shop delete statefulset orders, then kubectl -n shop delete persistentvolumeclaim data-orders-0, then apply, then restore it (kubectl -n shop create job orders-restore-1 --from=cronjob/orders-restore).

1 problem: 1 change-not-in-place
`);
  expect(written()).toBe(before);
});

test('--replace writes the change, and the next run needs no --replace', async () => {
  await synth('2Gi');
  expect((await synth('1Gi', '--replace', 'deployment/web, statefulset/orders')).code).toBe(0);
  expect(written()).toContain('storage: 1Gi');
  expect(await synth('1Gi')).toMatchObject({ code: 0, out: expect.stringContaining('no changes') });
});

test('--replace of another object does not help', async () => {
  await synth('2Gi');
  const { code, out } = await synth('3Gi', '--json', '--replace', 'statefulset/order');
  expect([code, JSON.parse(out)]).toEqual([
    1,
    {
      problems: [
        expect.objectContaining({
          code: 'change-not-in-place',
          message: 'A claim can grow, but the claim template of its StatefulSet cannot change.',
        }),
      ],
    },
  ]);
  expect(written()).toContain('storage: 2Gi');
});

test('another folder, or a new one, is another cluster', async () => {
  await synth('2Gi');
  expect((await synth('1Gi', '--out', join(folder.path, 'other'))).code).toBe(0);
});
